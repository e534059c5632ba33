// The forms in which a text may lie in a file without being encrypted.

/** Bits of a digit and of a byte. */
const [DIGIT, BYTE] = [6, 8];

/** As UTF-8 and UTF-16, in hex, and in base64 with any bytes before and behind it. */
export function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text, "utf8");
  const hex = bytes.toString("hex");
  const inBase64 = [0, 1, 2].flatMap((before) => [
    base64Behind(before, bytes, "base64"),
    base64Behind(before, bytes, "base64url"),
  ]);
  const forms = [text, hex, hex.toUpperCase(), ...inBase64];
  return [Buffer.from(text, "utf16le"), ...[...new Set(forms)].map((form) => Buffer.from(form, "utf8"))];
}

/** The digits that say nothing but the text, where so many bytes stand before it. */
function base64Behind(before: number, bytes: Buffer, alphabet: "base64" | "base64url"): string {
  const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString(alphabet);
  return digits.slice(Math.ceil((before * BYTE) / DIGIT), Math.floor(((before + bytes.length) * BYTE) / DIGIT));
}
