// How a fault is said in another language than English.

export interface FaultWord {
  /** The first all of whose places are known counts. `{message}`: the English sentence, where only that has what matters. */
  readonly says: string | readonly string[];
  /** In place of the English one, where one came. */
  readonly hint?: string;
}

export type FaultWords = Readonly<Record<string, FaultWord>>;
