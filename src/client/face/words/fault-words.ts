// How a fault is said in another language than English.

export interface FaultWord {
  /**
   * The first all of whose places are known counts. `{detail}`: what the English sentence says, where `heard.ts` knows it. `{message}`: the
   * sentence as it came, where it is not ours.
   */
  readonly says: string | readonly string[];
  /** In place of the English one, where one came. `{hint}`: it is in the language of the person already. */
  readonly hint?: string;
}

export type FaultWords = Readonly<Record<string, FaultWord>>;

/** `{field}` in it is a field of a command or an act, `{why}` is another such sentence; any other place stays as it came. */
export type Heard = readonly [en: string, es: string, pt: string];

/** Rows of codes, parted by spaces, that have the same words. */
export function wordsOf(rows: readonly (readonly [codes: string, word: FaultWord])[]): FaultWords {
  return Object.fromEntries(rows.flatMap(([codes, word]) => codes.split(" ").map((code) => [code, word])));
}
