// A real client in this process: real vault in a temporary folder, real TLS, a face that remembers what it was shown.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/bin/system-clock.ts";
import { readCommand } from "../../src/client/app/commands.ts";
import { type ClientWorld, startClient } from "../../src/client/main.ts";
import type { Client, Reply } from "../../src/client/port/client.ts";
import type { Face } from "../../src/client/port/face.ts";
import type { ClientEvent } from "../../src/client/port/views.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import type { DeviceId } from "../../src/model/ids.ts";
import { Credentials } from "../../src/mls/credentials.ts";
import { GroupHost } from "../../src/mls/group-host.ts";
import type { Groups } from "../../src/mls/groups.ts";
import { HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import { checkDevice, newPathCache } from "../../src/pki/peer.ts";
import { type Realm, realmOf } from "../../src/pki/realm.ts";
import { derBlocks } from "../../src/pki/pem.ts";
import { tlsLink } from "../../src/client/link/dial.ts";
import { type Bends, bentLink } from "./bent-link.ts";
import { ownOf } from "./mls.ts";
import type { TestIdentity, TestRealm } from "./realm.ts";

const WAIT_MS = 10_000;

type EventOf<K extends ClientEvent["event"]> = Extract<ClientEvent, { event: K }>;

export class TestFace implements Face {
  readonly events: ClientEvent[] = [];
  readonly #watchers = new Set<() => void>();
  #full: PromiseWithResolvers<void> | undefined;

  get full(): boolean {
    return this.#full !== undefined;
  }

  drained(): Promise<void> {
    return this.#full?.promise ?? Promise.resolve();
  }

  written(): Promise<void> {
    return this.drained();
  }

  /** From now on it takes nothing, until `resume`. */
  stall(): void {
    this.#full = Promise.withResolvers();
  }

  resume(): void {
    this.#full?.resolve();
    this.#full = undefined;
  }

  show(event: ClientEvent): void {
    this.events.push(event);
    for (const watcher of this.#watchers) watcher();
  }

  of<K extends ClientEvent["event"]>(kind: K): EventOf<K>[] {
    return this.events.filter((event): event is EventOf<K> => event.event === kind);
  }

  /** Waits until `done` is true of what was shown. */
  async until(done: (face: TestFace) => boolean, what: string): Promise<void> {
    if (done(this)) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`waited in vain: ${what}; last events: ${JSON.stringify(this.events.slice(-5))}`)),
      WAIT_MS,
    );
    const watcher = (): void => {
      if (done(this)) resolve();
    };
    this.#watchers.add(watcher);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
    }
  }
}

export interface TestClientWish {
  readonly realm: Pick<TestRealm, "caPem">;
  readonly identity: TestIdentity;
  readonly port: number;
  readonly host?: string;
  /** The port of the door, where it is known. */
  readonly door?: number;
  readonly home?: string;
  readonly world?: Partial<ClientWorld>;
  readonly face?: TestFace;
  /** What becomes of its groups: a client that lies. */
  readonly bend?: (groups: Groups) => Groups;
  /** What becomes of what the server says: a server that lies. */
  readonly hears?: Bends["hears"];
  /** What it says waits for this. */
  readonly holds?: Bends["holds"];
  /** What its groups take for the time. */
  readonly today?: () => Date;
  /** Of the groups that it founds. */
  readonly suite?: SuiteName;
  /** The realm as the client knows it; without it, the root and nothing else. */
  readonly pinned?: Realm;
}

/** The groups without a thread of their own. */
function groupsOf({ identity, today, suite = HYBRID }: TestClientWish, pinned: Realm, device: DeviceId): GroupHost {
  const credentials = new Credentials(pinned, newPathCache());
  const now = today ?? (() => new Date());
  return new GroupHost({ credentials, own: ownOf(identity, device), now, newSuite: suite });
}

export class TestClient {
  readonly client: Client;
  readonly face: TestFace;
  readonly home: string;
  readonly notes: string[];

  constructor(wish: TestClientWish) {
    const { realm, identity, port, host = "127.0.0.1", bend = (groups) => groups } = wish;
    this.home = wish.home ?? mkdtempSync(join(tmpdir(), "mutual-home-"));
    this.face = wish.face ?? new TestFace();
    this.notes = [];
    const [root = Buffer.alloc(0)] = derBlocks(Buffer.from(realm.caPem()), ["CERTIFICATE"]);
    const { leaf, chain, certPem, keyPem } = identity;
    const pinned = wish.pinned ?? realmOf({ root, issuers: chain.slice(1) });
    const peer = checkDevice(chain, pinned, {
      now: leaf.notBefore > new Date() ? leaf.notBefore : new Date(Math.min(Date.now(), leaf.notAfter.getTime())),
      revocation: "if-known",
    });
    const files = {
      realm: pinned,
      peer,
      certificatePem: certPem,
      keyPem,
      leaf: readCertificate(leaf.der),
      warnings: [],
    };
    const dialed = { host, port, realm: pinned, identity: () => files, clock: systemClock };
    const link = (wish.hears ?? wish.holds) && { link: bentLink(tlsLink(dialed), wish) };
    this.client = startClient(
      { host, port, files, home: this.home, agent: "test", door: wish.door },
      {
        clock: systemClock,
        random: (bytes) => randomBytes(bytes),
        defer: (run) => void setImmediate(run),
        note: (level, sentence) => void this.notes.push(`${level}: ${sentence}`),
        face: this.face,
        groups: bend(groupsOf(wish, pinned, peer.device)),
        ...link,
        ...wish.world,
      },
    );
  }

  /** As a line of `--json` would. */
  ask(fields: Readonly<Record<string, unknown>>): Promise<Reply> {
    return this.client.ask(readCommand(fields));
  }

  send(text: string, more: Readonly<Record<string, unknown>> = {}): Promise<Reply> {
    return this.ask({ do: "send", to: "#lobby", text, ...more });
  }

  ready(): Promise<void> {
    return this.face.until((face) => face.of("ready").length > 0, "ready");
  }

  /** Waits for so many messages in all. */
  async messages(count: number): Promise<EventOf<"message">[]> {
    await this.face.until((face) => face.of("message").length >= count, `${count} messages`);
    return this.face.of("message");
  }

  /** Waits for a message of this text. */
  hears(text: string): Promise<void> {
    return this.face.until(() => this.texts().includes(text), `"${text}"`);
  }

  texts(): string[] {
    return this.face.of("message").map(({ text }) => text);
  }

  [Symbol.dispose](): void {
    this.client.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}
