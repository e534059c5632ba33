// A log of before, with what its archived copies say, as a server and a group would give it.
import type { Ask } from "../../src/client/app/circle/ask.ts";
import { encodePayload, type Payload } from "../../src/client/app/payload/payload.ts";
import type { Archived, Outcome } from "../../src/mls/groups.ts";
import {
  bytesOf,
  type DeviceId,
  type Handle,
  hexOf,
  type LogId,
  type MessageId,
  type Sha256,
} from "../../src/model/ids.ts";
import { encodeTerms, type Terms } from "../../src/model/terms.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import type { ClientMessage, Entry } from "../../src/wire/messages.ts";
import { encodeCommitNote } from "../../src/wire/note.ts";

export const START_MS = 1_700_000_000_000;
const NOTHING = new Uint8Array();

export function deviceFor(user: string): DeviceId {
  return Buffer.from(user.padEnd(16, ".")).toString("hex").slice(0, 32) as DeviceId;
}

export class PastLog {
  readonly log: LogId;
  readonly entries: Entry[] = [];
  readonly chains: Uint8Array[] = [CHAIN_START];
  /** What somebody else finds in the copies, by the id of the message. */
  readonly #copies = new Map<MessageId, Outcome>();
  /** What was asked of the server. */
  readonly asked: ClientMessage["type"][] = [];

  constructor(log: LogId) {
    this.log = log;
  }

  get head(): number {
    return this.entries.length;
  }

  chainAt(seq: number): Uint8Array {
    return Uint8Array.from(this.chains[seq] ?? NOTHING);
  }

  mark(seq: number): { readonly seq: number; readonly chain: Sha256 } {
    return { seq, chain: hexOf(this.chainAt(seq)) as Sha256 };
  }

  says(user: string, payload: Payload | string): MessageId {
    const said: Payload = typeof payload === "string" ? { kind: "text", text: payload } : payload;
    const { mid } = this.#store(user, { kind: "app" });
    const from = { device: deviceFor(user), user: user as Handle, name: user };
    this.#copies.set(mid, { kind: "message", plaintext: encodePayload(said), from, epoch: 1, copy: "same" });
    return mid;
  }

  /** With a copy that does not open. */
  fails(user: string, code: string, message = code): MessageId {
    const { mid } = this.#store(user, { kind: "app" });
    this.#copies.set(mid, { kind: "fault", code, message });
    return mid;
  }

  commits(user: string, terms?: Terms): void {
    const said = terms === undefined ? NOTHING : encodeTerms(terms);
    const nobody = { add: [], remove: [], revoked: [], leaving: [] };
    const note = encodeCommitNote({ ...nobody, external: false, terms: said, restored: false });
    this.#store(user, { kind: "commit", note });
  }

  readonly ask = ((message: ClientMessage) => {
    this.asked.push(message.type);
    if (message.type === "getDevices") return Promise.resolve({ type: "deviceList", devices: [] });
    if (message.type !== "fetch") throw new Error(`nobody asks for ${message.type}`);
    const { after, maxCount } = message;
    const entries = this.entries.slice(after, after + maxCount);
    return Promise.resolve({
      type: "page",
      log: this.log,
      entries,
      head: this.head,
      first: 1,
      chain: this.chainAt(after),
    });
  }) as unknown as Ask;

  readonly openArchived = async (_log: LogId, archived: readonly Archived[]): Promise<readonly Outcome[]> =>
    archived.map(({ mid }) => this.#copies.get(mid) ?? { kind: "fault", code: "no-archive-copy", message: "" });

  #store(user: string, { kind, note = NOTHING }: { readonly kind: Entry["kind"]; readonly note?: Uint8Array }): Entry {
    const seq = this.head + 1;
    const ids = { sender: deviceFor(user), mid: seq.toString(16).padStart(32, "0") as MessageId };
    const entry: Entry = { ...ids, seq, at: START_MS + seq * 1_000, kind, epoch: 1, body: Buffer.from(`${seq}`), note };
    const raw = { log: bytesOf(this.log), sender: bytesOf(entry.sender), mid: bytesOf(entry.mid) };
    this.chains.push(nextChain(this.chainAt(seq - 1), { ...entry, ...raw, kind: ENTRY_KIND[kind] }));
    this.entries.push(entry);
    return entry;
  }
}
