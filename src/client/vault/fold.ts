// Texts as a search compares them: letters of both cases are one, and so are the ways in which Unicode writes the same character.

const ASCII = /^[\0-\x7f]*$/;

export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // Up and then down: ß and SS, ς and σ meet (Unicode §3.13). Normalised before and after, because case may undo it.
  return text.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}
