// One structure, and nothing after it, from hex.
import type { Decoder } from "ts-mls/codec/tlsDecoder.js";
import { bytesOf } from "../../../src/model/ids.ts";

export function whole<T>(decoder: Decoder<T>, hex: string): T {
  const bytes = Uint8Array.from(bytesOf(hex));
  const decoded = decoder(bytes, 0);
  if (decoded === undefined || decoded[1] !== bytes.length) throw new Error("cannot be read, or not to its end");
  return decoded[0];
}
