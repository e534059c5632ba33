// ASCII armor (RFC 9580 §6.2) found in a text: which bytes are armored, and where the blocks are.
// Must not know what is in them; the library reads them.

export type BlockLabel = "PUBLIC KEY BLOCK" | "PRIVATE KEY BLOCK";

/** RFC 9580 §4.2: the first octet of a packet has its highest bit set; no text starts so. */
export function isArmored(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x80) === 0;
}

/** All complete blocks with this label. Searched step by step: a pattern would try every start to the end of the text. */
export function blocksOf(text: string, label: BlockLabel): readonly string[] {
  const first = `-----BEGIN PGP ${label}-----`;
  const last = `-----END PGP ${label}-----`;
  const blocks: string[] = [];
  for (let start = text.indexOf(first); start >= 0;) {
    const end = text.indexOf(last, start);
    if (end < 0) break;
    blocks.push(`${text.slice(start, end + last.length)}\n`);
    start = text.indexOf(first, end);
  }
  return blocks;
}
