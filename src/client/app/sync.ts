// How one log is kept in step with the server, as pure steps: state + what came -> state + wants. Every entry is applied once,
// in order, with its chain hash; a hole is fetched; a server that holds another history is noticed and the common point found.
import type { LogId, Seq } from "../../model/ids.ts";
import { CHAIN_START, nextChain } from "../../wire/chain.ts";
import { bytesOf } from "../../model/ids.ts";
import { ENTRY_KIND } from "../../wire/entry-kind.ts";
import type { Entry, LogState } from "../../wire/messages.ts";

/** Why the common point is looked for. `restored`: the greeting showed an older backup; `forked`: nothing explains it. */
export type Divergence = "restored" | "forked";

export type Phase =
  | { readonly at: "offline" }
  | { readonly at: "live" }
  /** A page after `after` is on its way. `chain`: ours there; undefined: the server's is taken, we hold nothing before it. */
  | { readonly at: "fetching"; readonly after: Seq; readonly chain: Uint8Array | undefined }
  /** `chain`, the server's at `same`, is ours as far as we hold one; the one at `differs` is not; the one at `asked` is on its way. */
  | {
      readonly at: "probing";
      readonly same: Seq;
      readonly chain: Uint8Array;
      readonly differs: Seq;
      readonly asked: Seq;
      readonly why: Divergence;
    }
  /** The server contradicts itself; nothing more is taken of this log on this connection. */
  | { readonly at: "stuck" };

export interface Sync {
  readonly log: LogId;
  readonly seq: Seq;
  readonly chain: Uint8Array;
  /** The server's, as last told. */
  readonly head: Seq;
  readonly phase: Phase;
  /** It was greeted as one that is not in this conversation, by a server that holds less of it: they are compared once it is in again. */
  readonly isForgotten: boolean;
}

export interface Applied {
  readonly entry: Entry;
  readonly chain: Uint8Array;
}

export type SyncWant =
  | { readonly want: "apply"; readonly entries: readonly Applied[] }
  | { readonly want: "fetch"; readonly after: Seq; readonly maxCount: number }
  /** Move the position: back to the common point, or forward over what the server no longer has. */
  | {
      readonly want: "move";
      readonly from: Seq;
      readonly seq: Seq;
      readonly chain: Uint8Array;
      readonly why: Divergence | "trimmed";
    }
  | { readonly want: "alarm"; readonly code: string; readonly message: string }
  /** Everything up to the head is here. */
  | { readonly want: "caught-up" };

export interface SyncStep {
  readonly sync: Sync;
  readonly wants: readonly SyncWant[];
}

export interface Page {
  readonly entries: readonly Entry[];
  readonly head: Seq;
  readonly first: Seq;
  readonly chain: Uint8Array;
}

/** Our chain hash after an entry, undefined where we hold none. Read only. */
export type ChainAt = (seq: Seq) => Uint8Array | undefined;

const NOTHING: readonly SyncWant[] = [];

export function newSync(log: LogId, seq: Seq = 0, chain: Uint8Array = CHAIN_START): Sync {
  return { log, seq, chain, head: seq, phase: { at: "offline" }, isForgotten: false };
}

export function disconnected(sync: Sync): Sync {
  return { ...sync, phase: { at: "offline" }, isForgotten: false };
}

/** Greeted, and not to be read before this device is in. */
export function awaiting(sync: Sync, told: Pick<LogState, "head" | "member">): Sync {
  return { ...sync, isForgotten: !told.member && sync.seq > told.head };
}

/** What the greeting says of this log. `restored`: the greeting also showed an older backup or another database. */
export function greeted(sync: Sync, told: Pick<LogState, "head" | "first" | "standing">, restored: boolean): SyncStep {
  const known: Sync = { ...sync, head: told.head, isForgotten: false };
  if (sync.isForgotten || sync.seq > told.head || told.standing !== "ok")
    return probe(known, restored || sync.isForgotten || told.standing === "ahead" ? "restored" : "forked");
  if (told.first > sync.seq + 1 && told.head > sync.seq)
    return fetchFrom(known, { after: told.first - 1, chain: undefined });
  return catchUp(known);
}

/** An append was refused because the server knows less than we do. */
export function contradicted(sync: Sync): SyncStep {
  return sync.phase.at === "live" || sync.phase.at === "fetching" ? probe(sync, "restored") : { sync, wants: NOTHING };
}

/** Entries that the server sent by itself. */
export function delivered(sync: Sync, entries: readonly Entry[]): SyncStep {
  const last = entries.at(-1);
  const { phase } = sync;
  if (last === undefined || (phase.at !== "live" && phase.at !== "fetching")) return { sync, wants: NOTHING };
  const known: Sync = { ...sync, head: Math.max(sync.head, last.seq) };
  const fresh = entries.filter(({ seq }) => seq > sync.seq);
  if (fresh.length === 0) return { sync: known, wants: NOTHING };
  if (fresh[0]?.seq !== sync.seq + 1) {
    // A hole. A page that is on its way brings these entries too: after it reaches the head, nothing is left out.
    return phase.at === "fetching" ? { sync: known, wants: NOTHING } : catchUp(known);
  }
  return apply(known, fresh);
}

/** The answer to a fetch that this log wanted. */
export function paged(sync: Sync, page: Page, chainAt: ChainAt): SyncStep {
  switch (sync.phase.at) {
    case "fetching":
      return onPage({ ...sync, head: Math.max(page.head, sync.seq) }, sync.phase, page);
    case "probing":
      return onProbe({ ...sync, head: page.head }, sync.phase, { page, chainAt });
    default:
      return { sync, wants: NOTHING };
  }
}

function onPage(sync: Sync, phase: Extract<Phase, { at: "fetching" }>, page: Page): SyncStep {
  if (phase.chain === undefined) {
    // There is nothing of ours to compare with: begin where the server's history begins.
    const moved: Sync = { ...sync, seq: phase.after, chain: page.chain, head: page.head };
    const { sync: next, wants } = applyPage(moved, page);
    return {
      sync: next,
      wants: [{ want: "move", from: sync.seq, seq: phase.after, chain: page.chain, why: "trimmed" }, ...wants],
    };
  }
  if (!same(page.chain, phase.chain)) return probe({ ...sync, head: page.head }, "forked");
  return applyPage(sync, page);
}

function applyPage(sync: Sync, page: Page): SyncStep {
  const fresh = page.entries.filter(({ seq }) => seq > sync.seq);
  if (fresh.length === 0) {
    if (sync.seq >= sync.head) return catchUp(sync);
    // Retention may have removed the next entries since the fetch left.
    if (page.first > sync.seq + 1) return fetchFrom(sync, { after: page.first - 1, chain: undefined });
    return stuck(sync, "the server has entries of this conversation that it does not give");
  }
  const applied = apply(sync, fresh);
  if (applied.sync.phase.at === "stuck") return applied;
  const { sync: next, wants } = catchUp(applied.sync);
  return { sync: next, wants: [...applied.wants, ...wants] };
}

/** Fetches what is missing, or says that nothing is. */
function catchUp(sync: Sync): SyncStep {
  if (sync.seq < sync.head) return fetchFrom(sync, { after: sync.seq, chain: sync.chain });
  return { sync: { ...sync, phase: { at: "live" } }, wants: [{ want: "caught-up" }] };
}

function fetchFrom(sync: Sync, from: { readonly after: Seq; readonly chain: Uint8Array | undefined }): SyncStep {
  return {
    sync: { ...sync, phase: { at: "fetching", ...from } },
    wants: [{ want: "fetch", after: from.after, maxCount: 0 }],
  };
}

function apply(sync: Sync, entries: readonly Entry[]): SyncStep {
  const log = bytesOf(sync.log);
  let { seq, chain } = sync;
  const applied: Applied[] = [];
  for (const entry of entries) {
    if (entry.seq !== seq + 1) return stuck(sync, `the server left out entry ${seq + 1}`);
    const { at, epoch, body, note } = entry;
    const raw = { sender: bytesOf(entry.sender), mid: bytesOf(entry.mid), kind: ENTRY_KIND[entry.kind] };
    chain = nextChain(chain, { log, seq: entry.seq, at, epoch, body, note, ...raw });
    seq = entry.seq;
    applied.push({ entry, chain });
  }
  return {
    sync: { ...sync, seq, chain, head: Math.max(sync.head, seq) },
    wants: [{ want: "apply", entries: applied }],
  };
}

function stuck(sync: Sync, message: string): SyncStep {
  return { sync: { ...sync, phase: { at: "stuck" } }, wants: [{ want: "alarm", code: "log-hole", message }] };
}

// ---- the common point: the last seq at which our chain hash and the server's are the same

function probe(sync: Sync, why: Divergence): SyncStep {
  const top = Math.min(sync.seq, sync.head);
  // At 0 every chain is the same, so an empty log on the other side needs no question.
  return ask(sync, { at: "probing", same: 0, chain: CHAIN_START, differs: top + 1, asked: top, why });
}

function ask(sync: Sync, phase: Extract<Phase, { at: "probing" }>): SyncStep {
  return { sync: { ...sync, phase }, wants: [{ want: "fetch", after: phase.asked, maxCount: 1 }] };
}

function onProbe(
  sync: Sync,
  phase: Extract<Phase, { at: "probing" }>,
  seen: { readonly page: Page; readonly chainAt: ChainAt },
): SyncStep {
  const ours = seen.chainAt(phase.asked);
  const { chain } = seen.page;
  // Of before it came in this device holds nothing: what it cannot compare is no difference.
  const equal = ours === undefined || same(ours, chain);
  if (phase.asked === 0 && !equal)
    return stuck(sync, "the server's chain of this conversation does not start at the beginning");
  const next = equal ? { ...phase, same: phase.asked, chain } : { ...phase, differs: phase.asked };
  if (next.differs - next.same > 1) return ask(sync, { ...next, asked: Math.floor((next.same + next.differs) / 2) });
  return settle(sync, { seq: next.same, chain: next.chain, why: phase.why, first: seen.page.first });
}

interface Common {
  readonly seq: Seq;
  readonly chain: Uint8Array;
  readonly why: Divergence;
  readonly first: Seq;
}

function settle(sync: Sync, { seq, chain, why, first }: Common): SyncStep {
  // What we held before is the server's too: nothing was lost, and nothing is moved.
  const moved: Sync = { ...sync, seq, chain };
  const move: readonly SyncWant[] = seq === sync.seq ? NOTHING : [{ want: "move", from: sync.seq, seq, chain, why }];
  const { sync: next, wants } =
    first > seq + 1 && sync.head > seq ? fetchFrom(moved, { after: first - 1, chain: undefined }) : catchUp(moved);
  return { sync: next, wants: [...move, ...wants] };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
