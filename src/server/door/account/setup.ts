// The server's key for passwords: made once, kept in the store, as secret as a private key. Only its public half leaves here.
import type { OpaqueServer } from "../../../password/server/opaque-server.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { RealmLog } from "../../service/realm/realm-log.ts";

export interface SetupWorld {
  readonly realm: Pick<RealmStore, "setting">;
  readonly realmLog: Pick<RealmLog, "write">;
  readonly opaque: Pick<OpaqueServer, "createSetup" | "publicKey">;
}

const SETTING = "opaque-setup";

interface Opened {
  /** Secret. */
  readonly setup: string;
  readonly publicKey: string;
}

export class OpaqueSetup {
  readonly #world: SetupWorld;
  #opened: Promise<Opened> | undefined;

  constructor(world: SetupWorld) {
    this.#world = world;
  }

  /** Secret. */
  async get(): Promise<string> {
    return (await this.#open()).setup;
  }

  async publicKey(): Promise<string> {
    return (await this.#open()).publicKey;
  }

  #open(): Promise<Opened> {
    this.#opened ??= this.#read().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #read(): Promise<Opened> {
    const { realm, opaque } = this.#world;
    const setup = (await realm.setting(SETTING)) ?? (await this.#make());
    return { setup, publicKey: await opaque.publicKey(setup) };
  }

  /** Another node may be as far: whichever was first counts. */
  async #make(): Promise<string> {
    const { realm, realmLog, opaque } = this.#world;
    const value = await opaque.createSetup();
    await realmLog.write(() => ({ entries: [], settings: [{ name: SETTING, value, once: true }] }));
    return (await realm.setting(SETTING)) ?? value;
  }
}
