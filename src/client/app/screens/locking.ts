// The screens under lock and key: they show nothing of what was said until the passphrase of the vault is typed. The vault itself
// stays open: messages go on coming in.
import { Fault } from "../../../model/fault.ts";
import type { ScreensWorld } from "./world.ts";

export interface LockingWorld extends Pick<ScreensWorld, "clock" | "passphrase"> {
  /** Minutes without a key; 0: never. */
  readonly lockAfter: () => number;
  readonly onLocked: () => void;
}

const MINUTE_MS = 60_000;

export class Locking {
  readonly #world: LockingWorld;
  #isLocked = false;
  #awakeAt: number;
  #cancel: (() => void) | undefined;
  /** One passphrase after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: LockingWorld) {
    this.#world = world;
    this.#awakeAt = world.clock.now();
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  /** @throws Fault `no-passphrase` */
  lock(): void {
    if (!this.#world.passphrase.isSet())
      throw new Fault("no-passphrase", "nothing can be locked: what you read and write is kept without a passphrase", {
        hint: "close this program, set one with chat-client passwd, and start it again",
      });
    this.#isLocked = true;
    this.#world.onLocked();
  }

  /** @throws Fault `wrong-passphrase` */
  async unlock(passphrase: string): Promise<void> {
    const checked = this.#turn.then(async () => this.#world.passphrase.check(passphrase));
    this.#turn = checked.catch(() => {});
    if (!(await checked)) throw new Fault("wrong-passphrase", "the passphrase of this vault is another one");
    this.#isLocked = false;
    this.awake();
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
