// Opens the enrolment door while somebody may come in by it, and closes it when nobody can any more.
import { Fault, reason } from "../model/fault.ts";
import type { Door } from "./door/door.ts";
import type { Clock } from "./port/clock.ts";
import type { Log } from "./port/log.ts";

export interface DoorKeeperWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** `port`: where it was before, if it was: those who were invited look for it there. */
  readonly make: (port: number | undefined) => Promise<Door>;
  /** Somebody may come in by it now. */
  readonly needed: () => Promise<boolean>;
}

/** What ends by time is noticed so soon. */
const LOOK_MS = 5_000;

export class DoorKeeper {
  readonly #world: DoorKeeperWorld;
  #door: Door | undefined;
  #port: number | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopLooking: () => void = () => undefined;
  /** Until it is started it is closed, whoever is invited: an administrator's program has no door, and a server may have none. */
  #state: "new" | "started" | "stopped" = "new";

  constructor(world: DoorKeeperWorld) {
    this.#world = world;
  }

  /** Where it listens, or listened last. */
  get port(): number | undefined {
    return this.#port;
  }

  /** Throws Fault `listen-door` where it cannot be opened: better at the start than when somebody stands before it. */
  async start(): Promise<void> {
    await this.#open();
    this.#state = "started";
    await this.look();
    this.#wait();
  }

  /** Opens or closes it, if that is due. */
  look(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#look()).catch((error: unknown) => this.#complain(error));
    return this.#turn;
  }

  reload(run: (door: Door) => void): void {
    if (this.#door !== undefined) run(this.#door);
  }

  async stop(): Promise<void> {
    this.#state = "stopped";
    this.#stopLooking();
    await this.#turn;
    await this.#close();
  }

  async #look(): Promise<void> {
    if (this.#state !== "started") return;
    const isNeeded = await this.#world.needed();
    if (isNeeded && this.#door === undefined) await this.#open();
    if (!isNeeded && this.#door !== undefined) await this.#close();
  }

  #wait(): void {
    this.#stopLooking = this.#world.clock.after(LOOK_MS, () => {
      void this.look().then(() => {
        if (this.#state === "started") this.#wait();
      });
    });
  }

  async #open(): Promise<void> {
    const door = await this.#world.make(this.#port);
    this.#port = await door.listen();
    this.#door = door;
    this.#world.log.info({ port: this.#port }, "the enrolment door is open");
  }

  async #close(): Promise<void> {
    const door = this.#door;
    if (door === undefined) return;
    this.#door = undefined;
    await door.close();
    this.#world.log.info({}, "the enrolment door is closed");
  }

  #complain(error: unknown): void {
    const { code } = error instanceof Fault ? error : new Fault("internal", "");
    this.#world.log.error({ code, reason: reason(error) }, "the enrolment door could not be opened");
  }
}
