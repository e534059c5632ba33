// The realm's log as devices see it: whose certificate shows up for the first time is entered before it is greeted, everybody hears of
// every new head, and reads pages with the proof that they belong together.
import { createHash } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import { hexOf, type Sha256 } from "../../../model/ids.ts";
import { LOG_PAGE_COUNT, PAGE_BYTES } from "../../../model/limits.ts";
import { readCertificate } from "../../../pki/certificate.ts";
import { keyFingerprint } from "../../../pki/realm.ts";
import { encodeHead } from "../../../transparency/head.ts";
import { encodeServerFrame } from "../../../wire/codec.ts";
import type { ClientMessageOf, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { Outlet } from "../../port/outlet.ts";
import type { CertificateRecord, RealmStore } from "../../port/realm-store.ts";
import type { DeviceRecord } from "../../port/records.ts";
import type { RealmLog } from "./realm-log.ts";

export interface RegistryWorld {
  readonly realm: RealmStore;
  readonly realmLog: RealmLog;
  /** The certificate of the key that signs heads: DER, leaf first. Empty: there is none. */
  readonly logKey: readonly Uint8Array[];
  /** DER, as clients shall obey them. */
  readonly lists: () => readonly Uint8Array[];
  readonly now: () => number;
}

const NONE = new Uint8Array(0);

export class Registry {
  readonly #world: RegistryWorld;
  #audience: () => Iterable<Outlet> = () => [];

  constructor(world: RegistryWorld) {
    this.#world = world;
  }

  /** Who is connected, once somebody can be. */
  attend(audience: () => Iterable<Outlet>): void {
    this.#audience = audience;
  }

  /** A certificate that was not made here is entered when it is first seen. */
  async noted(record: DeviceRecord): Promise<void> {
    const { realm, realmLog } = this.#world;
    const { serial } = record;
    const isKnown = async (): Promise<boolean> => (await realm.certificates({ serial }, 1)).length > 0;
    if (await isKnown()) return;
    await realmLog.write(async () => ((await isKnown()) ? { entries: [] } : this.#outside(record)));
  }

  /** What the greeting says of the log. */
  greeting(): Pick<ServerMessageOf<"greeting">, "logHead" | "logKey"> {
    const { realmLog, logKey } = this.#world;
    const { head } = realmLog;
    return head === undefined ? { logHead: NONE, logKey: [] } : { logHead: encodeHead(head), logKey };
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
    const leaf = readCertificate(der);
    const at = this.#world.now();
    const record: CertificateRecord = {
      serial,
      user,
      device,
      fingerprint: hexOf(createHash("sha256").update(der).digest()) as Sha256,
      key: keyFingerprint(leaf.publicKeyInfo),
      issuedAt: at,
      expiresAt: leaf.notAfter.getTime(),
      leaseUntil: undefined,
      revokedAt: undefined,
      certificates,
    };
    const { fingerprint: cert, expiresAt: until } = record;
    const entry = { kind: "issued", at, user, device, serial, cert, until, how: "outside" } as const;
    return { entries: [entry], certificates: [record] };
  }
}
