// What a name looks like: two names with the same looks are told apart by more than their letters. No proof of anything.

/** Letters of other scripts that look like Latin ones (a part of UTS #39: those that names are forged with). */
const ALIKE: ReadonlyMap<string, string> = new Map(
  [
    ["а", "a"],
    ["е", "e"],
    ["о", "o"],
    ["р", "p"],
    ["с", "c"],
    ["у", "y"],
    ["х", "x"],
    ["і", "i"],
    ["ј", "j"],
    ["ѕ", "s"],
    ["ԁ", "d"],
    ["һ", "h"],
    ["ո", "n"],
    ["к", "k"],
    ["м", "m"],
    ["т", "t"],
    ["в", "b"],
    ["н", "h"],
    ["α", "a"],
    ["ο", "o"],
    ["ρ", "p"],
    ["ν", "v"],
    ["ι", "i"],
    ["κ", "k"],
    ["ı", "i"],
    ["0", "o"],
    ["1", "l"],
    ["|", "l"],
    ["i", "l"],
  ].map(([letter = "", latin = ""]) => [letter, latin]),
);
// Spaces, controls, what has no width, and marks above and below.
const UNSEEN = /[\p{Z}\p{C}\p{M}]/gu;

export function looksOf(name: string): string {
  const plain = name.normalize("NFKC").toLowerCase().normalize("NFKD").replaceAll(UNSEEN, "");
  return Array.from(plain, (letter) => latinOf(ALIKE.get(letter) ?? letter)).join("");
}

/** What is like a letter that is like another one. */
function latinOf(letter: string): string {
  return ALIKE.get(letter) ?? letter;
}
