// The mids of a log's newest entries, in memory: in a busy log every sender is a little behind, and reading the database
// for each would make the work grow with the square of the traffic. What is older is looked for in the database.

export interface Found {
  readonly seq: number;
  readonly at: number;
}

/** About 1.5 MB for the busiest log; then the older half is forgotten. As deep as a full queue. */
const KEPT = 10_000;

export class RecentMids {
  readonly #found = new Map<string, Found>();
  #after: number;

  /** Knows every mid after seq `after`: none yet. */
  constructor(after: number) {
    this.#after = after;
  }

  /** Entries up to this seq have to be looked for elsewhere. */
  get after(): number {
    return this.#after;
  }

  /** In order of seq, without a gap. */
  add(mid: string, found: Found): void {
    this.#found.set(mid, found);
    if (this.#found.size <= KEPT) return;
    for (const [old, { seq }] of this.#found) {
      if (this.#found.size <= KEPT / 2) return;
      this.#found.delete(old);
      this.#after = seq;
    }
  }

  find(mid: string, since: number): Found | undefined {
    const found = this.#found.get(mid);
    return found !== undefined && found.seq > since ? found : undefined;
  }
}
