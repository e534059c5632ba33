// A stretch of a log, fetched and held against the chain: its upper end is known, so everything in it is proved down to its lower
// end, whose chain is known from then on. Memory holds one page.
import { Fault } from "../../../model/fault.ts";
import { bytesOf, hexOf, type LogId, type Seq, type Sha256 } from "../../../model/ids.ts";
import { PAGE_COUNT } from "../../../model/limits.ts";
import { nextChain } from "../../../wire/chain.ts";
import { ENTRY_KIND } from "../../../wire/entry-kind.ts";
import type { Entry, ServerMessageOf } from "../../../wire/messages.ts";
import type { Ask } from "../circle/ask.ts";
import type { Mark } from "./state.ts";

/** An entry with the chain hash after it. */
export interface Proved {
  readonly entry: Entry;
  readonly chain: Uint8Array;
}

export interface Stretch {
  /** In the order of the log, without a hole, up to the mark. */
  readonly entries: readonly Proved[];
  readonly below: Mark;
  /** How many were asked for. */
  readonly count: number;
}

export interface StretchWish {
  readonly log: LogId;
  readonly top: Mark;
  /** Nothing up to here is wanted. */
  readonly after: Seq;
  /** Entries at once: as many as came together before, and more. */
  readonly most?: number | undefined;
}

/** @throws Fault `history-mismatch`, `history-gone`, and what the server says */
export async function fetchStretch(ask: Ask, wish: StretchWish): Promise<Stretch> {
  const { log, top, after, most = PAGE_COUNT } = wish;
  let count = Math.min(most, PAGE_COUNT, top.seq - after);
  for (;;) {
    const from = top.seq - count;
    const page = await ask({ type: "fetch", log, after: from, maxCount: count, maxBytes: 0 }, "page");
    if (page.first > from + 1) throw new Fault("history-gone", "the server does not keep what was before any more");
    const { length } = page.entries;
    if (length >= count || count === 1) return { ...proved(page, { log, top, from }), count };
    // Large messages: the page was full before it came to its end.
    count = Math.max(1, Math.floor((length * 3) / 4));
  }
}

/** @internal */
export function proved(
  page: Pick<ServerMessageOf<"page">, "entries" | "chain">,
  { log, top, from }: { readonly log: LogId; readonly top: Mark; readonly from: Seq },
): Omit<Stretch, "count"> {
  const entries: Proved[] = [];
  let { chain } = page;
  for (const entry of page.entries) {
    if (entry.seq !== from + 1 + entries.length) break;
    chain = chainAfter(chain, log, entry);
    entries.push({ entry, chain });
  }
  const isWhole = entries.length === page.entries.length && from + entries.length === top.seq;
  if (!isWhole || hexOf(chain) !== top.chain)
    throw new Fault("history-mismatch", "what the server gives of before does not lead to what it gave since");
  return { entries, below: { seq: from, chain: hexOf(page.chain) as Sha256 } };
}

function chainAfter(chain: Uint8Array, log: LogId, { sender, mid, kind, ...entry }: Entry): Uint8Array {
  const { seq, at, epoch, body, note } = entry;
  const ids = { log: bytesOf(log), sender: bytesOf(sender), mid: bytesOf(mid) };
  return nextChain(chain, { ...ids, seq, at, kind: ENTRY_KIND[kind], epoch, body, note });
}
