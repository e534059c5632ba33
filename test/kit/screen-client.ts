// A real client with the screens as its face, over a real vault: what a person at a terminal or a page has.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/bin/system-clock.ts";
import { ScreenModel } from "../../src/client/app/screens/screens.ts";
import type { Client } from "../../src/client/port/client.ts";
import type { Clock } from "../../src/client/port/clock.ts";
import type { Intent, Ring, ScreenView, TimelineMessage } from "../../src/client/port/screens.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { type LocalVault, openVault } from "../../src/client/vault/sqlite.ts";
import { checkDevice } from "../../src/pki/peer.ts";
import { realmOf } from "../../src/pki/realm.ts";
import { derBlocks } from "../../src/pki/pem.ts";
import { TestClient, type TestClientWish, TestFace } from "./client.ts";
import type { TestIdentity, TestRealm } from "./realm.ts";

const WAIT_MS = 10_000;
const MINUTE = 60_000;

export interface ScreenWish {
  readonly realm: TestRealm;
  readonly identity: TestIdentity;
  readonly port: number;
  /** Of an earlier run. */
  readonly home?: string;
  readonly passphrase?: string;
  readonly clock?: Clock;
  /** See TestClientWish. */
  readonly bend?: TestClientWish["bend"];
}

export class ScreenClient {
  readonly screens: ScreenModel;
  readonly test: TestClient;
  readonly home: string;
  readonly rings: Ring[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(wish: ScreenWish) {
    const { realm, identity, port, clock = systemClock } = wish;
    this.home = wish.home ?? mkdtempSync(join(tmpdir(), "mutual-screens-"));
    const [root = Buffer.alloc(0)] = derBlocks(Buffer.from(realm.caPem()), ["CERTIFICATE"]);
    const pinned = realmOf({ root, issuers: identity.chain.slice(1) });
    const peer = checkDevice(identity.chain, pinned, { now: new Date(), revocation: "if-known" });
    const vault = openVault(vaultFolder(this.home, pinned.fingerprint, peer.device));
    const server = `127.0.0.1:${port}`;
    const { user, name, device } = peer;
    this.screens = new ScreenModel({
      self: { user, name, device, realm: pinned.fingerprint, server },
      ...worldOf(vault, clock, wish.passphrase),
    });
    this.screens.onRing((ring) => this.rings.push(ring));
    this.screens.onChange(() => {
      for (const watcher of this.#watchers) watcher();
    });
    const face = new FaceOfBoth(this.screens);
    const bend = wish.bend && { bend: wish.bend };
    this.test = new TestClient({ realm, identity, port, home: this.home, face, ...bend, world: { vault, clock } });
    this.screens.start(this.test.client);
  }

  get client(): Client {
    return this.test.client;
  }

  get view(): ScreenView {
    return this.screens.view;
  }

  get messages(): readonly TimelineMessage[] {
    return this.view.open.timeline.items.flatMap((one) => (one.item === "message" ? [one.message] : []));
  }

  get texts(): readonly string[] {
    return this.messages.map(({ text }) => text);
  }

  row(name: string): ScreenView["conversations"][number] | undefined {
    return this.view.conversations.find(({ conversation }) => conversation === name);
  }

  do(intent: Intent): Promise<void> {
    return this.screens.do(intent);
  }

  /** Waits until this is true of what is shown. */
  async until(is: () => boolean, what: string): Promise<void> {
    if (is()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const vain = (): void => reject(new Error(`waited in vain: ${what}; shown: ${this.texts.slice(-5).join(" | ")}`));
    const timer = setTimeout(vain, WAIT_MS);
    const watcher = (): void => {
      if (is()) resolve();
    };
    this.#watchers.add(watcher);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
    }
  }

  sees(text: string): Promise<void> {
    return this.until(() => this.texts.includes(text), `"${text}"`);
  }

  async ready(): Promise<this> {
    await this.test.ready();
    await this.until(() => this.view.conversations.length > 0 && !this.view.open.timeline.isLoading, "the list");
    return this;
  }

  /** Leaves what is kept for another start. */
  stop(): void {
    this.screens.stop();
    this.client.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Remembers what it was shown, and shows it on the screens. */
class FaceOfBoth extends TestFace {
  readonly #screens: ScreenModel;

  constructor(screens: ScreenModel) {
    super();
    this.#screens = screens;
  }

  override show(event: Parameters<TestFace["show"]>[0]): void {
    this.#screens.show(event);
    super.show(event);
  }

  override async written(): Promise<void> {
    await this.#screens.written();
    await super.written();
  }
}

function worldOf(vault: LocalVault, clock: Clock, passphrase: string | undefined) {
  return {
    clock,
    defer: (run: () => void) => void setImmediate(run),
    random: (bytes: number) => randomBytes(bytes),
    local: (at: number) => ({ day: new Date(at).toISOString().slice(0, 10), minutes: Math.floor(at / MINUTE) % 1440 }),
    language: "en",
    setting: (name: string) => vault.setting(name),
    commit: (changes: Parameters<LocalVault["commit"]>[0]) => vault.commit(changes, { durable: false }),
    passphrase: {
      isSet: () => passphrase !== undefined,
      check: (typed: string) => typed === passphrase,
      set: async () => {},
    },
  };
}
