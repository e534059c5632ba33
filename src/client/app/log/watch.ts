// Watching the realm's log: reads it as it grows, compares what others were shown, says what concerns this user, and knows of each
// certificate whether it was ever entered. An alarm here means that the server shows its members different things.
import { Fault, reason } from "../../../model/fault.ts";
import type { Handle, Sha256 } from "../../../model/ids.ts";
import type { Realm } from "../../../pki/realm.ts";
import type { IssuedEntry } from "../../../transparency/entry.ts";
import { decodeHead, encodeHead, type SignedHead, verifyHead } from "../../../transparency/head.ts";
import type { LogTrust } from "../../../transparency/history.ts";
import { checkLogCertificate } from "../../../transparency/log-key.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { Note } from "../../port/note.ts";
import type { Change, Vault } from "../../port/vault.ts";
import { headKey, Mirror, type Placed, sameRoot } from "./mirror.ts";

export interface WatchWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly realm: () => Realm;
  readonly put: (changes: readonly Change[]) => void;
  readonly ask: <K extends ServerMessage["type"]>(message: ClientMessage, wanted: K) => Promise<ServerMessageOf<K>>;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly alarm: (code: string, message: string) => void;
  readonly note: Note;
  /** Believed since the last time, and not on the first reading. */
  readonly onEntries: (entries: readonly Placed[]) => void;
  /** What is known of certificates has changed. */
  readonly onChanged: () => void;
}

/** A head that a member has seen, and this device not yet. */
interface Told {
  readonly head: SignedHead;
  readonly by: Handle;
}

/** Heads that were found to agree: remembered, so that each is looked at once. */
const AGREED = 4_096;
/** A server behind the same name may be a moment behind another one. */
const AGAIN_MS = 2_000;
/** Everything up to there was told before: a new vault is not told of years. */
const TOLD = "realm-log/told";

export class LogWatch {
  readonly #world: WatchWorld;
  readonly #mirror: Mirror;
  readonly #agreed = new Set<string>();
  readonly #ahead = new Map<string, Told>();
  /** To be looked for with the next page. */
  readonly #wanted = new Set<Sha256>();
  /** Looked for in the newest log there is, and not found. */
  readonly #missing = new Set<Sha256>();
  readonly #alarms = new Set<string>();
  #key: LogTrust["publicKey"] | undefined;
  #isKept = false;
  #reading: Promise<boolean> = Promise.resolve(false);

  constructor(world: WatchWorld) {
    this.#world = world;
    this.#mirror = new Mirror(world.vault);
  }

  /** For what is sealed: the newest that this device vouches for. */
  get head(): Uint8Array | undefined {
    const { head } = this.#mirror;
    return head === undefined || head.size > this.#mirror.size ? undefined : encodeHead(head);
  }

  /** This realm keeps a log, as far as this device has ever heard. */
  get isKept(): boolean {
    return this.#isKept || this.#mirror.head !== undefined;
  }

  /** How far it was read, and what all of that comes to; undefined before the first reading. */
  get read(): { readonly size: number; readonly root: Uint8Array } | undefined {
    const { size } = this.#mirror;
    const root = this.#mirror.rootAt(size);
    return this.#mirror.head === undefined || root === undefined ? undefined : { size, root };
  }

  entriesOf(user: Handle): readonly Placed[] {
    return this.#mirror.of(user);
  }

  acts(): readonly Placed[] {
    return this.#mirror.acts();
  }

  issued(certificate: Sha256): Placed<IssuedEntry> | undefined {
    return this.#mirror.issued(certificate);
  }

  isRevoked(serial: string): boolean {
    return this.#mirror.revoked(serial) !== undefined;
  }

  /** When the next guest's time is over; undefined: no guest is there. */
  nextLease(now: number): number | undefined {
    return this.#mirror.nextLease(now);
  }

  /** `unknown`: the log is being read. */
  standing(certificate: Sha256): "entered" | "missing" | "unknown" {
    if (this.#mirror.issued(certificate) !== undefined) return "entered";
    if (this.#missing.has(certificate)) return "missing";
    this.#lookFor(certificate);
    return "unknown";
  }

  greeted({ logHead, logKey }: Pick<ServerMessageOf<"greeting">, "logHead" | "logKey">): void {
    this.#isKept = logHead.length > 0;
    if (!this.#isKept) {
      if (this.#mirror.head !== undefined)
        this.#alarm("realm-log-withheld", "the server does not show the log of its certificates any more");
      return;
    }
    try {
      const now = new Date(this.#world.now());
      this.#key = checkLogCertificate(logKey, this.#world.realm(), { now }).publicKey;
    } catch (error) {
      this.#alarm("realm-log-key", `the key of the realm's log proves nothing: ${reason(error)}`);
      return;
    }
    this.grown(logHead);
    void this.#readAll();
  }

  /** The server tells of a new head. */
  grown(bytes: Uint8Array): void {
    const head = this.#headIn(bytes);
    if (head === undefined) return;
    const { head: known, size } = this.#mirror;
    this.#compared(head, undefined);
    if (known?.size !== size || head.size >= size) return;
    // It was put back to what it was some time ago, or somebody cut it.
    if (sameRoot(this.#mirror.rootAt(head.size), head.root)) void this.#giveBack(head.size, known);
  }

  /** A member has written, and says which head it knew. */
  heard(bytes: Uint8Array, by: Handle): void {
    const head = this.#headIn(bytes);
    if (head !== undefined) this.#compared(head, by);
  }

  #headIn(bytes: Uint8Array): SignedHead | undefined {
    const key = this.#key;
    if (key === undefined) return undefined;
    try {
      const head = decodeHead(bytes);
      if (this.#agreed.has(headKey(head))) return undefined;
      if (head.realm === this.#world.realm().fingerprint && verifyHead(head, key)) return head;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    // Anybody can write anything there: it says something about its writer, and nothing about the server.
    this.#world.note("info", "a head of the realm's log that its key has not signed");
    return undefined;
  }

  #compared(head: SignedHead, by: Handle | undefined): void {
    const own = this.#mirror.rootAt(head.size);
    if (own === undefined) void (by === undefined ? this.#readAll(head) : this.#notYet({ head, by }));
    else if (sameRoot(own, head.root)) this.#agree(head);
    else this.#split(by);
  }

  /** The server has signed it, so it can show what is in it: it is asked at once, and once more where several servers stand behind it. */
  async #notYet(told: Told): Promise<void> {
    const key = headKey(told.head);
    if (this.#ahead.has(key)) return;
    this.#ahead.set(key, told);
    await this.#readAll();
    if (!this.#ahead.has(key)) return;
    this.#world.after(AGAIN_MS, () => {
      void this.#readAll().then((isRead) => {
        if (!this.#ahead.has(key)) return;
        // Without a connection the server has not had its say: the next greeting asks again.
        if (!isRead) return void this.#ahead.delete(key);
        this.#alarm(
          "realm-log-withheld",
          `@${told.by} was shown ${told.head.size} entries of the realm's log, this device ${this.#mirror.size}: the server keeps back what it has entered`,
        );
      });
    });
  }

  #agree(head: SignedHead): void {
    const [oldest] = this.#agreed;
    if (this.#agreed.size >= AGREED && oldest !== undefined) this.#agreed.delete(oldest);
    this.#agreed.add(headKey(head));
  }

  #split(by: Handle | undefined): void {
    const whom = by === undefined ? "this device was shown two" : `@${by} was shown another one than this device`;
    this.#alarm(
      "realm-log-split",
      `the server shows different logs of its certificates: ${whom}; somebody who runs it may be hiding a device: compare safety numbers with those you write to`,
    );
  }

  // ---- reading

  /** `head`: what the server itself has just said. One after the other, until there is no more. False: it could not be asked. */
  #readAll(head?: SignedHead): Promise<boolean> {
    const reading = this.#reading
      .then(() => this.#read(head))
      .then(
        () => true,
        (error: unknown) => this.#unread(error),
      );
    this.#reading = reading;
    return reading;
  }

  async #read(head: SignedHead | undefined): Promise<void> {
    const publicKey = this.#key;
    if (publicKey === undefined || (head !== undefined && head.size <= this.#mirror.size)) return;
    // What is looked for from here on is looked for in what is asked for from here on.
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    const before = this.#mirror.size;
    const isFirst = this.#mirror.head === undefined;
    const trust = { realm: this.#world.realm().fingerprint, publicKey };
    for (;;) {
      const page = await this.#world.ask({ type: "readRealmLog", from: this.#mirror.read }, "realmLogPage");
      const shown = decodeHead(page.head);
      this.#world.put(this.#mirror.follow({ entries: page.entries, head: shown, path: page.path }, trust));
      if (page.entries.length === 0 || this.#mirror.read >= shown.size) break;
    }
    if (isFirst) this.#world.put([{ put: "setting", name: TOLD, value: String(this.#mirror.size) }]);
    const lost = wanted.filter((certificate) => this.#mirror.issued(certificate) === undefined);
    for (const certificate of lost) this.#missing.add(certificate);
    this.#caughtUp();
    if (this.#mirror.size > before || lost.length > 0) this.#world.onChanged();
  }

  #caughtUp(): void {
    for (const [key, { head, by }] of this.#ahead) {
      const own = this.#mirror.rootAt(head.size);
      if (own === undefined) continue;
      this.#ahead.delete(key);
      if (sameRoot(own, head.root)) this.#agree(head);
      else this.#split(by);
    }
    for (const certificate of this.#missing)
      if (this.#mirror.issued(certificate) !== undefined) this.#missing.delete(certificate);
    // Also what was read in a run that ended before it was told.
    const told = Number(this.#world.vault.setting(TOLD) ?? this.#mirror.size);
    const news = this.#mirror.since(told);
    if (news.length === 0) return;
    this.#world.onEntries(news);
    this.#world.put([{ put: "setting", name: TOLD, value: String(this.#mirror.size) }]);
  }

  #unread(error: unknown): false {
    if (!(error instanceof Fault) || error.code === "offline") return false;
    switch (error.code) {
      case "log-forked":
        this.#split(undefined);
        break;
      // It is shorter than it was: see `grown`.
      case "log-shrunk":
      case "log-range":
        break;
      default:
        this.#alarm("realm-log-unread", `the realm's log cannot be believed: ${error.message}`);
    }
    return false;
  }

  /** What it has lost, with its own signature over it: a server that was put back takes it, and everybody hears of it. */
  async #giveBack(from: number, head: SignedHead): Promise<void> {
    try {
      const entries = this.#mirror.bytesSince(from);
      await this.#world.ask({ type: "offerRealmLog", from, entries, head: encodeHead(head) }, "done");
    } catch (error) {
      if (!(error instanceof Fault) || error.code === "offline") return;
      this.#alarm("realm-log-shrunk", "the server's log of certificates has lost entries that it had signed");
    }
  }

  /** The newest log is asked for once; what is not in it then, is in none. */
  #lookFor(certificate: Sha256): void {
    if (this.#wanted.has(certificate)) return;
    this.#wanted.add(certificate);
    if (this.#wanted.size === 1) void this.#readAll();
  }

  /** Each is said once in a run: what is wrong stays wrong. */
  #alarm(code: string, message: string): void {
    if (this.#alarms.has(`${code} ${message}`)) return;
    this.#alarms.add(`${code} ${message}`);
    this.#world.alarm(code, message);
  }
}
