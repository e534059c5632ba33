// Entry kinds: their names in the code and their numbers in mutual.proto, the database and the chain.

export const ENTRY_KIND_NAMES = ["app", "proposal", "commit", "inbox"] as const;
export type EntryKindName = (typeof ENTRY_KIND_NAMES)[number];

export const ENTRY_KIND: { readonly [K in EntryKindName]: number } = { app: 0, proposal: 1, commit: 2, inbox: 3 };

/** The name of a number, or undefined if this version knows none. */
export function entryKindName(kind: number): EntryKindName | undefined {
  return ENTRY_KIND_NAMES[kind];
}
