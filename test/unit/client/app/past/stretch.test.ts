// A stretch of before is proved from above, entry by entry.
import { describe, expect, it } from "vitest";
import type { Ask } from "../../../../../src/client/app/circle/ask.ts";
import { fetchStretch, proved } from "../../../../../src/client/app/past/stretch.ts";
import type { Mark } from "../../../../../src/client/app/past/state.ts";
import {
  bytesOf,
  type DeviceId,
  hexOf,
  type LogId,
  type MessageId,
  type Sha256,
} from "../../../../../src/model/ids.ts";
import { CHAIN_START, nextChain } from "../../../../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../../../../src/wire/entry-kind.ts";
import type { Entry, ServerMessage } from "../../../../../src/wire/messages.ts";

const LOG = `0003${"0".repeat(28)}` as LogId;

function entry(seq: number): Entry {
  const [sender, mid] = ["bb".repeat(16) as DeviceId, seq.toString(16).padStart(32, "0") as MessageId];
  return {
    seq,
    at: 1_000 + seq,
    sender,
    mid,
    kind: "app",
    epoch: 1,
    body: Buffer.from(`${seq}`),
    note: new Uint8Array(),
  };
}

/** The chain after each of so many entries, the first for none. */
const chains: Uint8Array[] = [CHAIN_START];
for (let seq = 1; seq <= 1_200; seq += 1) {
  const { sender, mid, kind, ...rest } = entry(seq);
  const ids = { log: bytesOf(LOG), sender: bytesOf(sender), mid: bytesOf(mid) };
  chains.push(nextChain(chains.at(-1) ?? CHAIN_START, { ...rest, ...ids, kind: ENTRY_KIND[kind] }));
}
const chainAt = (seq: number): Uint8Array => chains[seq] ?? CHAIN_START;
const markAt = (seq: number): Mark => ({ seq, chain: hexOf(chainAt(seq)) as Sha256 });

/** A server with a page of so many entries. */
function server(page: number, more: { readonly first?: number } = {}) {
  const asked: number[] = [];
  const ask = ((message: { readonly after: number; readonly maxCount: number }) => {
    const { after, maxCount } = message;
    asked.push(maxCount);
    const entries = Array.from({ length: Math.min(maxCount, page) }, (_, at) => entry(after + 1 + at));
    const answer: ServerMessage = {
      type: "page",
      log: LOG,
      entries,
      head: 1_200,
      first: more.first ?? 1,
      chain: chainAt(after),
    };
    return Promise.resolve(answer);
  }) as unknown as Ask;
  return { ask, asked };
}

describe("a stretch", () => {
  it("is a page, and gives the mark for the next one, down to the beginning", async () => {
    const { ask } = server(500);
    let top = markAt(1_200);
    const seqs: number[] = [];
    while (top.seq > 0) {
      const { entries, below } = await fetchStretch(ask, { log: LOG, top, after: 0 });
      seqs.unshift(...entries.map(({ entry: { seq } }) => seq));
      expect(below).toEqual(markAt(below.seq));
      expect(entries.map(({ chain }) => hexOf(chain))).toEqual(entries.map(({ entry: { seq } }) => markAt(seq).chain));
      top = below;
    }
    expect(seqs).toEqual(Array.from({ length: 1_200 }, (_, at) => at + 1));
  });

  it("ends where nothing more is wanted", async () => {
    const { below, entries } = await fetchStretch(server(500).ask, { log: LOG, top: markAt(90), after: 70 });
    expect([below, entries.length]).toEqual([markAt(70), 20]);
  });

  it("is as short as large messages make it, and asks for no more than goes together", async () => {
    const { ask, asked } = server(3);
    const { below, entries, count } = await fetchStretch(ask, { log: LOG, top: markAt(600), after: 0 });
    expect(asked).toEqual([500, 2]);
    expect([below.seq, entries.length, count]).toEqual([598, 2, 2]);
    await fetchStretch(ask, { log: LOG, top: below, after: 0, most: 2 * count });
    expect(asked).toEqual([500, 2, 4, 2]);
  });

  it("is none where the server no longer has what was before", async () => {
    const wanted = fetchStretch(server(500, { first: 650 }).ask, { log: LOG, top: markAt(700), after: 0 });
    await expect(wanted).rejects.toMatchObject({ code: "history-gone" });
  });

  it("of a server that gives nothing is a mismatch, after a few questions", async () => {
    const { ask, asked } = server(0);
    await expect(fetchStretch(ask, { log: LOG, top: markAt(600), after: 0 })).rejects.toMatchObject({
      code: "history-mismatch",
    });
    expect(asked).toEqual([500, 1]);
  });
});

describe("a page that", () => {
  const page = { entries: [4, 5, 6].map((seq) => entry(seq)), chain: chainAt(3) };
  const at = { log: LOG, top: markAt(6), from: 3 };
  const refused = expect.objectContaining({ code: "history-mismatch" }) as unknown;

  it("is right is taken", () => {
    expect(proved(page, at)).toMatchObject({ below: markAt(3), entries: [{}, {}, { chain: chainAt(6) }] });
  });

  it.each<readonly [string, Partial<typeof page>]>([
    ["lacks one in the middle", { entries: [4, 6].map((seq) => entry(seq)) }],
    ["lacks the last", { entries: [4, 5].map((seq) => entry(seq)) }],
    ["lacks the first", { entries: [5, 6].map((seq) => entry(seq)) }],
    ["has one more", { entries: [4, 5, 6, 7].map((seq) => entry(seq)) }],
    ["has them in another order", { entries: [5, 4, 6].map((seq) => entry(seq)) }],
    ["has a changed body", { entries: [entry(4), { ...entry(5), body: Buffer.from("x") }, entry(6)] }],
    ["has another time", { entries: [entry(4), { ...entry(5), at: 1 }, entry(6)] }],
    ["has another sender", { entries: [entry(4), { ...entry(5), sender: "cc".repeat(16) as DeviceId }, entry(6)] }],
    ["has a note", { entries: [entry(4), { ...entry(5), note: Buffer.from("x") }, entry(6)] }],
    ["begins elsewhere", { chain: chainAt(2) }],
    ["is empty", { entries: [] }],
    ["is empty, and says that nothing is missing", { entries: [], chain: chainAt(6) }],
    ["lacks all but the last, and says that nothing is missing", { entries: [entry(6)], chain: chainAt(5) }],
  ])("%s is refused", (_what, wrong) => {
    expect(() => proved({ ...page, ...wrong }, at)).toThrow(refused);
  });

  it("is of another log, or says that the log begins with something is refused", () => {
    expect(() => proved(page, { ...at, log: `0003${"1".repeat(28)}` as LogId })).toThrow(refused);
    expect(() => proved(page, { ...at, from: 0 })).toThrow(refused);
  });
});
