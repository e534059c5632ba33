// PEM (RFC 7468): blocks out of text and text out of DER. Text around blocks is skipped, as `openssl x509 -text` writes it.
// Must not know what the blocks mean.

import { Fault } from "../model/fault.ts";

export type PemLabel = "CERTIFICATE" | "X509 CRL" | "CERTIFICATE REQUEST";
export type PemBlock = { readonly label: string; readonly der: Buffer };

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n([\s\S]*?)-----END ([A-Z0-9 ]{1,40})-----/g;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** OpenSSL writes this word for word before old encrypted keys; such blocks are not plain base64. */
const HEADER = /^[A-Za-z-]+: /m;

export function toPem(label: PemLabel | "ENCRYPTED PRIVATE KEY", der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** All blocks of a file, in order. @throws Fault `pem-malformed` */
function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = "", body = "", end] of text.matchAll(BLOCK)) {
    if (label !== end) throw pemFault(`BEGIN ${label} ends with END ${end}`);
    if (HEADER.test(body)) continue;
    const packed = body.replaceAll(/\s+/g, "");
    if (packed === "" || !BASE64.test(packed)) throw pemFault(`the block ${label} is not base64`);
    blocks.push({ label, der: Buffer.from(packed, "base64") });
  }
  if (blocks.length !== text.split("-----BEGIN ").length - 1 && !HEADER.test(text))
    throw pemFault("a block is cut short");
  return blocks;
}

/** The DER of every block with this label; a file that is DER already is taken whole. @throws Fault `pem-malformed` */
export function derBlocks(bytes: Buffer, labels: readonly string[]): Buffer[] {
  if (bytes[0] === 0x30) return [bytes];
  const found = pemBlocks(bytes.toString("latin1")).filter((block) => labels.includes(block.label));
  if (found.length === 0) throw pemFault(`there is no ${labels[0] ?? "block"} in it`);
  return found.map((block) => block.der);
}

function pemFault(what: string): Fault {
  return new Fault("pem-malformed", `not a PEM file: ${what}`, {
    hint: "the file may be cut short or be of another kind",
  });
}
