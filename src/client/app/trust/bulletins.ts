// What a person must hear: kept in the vault together with what it is about, until a face has taken it. After a crash it is told again
// rather than never.
import type { Face } from "../../port/face.ts";
import type { Change, Vault } from "../../port/vault.ts";
import type { ClientEvent } from "../../port/views.ts";

export interface BulletinsWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly face: Pick<Face, "written">;
  readonly tell: (event: ClientEvent) => void;
  /** Runs once everything put so far is in the vault. */
  readonly afterwards: (run: () => void) => void;
  readonly put: (changes: readonly Change[]) => void;
}

const SETTING = "bulletins";
/** Told, and not known to be taken: a face that takes nothing does not fill the vault. */
const MOST = 200;

export class Bulletins {
  readonly #world: BulletinsWorld;
  #open: readonly ClientEvent[];

  constructor(world: BulletinsWorld) {
    this.#world = world;
    this.#open = JSON.parse(world.vault.setting(SETTING) ?? "[]") as readonly ClientEvent[];
  }

  /** Tells what was left over. */
  start(): void {
    if (this.#open.length > 0) this.#tell(this.#open);
  }

  /** To be put with what it is about; told when that is in the vault. */
  post(events: readonly ClientEvent[]): readonly Change[] {
    if (events.length === 0) return [];
    this.#open = [...this.#open, ...events].slice(-MOST);
    this.#world.afterwards(() => this.#tell(events));
    return [this.#kept()];
  }

  #tell(events: readonly ClientEvent[]): void {
    const { face, tell, put } = this.#world;
    for (const event of events) tell(event);
    void face.written().then(() => {
      this.#open = this.#open.filter((event) => !events.includes(event));
      put([this.#kept()]);
    });
  }

  #kept(): Change {
    return { put: "setting", name: SETTING, value: JSON.stringify(this.#open) };
  }
}
