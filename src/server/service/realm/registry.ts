// The realm's log as devices see it: whose certificate shows up for the first time is entered before it is greeted, everybody hears of
// every new head, and reads pages with the proof that they belong together.
import { hash } from "node:crypto";
import { Fault, reason } from "../../../model/fault.ts";
import type { DeviceId, Sha256 } from "../../../model/ids.ts";
import { LOG_PAGE_COUNT, PAGE_BYTES } from "../../../model/limits.ts";
import { readCertificate } from "../../../pki/certificate.ts";
import { keyFingerprint } from "../../../pki/realm.ts";
import { decodeHead, encodeHead } from "../../../transparency/head.ts";
import { encodeServerFrame } from "../../../wire/codec.ts";
import type { ClientMessageOf, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { Log } from "../../port/log.ts";
import type { Outlet } from "../../port/outlet.ts";
import type { CertificateRecord, RealmStore } from "../../port/realm-store.ts";
import type { DeviceRecord } from "../../port/records.ts";
import type { Store } from "../../port/store.ts";
import type { RealmLog } from "./realm-log.ts";

export interface RegistryWorld {
  readonly realm: RealmStore;
  readonly revocations: Store["revocations"];
  readonly realmLog: RealmLog;
  /** The certificate of the key that signs heads: DER, leaf first. Empty: there is none. */
  readonly logKey: () => readonly Uint8Array[];
  /** DER, as clients shall obey them. */
  readonly lists: () => readonly Uint8Array[];
  readonly now: () => number;
  readonly log: Log;
}

/** Devices of before that are entered at once. */
const BEGIN_AT_ONCE = 100;
const REVOKED = { code: "certificate-revoked", message: "this certificate was revoked", retryMs: 0 } as const;
const NONE = new Uint8Array(0);

export class Registry {
  readonly #world: RegistryWorld;
  readonly #revoked = new Set<string>();
  #audience: () => Iterable<Outlet> = () => [];

  constructor(world: RegistryWorld) {
    this.#world = world;
  }

  /** Who is connected, once somebody can be. */
  attend(audience: () => Iterable<Outlet>): void {
    this.#audience = audience;
  }

  get connected(): ReadonlySet<DeviceId> {
    return new Set(Array.from(this.#audience(), ({ device }) => device));
  }

  /** A certificate that was not made here is entered when it is first seen. `shown`: the newest head that the device has seen. */
  async noted(record: DeviceRecord, shown: Uint8Array): Promise<void> {
    const { realm, realmLog } = this.#world;
    const { serial } = record;
    if (shown.length > 0) this.#shown(shown);
    const isKnown = async (): Promise<boolean> => (await realm.certificates({ serial }, 1)).length > 0;
    if (await isKnown()) return;
    const noting = realmLog.write(async () => {
      if (await isKnown()) return { entries: [] };
      const deed = this.#outside(record);
      // A store that was put back has forgotten it, and a client has given back its entry.
      return (await realm.ways(record.user)).has(serial) ? { ...deed, entries: [] } : deed;
    });
    // It may be the one that holds what was lost: it must be greeted to say so.
    if (realmLog.isWaiting)
      noting.catch((error: unknown) =>
        this.#world.log.error({ serial, reason: reason(error) }, "a device was not entered in the realm's log"),
      );
    else await noting;
  }

  /** A device may say anything: only what this server has signed counts. */
  #shown(bytes: Uint8Array): void {
    try {
      this.#world.realmLog.shown(decodeHead(bytes));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }

  /** What was revoked before; and devices that were enrolled before there was a log. */
  async begin(): Promise<void> {
    const { realm, realmLog, revocations } = this.#world;
    for (const { serial } of (await revocations(0)).revocations) this.#revoked.add(serial);
    // Each is entered when it is seen next.
    if (realmLog.isWaiting) return;
    for (;;) {
      const found = await realm.unlisted(BEGIN_AT_ONCE);
      if (found.length === 0) return;
      const deeds = found.map((record) => this.#outside(record));
      await realmLog.write(() => ({
        entries: deeds.flatMap(({ entries }) => entries),
        certificates: deeds.flatMap(({ certificates }) => certificates),
      }));
    }
  }

  /** These are out: whoever is connected with one of them hears why, and is not let in again. */
  revoked(serials: readonly string[]): void {
    for (const serial of serials) this.#revoked.add(serial);
    for (const outlet of this.#audience()) if (this.#revoked.has(outlet.serial)) outlet.end(REVOKED);
  }

  /** @throws Fault `certificate-revoked` */
  admit(serial: string): void {
    if (this.#revoked.has(serial)) throw new Fault(REVOKED.code, REVOKED.message);
  }

  /** What the greeting says of the log. */
  greeting(): Pick<ServerMessageOf<"greeting">, "logHead" | "logKey"> {
    const { realmLog, logKey } = this.#world;
    const { head } = realmLog;
    return head === undefined ? { logHead: NONE, logKey: [] } : { logHead: encodeHead(head), logKey: logKey() };
  }

  lists(): ServerMessageOf<"revocationLists"> {
    return { type: "revocationLists", lists: this.#world.lists() };
  }

  /** Fault `no-log`: this server has no key to sign with. */
  async page({ from }: ClientMessageOf<"readRealmLog">): Promise<ServerMessage> {
    const { realm, realmLog } = this.#world;
    const { head } = realmLog;
    if (head === undefined) throw new Fault("no-log", "this server keeps no signed log");
    if (from > head.size) throw new Fault("log-range", `the log has ${head.size} entries`);
    const found = await realm.logEntries(from, { maxCount: LOG_PAGE_COUNT, maxBytes: PAGE_BYTES });
    // What was stored since is for the next page.
    const entries = found.slice(0, head.size - from);
    const end = from + entries.length;
    const path = end === 0 ? [] : realmLog.consistency(end, head.size);
    return { type: "realmLogPage", entries, head: encodeHead(head), path };
  }

  /** See RealmLog.recover. Fault `log-refused`: it is nothing of this log. */
  async offered({ from, entries, head }: ClientMessageOf<"offerRealmLog">): Promise<ServerMessage> {
    const { realmLog } = this.#world;
    const isTaken = await realmLog.recover(from, entries, decodeHead(head));
    // Somebody else was faster: what is there now is as long, and the client compares it.
    if (!isTaken && from >= realmLog.size)
      throw new Fault("log-refused", "these entries are not of the log of this realm");
    // Who was put out since then is out again.
    this.revoked((await this.#world.revocations(0)).revocations.map(({ serial }) => serial));
    return { type: "done" };
  }

  grown(): void {
    const { head } = this.#world.realmLog;
    if (head !== undefined) this.#tell({ type: "realmLogGrown", head: encodeHead(head) });
  }

  listed(): void {
    this.#tell(this.lists());
  }

  #tell(message: ServerMessage): void {
    const frame = encodeServerFrame({ request: 0, message });
    for (const outlet of this.#audience()) outlet.send(frame);
  }

  #outside({ device, user, serial, certificates }: DeviceRecord) {
    const [der = NONE] = certificates;
    const at = this.#world.now();
    const { key, expiresAt } = factsOf(der) ?? { key: fingerprintOf(der), expiresAt: at };
    const record: CertificateRecord = {
      serial,
      user,
      device,
      fingerprint: fingerprintOf(der),
      key,
      issuedAt: at,
      expiresAt,
      leaseUntil: undefined,
      revokedAt: undefined,
      certificates,
    };
    const { fingerprint: cert, expiresAt: until } = record;
    const entry = { kind: "issued", at, user, device, serial, cert, until, how: "outside" } as const;
    return { entries: [entry], certificates: [record] };
  }
}

function fingerprintOf(der: Uint8Array): Sha256 {
  return hash("sha256", der, "hex") as Sha256;
}

/** Undefined: what an older server kept cannot be read. Nobody comes in by it, and the server starts all the same. */
function factsOf(der: Uint8Array): Pick<CertificateRecord, "key" | "expiresAt"> | undefined {
  try {
    const leaf = readCertificate(der);
    return { key: keyFingerprint(leaf.publicKeyInfo), expiresAt: leaf.notAfter.getTime() };
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
