// The screens under lock and key: they show nothing of what was said until the passphrase of the vault is typed. The vault itself
// stays open: messages go on coming in.
import { Fault } from "../../../model/fault.ts";
import { Tries } from "./tries.ts";
import type { ScreensWorld } from "./world.ts";

export interface LockingWorld extends Pick<ScreensWorld, "clock" | "passphrase"> {
  /** Minutes without a key; 0: never. */
  readonly lockAfter: () => number;
  readonly onLocked: () => void;
}

const MINUTE_MS = 60_000;

export class Locking {
  readonly #world: LockingWorld;
  readonly #tries: Tries;
  #isLocked = false;
  #awakeAt: number;
  #cancel: (() => void) | undefined;
  /** One passphrase after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: LockingWorld) {
    this.#world = world;
    this.#tries = new Tries(() => world.clock.now());
    this.#awakeAt = world.clock.now();
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  /** @throws Fault `no-passphrase` */
  lock(): void {
    if (!this.#world.passphrase.isSet())
      throw new Fault("no-passphrase", "nothing can be locked: what you read and write is kept without a passphrase", {
        hint: "set one in the settings, or with chat-client passwd",
      });
    this.#isLocked = true;
    this.#world.onLocked();
  }

  /** @throws Fault `wrong-passphrase`, `too-many-tries` */
  async unlock(passphrase: string): Promise<void> {
    await this.#inTurn(() => this.#try(passphrase));
    this.#isLocked = false;
    this.awake();
  }

  /** @throws Fault `wrong-passphrase`, `too-many-tries`, `passphrase-short`, `vault-*` */
  change(before: string, next: string): Promise<void> {
    const { passphrase } = this.#world;
    return this.#inTurn(async () => {
      // Whoever finds the screen open is not its owner yet.
      if (passphrase.isSet()) await this.#try(before);
      await passphrase.set(next === "" ? undefined : next);
    });
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    await done;
  }

  async #try(passphrase: string): Promise<void> {
    this.#tries.check();
    if (!(await this.#world.passphrase.check(passphrase))) {
      this.#tries.wrong();
      throw new Fault("wrong-passphrase", "that is not the passphrase of this vault");
    }
    this.#tries.right();
  }

  /** @throws Fault `screen-locked` */
  check(): void {
    if (this.#isLocked) throw new Fault("screen-locked", "the screen is locked", { hint: "type the passphrase first" });
  }

  /** Somebody is there. */
  awake(): void {
    this.#awakeAt = this.#world.clock.now();
    if (this.#cancel === undefined) this.#plan();
  }

  /** The setting is another one. */
  planAgain(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.awake();
  }

  #plan(): void {
    const { clock, lockAfter } = this.#world;
    const after = lockAfter() * MINUTE_MS;
    if (after === 0 || this.#isLocked) return;
    // A clock that was put back keeps nothing open for longer.
    const left = Math.min(after, this.#awakeAt + after - clock.now());
    this.#cancel = clock.after(Math.max(0, left), () => this.#due());
  }

  #due(): void {
    const { clock, lockAfter, passphrase } = this.#world;
    this.#cancel = undefined;
    if (this.#isLocked) return;
    const isTime = clock.now() - this.#awakeAt >= lockAfter() * MINUTE_MS;
    if (isTime && passphrase.isSet() && lockAfter() > 0) this.lock();
    else if (!isTime) this.#plan();
  }
}
