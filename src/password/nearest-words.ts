// Which words of a list somebody may have meant. Knows nothing of what the words are for.

/** More than this many slips are another word. */
const SLIPS = 2;
const SUGGESTIONS = 3;
/** The words of BIP 39 have 3 to 8 letters: nobody means one of them with so many. */
const WORD_CHARS = 16;
/** "The first four letters are enough to know a word" (BIP 39, wordlist). */
const TELLING_CHARS = 4;

/** The nearest of them, few and in the order of the list; none if none is near. */
export function nearestWords(word: string, list: readonly string[]): readonly string[] {
  if (word.length > WORD_CHARS) return [];
  const begins = word.slice(0, TELLING_CHARS);
  const same = list.filter((known) => known.slice(0, TELLING_CHARS) === begins);
  if (same.length > 0) return same.slice(0, SUGGESTIONS);
  const slips = list.map((known) => slipsBetween(word, known));
  const least = Math.min(...slips);
  return least > SLIPS ? [] : list.filter((_known, index) => slips[index] === least).slice(0, SUGGESTIONS);
}

/** Letters too many, too few, wrong, or changed with the next one (optimal string alignment). */
function slipsBetween(typed: string, known: string): number {
  const rows: number[][] = [Array.from({ length: known.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= typed.length; row += 1) {
    const line = [row];
    rows.push(line);
    for (let column = 1; column <= known.length; column += 1) {
      const wrong = typed[row - 1] === known[column - 1] ? 0 : 1;
      const swapped = typed[row - 1] === known[column - 2] && typed[row - 2] === known[column - 1];
      const ways = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + wrong];
      line.push(Math.min(...ways, swapped ? at(row - 2, column - 2) + 1 : Infinity));
    }
  }
  return at(typed.length, known.length);
}
