// What a file may be shown as, by its first bytes and never by its name or by what its sender says: a few kinds of pictures that hold no
// scripts. Everything else, SVG and HTML among it, is bytes to be saved. Pure.

/** So many bytes are enough to tell. */
export const MAGIC_BYTES = 16;
const BYTES_TYPE = "application/octet-stream";

const PNG = "89504e470d0a1a0a";
const JPEG = "ffd8ff";
const GIF = /^474946383[79]61/;
/** RIFF, its length, WEBP. */
const WEBP = /^52494646[0-9a-f]{8}57454250/;
/** A box `ftyp` of the brand `avif` or `avis`. */
const AVIF = /^000000[0-9a-f]{2}667479706176(?:6966|6973)/;

export function shownTypeOf(head: Uint8Array): string {
  const hex = Buffer.from(head.subarray(0, MAGIC_BYTES)).toString("hex");
  if (hex.startsWith(PNG)) return "image/png";
  if (hex.startsWith(JPEG)) return "image/jpeg";
  if (GIF.test(hex)) return "image/gif";
  if (WEBP.test(hex)) return "image/webp";
  return AVIF.test(hex) ? "image/avif" : BYTES_TYPE;
}
