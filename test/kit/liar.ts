// A server made of a script that holds the lobby of a real group: Bob has founded it, Carol is in it, and the client under test
// comes in by itself. It stores and gives what there is, as an honest server would, until a test makes it lie.
import { hash } from "node:crypto";
import { encodePayload } from "../../src/client/app/payload/payload.ts";
import { incoming } from "../../src/client/app/circle/incoming.ts";
import { bytesOf, type DeviceId, type Handle, type LogId, type Sha256, type StoreId } from "../../src/model/ids.ts";
import { encodeTerms, type Terms } from "../../src/model/terms.ts";
import type { Proposed, Wish } from "../../src/mls/groups.ts";
import { CLASSIC } from "../../src/mls/suite.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { CHAIN_START, nextChain } from "../../src/wire/chain.ts";
import { ENTRY_KIND } from "../../src/wire/entry-kind.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import type {
  ClientMessage,
  ClientMessageOf,
  Commit,
  Entry,
  LogState,
  ServerMessage,
  ServerMessageOf,
} from "../../src/wire/messages.ts";
import { encodeCommitNote } from "../../src/wire/note.ts";
import { TestClient, type TestClientWish } from "./client.ts";
import { newMid, TestDevice } from "./mls.ts";
import { deviceOf, type TestRealm } from "./realm.ts";
import { ScriptLink } from "./script-link.ts";

const TERMS: Terms = { kind: "lobby", join: "open", history: "none", closed: false, roles: new Map() };
const BY_MEMBER = { external: false, welcomes: [], reinit: false, restored: false };
const NOTHING = new Uint8Array(0);
const ALICE = "alice" as Handle;
const PAGE = 100;
/** As many as there can be: the client need not make any. */
const STOCKS = [1, 0xf00d].map((suite) => ({ suite, count: 25, lastResort: true }));

/** An entry that has no place yet. */
export type Unplaced = Omit<Entry, "seq">;

/** What the server says of a device. */
type Told = { readonly user: string; readonly chain: readonly Uint8Array[] };
type Info = Omit<ServerMessageOf<"groupInfo">, "type">;

export class Liar {
  readonly log: LogId;
  readonly bob: TestDevice;
  readonly carol: TestDevice;
  readonly alice: DeviceId;
  /** The log from its first entry on, and the chain before each and after the last. */
  readonly entries: Entry[] = [];
  readonly chains: Uint8Array[] = [CHAIN_START];
  readonly link = new ScriptLink((message) => this.#answer(message));
  /** What Bob has read of what the client wrote: the payload, or a code in brackets. */
  readonly heard: string[] = [];
  standing: LogState["standing"] = "ok";
  certificates: (device: DeviceId) => Told | undefined;
  /** What is answered instead; undefined: the truth. */
  instead: ((message: ClientMessage) => ServerMessage | undefined) | undefined;
  readonly #realm: TestRealm;
  readonly #parts = new Map<Sha256, Uint8Array>();
  #info: Info | undefined;
  #epoch = 0;
  /** Where alice came in; undefined: she is not in. */
  #from: number | undefined;
  /** The honest members read one entry after the other. */
  #reading: Promise<unknown> = Promise.resolve();

  private constructor(realm: TestRealm, known: Realm) {
    this.#realm = realm;
    this.log = lobbyLog(realm.fingerprint);
    const member = (user: string): TestDevice => new TestDevice(realm, known, { user, log: this.log, suite: CLASSIC });
    [this.bob, this.carol] = [member("bob"), member("carol")];
    this.alice = deviceOf(realm.client("alice"));
    const chains = new Map([this.bob, this.carol].map(({ device, user, identity }) => [device, { user, ...identity }]));
    this.certificates = (device) => chains.get(device);
  }

  static async open(realm: TestRealm): Promise<Liar> {
    const liar = new Liar(realm, await realm.load());
    const { bob, carol, log } = liar;
    const mid = newMid();
    const add = [await carol.keyPackage()];
    const made = bob.keep(await bob.host.found(log, 0, { add, remove: [], terms: TERMS, mid }));
    await bob.acceptOwn();
    await carol.join(made);
    liar.store(liar.#committed(bob, made, mid));
    return liar;
  }

  /** A client as alice, on this server. */
  client(more: Partial<TestClientWish> = {}): TestClient {
    const { link } = this;
    const world = { link, ...more.world };
    return new TestClient({ realm: this.#realm, identity: this.#realm.client("alice"), port: 0, ...more, world });
  }

  get epoch(): number {
    return this.#epoch;
  }

  // ---- what is written

  /** Sealed by a member for the group as it is now. */
  async sealed(plaintext: Uint8Array, by: TestDevice = this.bob, mid = newMid()): Promise<Unplaced> {
    await this.#reading;
    const { body } = by.keep(await by.host.seal(this.log, { plaintext, mid }));
    return { at: Date.now(), sender: by.device, mid, kind: "app", epoch: this.#epoch, body, note: NOTHING };
  }

  said(text: string, by?: TestDevice): Promise<Unplaced> {
    return this.sealed(encodePayload({ kind: "text", text }), by);
  }

  /** Said and stored, not delivered. */
  async write(text: string, by?: TestDevice): Promise<Entry> {
    return this.store(await this.said(text, by));
  }

  /** A commit that a member has made; it goes on by it only with `acceptOwn`. */
  async commits(by: TestDevice, wish: Partial<Wish>): Promise<Unplaced> {
    await this.#reading;
    const mid = newMid();
    const made = by.keep(await by.host.commit(this.log, { add: [], remove: [], mid, ...wish }));
    return this.#committed(by, made, mid);
  }

  /** The next entry of the log. */
  store(entry: Unplaced): Entry {
    const placed: Entry = { ...entry, seq: this.entries.length + 1 };
    const raw = { log: bytesOf(this.log), sender: bytesOf(entry.sender), mid: bytesOf(entry.mid) };
    const link = { ...placed, ...raw, kind: ENTRY_KIND[entry.kind] };
    this.chains.push(nextChain(this.chains.at(-1) ?? CHAIN_START, link));
    this.entries.push(placed);
    if (entry.kind === "commit") this.#epoch += 1;
    return placed;
  }

  /** A commit that has happened; its place in the log is given to another entry. */
  withhold(given: Unplaced): Entry {
    this.#epoch += 1;
    return this.store(given);
  }

  /** As if nothing had come after `seq`. No commit is taken back. */
  rewind(seq: number): void {
    this.entries.length = seq;
    this.chains.length = seq + 1;
  }

  deliver(...entries: readonly Entry[]): void {
    this.link.say({ type: "deliver", log: this.log, entries: [...entries] });
  }

  /** What this member reads in an entry. */
  async reads(by: TestDevice, entry: Unplaced): Promise<string | undefined> {
    await this.#reading;
    return (await by.read(incoming({ ...entry, seq: 0 }))).at(0);
  }

  /** Everything that the client wrote was read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  #committed(by: TestDevice, made: Proposed, mid: Entry["mid"]): Unplaced {
    const { commit: body, groupInfo, tree, terms = NOTHING } = made;
    const commit = { ...made, ...BY_MEMBER, terms, tree: this.#keep(tree) };
    this.#info = { log: this.log, epoch: this.#epoch + 1, seq: this.entries.length + 1, groupInfo, tree: commit.tree };
    const note = this.#note(commit);
    return { at: Date.now(), sender: by.device, mid, kind: "commit", epoch: this.#epoch, body, note };
  }

  #note(commit: Pick<Commit, "add" | "remove" | "external" | "terms" | "restored">): Uint8Array {
    const leaf = (device: DeviceId) => ({ device, user: this.#userOf(device) });
    const [add, remove] = [commit.add.map(leaf), commit.remove.map(leaf)];
    return encodeCommitNote({ ...commit, add, remove, revoked: [], leaving: [] });
  }

  #userOf(device: DeviceId): Handle {
    return device === this.alice ? ALICE : ((this.certificates(device)?.user ?? "nobody") as Handle);
  }

  #keep(tree: readonly Uint8Array[]): Sha256[] {
    return tree.map((part) => {
      const id = hash("sha256", part) as Sha256;
      this.#parts.set(id, part);
      return id;
    });
  }

  // ---- what is answered

  #answer(message: ClientMessage): ServerMessage | undefined {
    const lie = this.instead?.(message);
    if (lie !== undefined) return lie;
    switch (message.type) {
      case "hello":
        return this.#greeting();
      case "fetch":
        return this.#page(message);
      case "getDevices":
        return { type: "deviceList", devices: message.devices.flatMap((device) => this.#told(device)) };
      case "listMembers": {
        const members = [this.bob, this.carol].map(({ device, user }) => ({ device, user, online: true }));
        return { type: "memberList", log: message.log, members };
      }
      case "getGroupInfo":
        return this.#info && { type: "groupInfo", ...this.#info };
      case "getTreeParts":
        return { type: "treeParts", parts: message.parts.map((id) => this.#parts.get(id) ?? NOTHING) };
      case "putTreeParts":
        this.#keep(message.parts);
        return { type: "treePartsStored" };
      case "append":
        return this.#append(message);
      default:
        return undefined;
    }
  }

  #page({ log, after, maxCount }: ClientMessageOf<"fetch">): ServerMessage {
    const entries = this.entries.slice(after, after + (maxCount === 0 ? PAGE : maxCount));
    const chain = this.chains[after] ?? CHAIN_START;
    return { type: "page", log, entries, head: this.entries.length, first: this.#first, chain };
  }

  #told(device: DeviceId): ServerMessageOf<"deviceList">["devices"] {
    const told = this.certificates(device);
    return told === undefined ? [] : [{ device, user: told.user, certificates: [...told.chain], former: [] }];
  }

  #append({ mid, kind, epoch, body, commit }: ClientMessageOf<"append">): ServerMessage {
    const answer = { type: "appended", code: "", devices: [], at: Date.now() } as const;
    const head = this.entries.length;
    if (kind === "commit" && epoch !== this.#epoch)
      return { ...answer, result: "stale", seq: 0, head, epoch: this.#epoch };
    const note = commit === undefined ? NOTHING : this.#note(commit);
    const entry = this.store({ at: answer.at, sender: this.alice, mid, kind, epoch, body, note });
    this.#reading = this.#reading.then(async () => {
      this.heard.push(...(await this.bob.read(incoming(entry))));
      await this.carol.read(incoming(entry));
    });
    if (commit !== undefined) this.#letIn(entry, commit);
    if (commit?.external !== true) this.deliver(entry);
    return { ...answer, result: "ok", seq: entry.seq, head: entry.seq, epoch: this.#epoch };
  }

  #letIn({ seq }: Entry, { groupInfo, tree, external }: Commit): void {
    this.#info = { log: this.log, epoch: this.#epoch, seq, groupInfo, tree: [...tree] };
    if (!external) return;
    this.#from = seq;
    const added = [{ device: this.alice, user: ALICE, online: true }];
    this.link.say({ type: "memberChange", log: this.log, added, removed: [], state: this.#state, leaving: [] });
  }

  get #first(): number {
    return (this.#from ?? this.entries.length) + 1;
  }

  get #state(): LogState {
    return {
      log: this.log,
      kind: "lobby",
      head: this.entries.length,
      first: this.#first,
      epoch: this.#epoch,
      cursor: 0,
      standing: this.standing,
      member: this.#from !== undefined,
      terms: encodeTerms(TERMS),
      leaving: [],
      until: 0,
    };
  }

  #greeting(): ServerMessageOf<"greeting"> {
    const sizes = { frameBytes: 1, bodyBytes: 1, pageCount: 1, pageBytes: 1, blobChunkBytes: 1, blobBytes: 1 };
    return {
      type: "greeting",
      version: 1,
      features: [],
      storeId: "0a".repeat(16) as StoreId,
      generation: 1,
      durability: "disk",
      at: 0,
      device: this.alice,
      user: ALICE,
      logs: [this.#state],
      limits: { ...sizes, idleMs: 60_000 },
      agent: "",
      keyPackages: STOCKS,
      logHead: new Uint8Array(0),
      logKey: [],
    };
  }
}
