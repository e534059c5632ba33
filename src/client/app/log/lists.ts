// The revocation lists of the CAs as this device holds them: those of its files at first, then every newer one that the server brings.
// A list is believed with the CA's signature, and an older one never takes the place of a newer one.
import { reason } from "../../../model/fault.ts";
import { type Realm, withCrls } from "../../../pki/realm.ts";
import type { Note } from "../../port/note.ts";
import type { Change, Vault } from "../../port/vault.ts";

export interface ListsWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly realm: Realm;
  readonly put: (changes: readonly Change[]) => void;
  readonly note: Note;
}

const KEPT = "revocation-lists";

export class Lists {
  readonly #world: ListsWorld;
  #realm: Realm;

  constructor(world: ListsWorld) {
    this.#world = world;
    this.#realm = world.realm;
    const kept = world.vault.setting(KEPT);
    if (kept !== undefined) this.#merge(kept.split(" ").map((list) => Buffer.from(list, "base64")));
  }

  /** With the newest lists. */
  get realm(): Realm {
    return this.#realm;
  }

  isListed(serial: string): boolean {
    for (const { revoked } of this.#realm.crls.values()) if (revoked.has(serial)) return true;
    return false;
  }

  /** True: something is known now that was not. */
  take(lists: readonly Uint8Array[]): boolean {
    const before = this.#held();
    this.#merge(lists);
    const now = this.#held();
    if (now === before) return false;
    this.#world.put([{ put: "setting", name: KEPT, value: now }]);
    return true;
  }

  #merge(lists: readonly Uint8Array[]): void {
    for (const list of lists) {
      try {
        const held = [...this.#realm.crls.values()].map(({ der }) => der);
        this.#realm = withCrls(this.#realm, [...held, list]);
      } catch (error) {
        this.#world.note("warn", `a revocation list of the server is not believed: ${reason(error)}`);
      }
    }
  }

  #held(): string {
    return [...this.#realm.crls.values()].map(({ der }) => der.toString("base64")).join(" ");
  }
}
