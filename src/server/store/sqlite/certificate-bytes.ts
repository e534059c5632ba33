// A chain of certificates as one column: how many, and each with its length.
import { ByteReader, ByteWriter } from "./bytes.ts";

export function packCertificates(certificates: readonly Uint8Array[]): Uint8Array {
  const bytes = new ByteWriter(64);
  bytes.u32(certificates.length);
  for (const certificate of certificates) bytes.block(certificate);
  return bytes.finish();
}

export function unpackCertificates(packed: Uint8Array): Uint8Array[] {
  const bytes = new ByteReader(packed);
  const certificates: Uint8Array[] = [];
  for (let left = bytes.count(4); left > 0; left -= 1) certificates.push(Uint8Array.from(bytes.block()));
  bytes.end();
  return certificates;
}
