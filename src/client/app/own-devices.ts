// The devices of one user help each other: whoever is in brings in the one that is new.
import type { DeviceId, Handle, LogId } from "../../model/ids.ts";
import type { Outcome } from "../../mls/groups.ts";
import type { Abouts } from "./abouts.ts";
import type { Ask } from "./circle/ask.ts";
import type { Circles } from "./circle/circles.ts";
import { hasOwn } from "./own-others.ts";
import type { Payload } from "./payload/payload.ts";

export interface OwnDevicesWorld {
  readonly ask: Ask;
  readonly circles: Circles;
  readonly lobby: LogId;
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly abouts: Abouts;
  readonly say: (log: LogId, payload: Payload) => Promise<unknown>;
  readonly logs: () => readonly LogId[];
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => void;
}

/** Several devices of the user see the new one at the same time: the first is enough. */
const SPREAD_MS = 1_000;

export class OwnDevices {
  readonly #world: OwnDevicesWorld;

  constructor(world: OwnDevicesWorld) {
    this.#world = world;
  }

  /** A new device of this user has come into the lobby: it is brought into everything else. */
  commit(log: LogId, { added }: Extract<Outcome, { kind: "commit" }>): void {
    const { lobby, self, after, chance } = this.#world;
    const isNew = added.some(({ user, device }) => user === self.user && device !== self.device);
    if (log === lobby && isNew) after(SPREAD_MS * chance(), () => this.#bring());
  }

  /** Another device of this user is there now and in it: then it is worth waiting for. Nothing is known without an answer. */
  async hasHelper(log: LogId): Promise<boolean> {
    const { ask, self } = this.#world;
    try {
      const { members } = await ask({ type: "listMembers", log }, "memberList");
      return members.some(({ user, device, online }) => online && user === self.user && device !== self.device);
    } catch {
      return false;
    }
  }

  /** It knows nothing of before: neither the name, nor how long messages stay. */
  async #tell(log: LogId): Promise<void> {
    const { abouts, say } = this.#world;
    const { name, topic, expire } = abouts.of(log);
    if (name !== undefined) await say(log, { kind: "about", name, ...(topic === undefined ? {} : { topic }) });
    if (expire !== undefined && expire > 0) await say(log, { kind: "timer", expire });
  }

  /** This device has come in. If it has made it, the user's other devices wait to be brought in. */
  cameIn(log: LogId): void {
    const { lobby, circles } = this.#world;
    if (log !== lobby && circles.get(log)?.view?.members.length === 1) this.#bringInto(log);
  }

  #bring(): void {
    const { lobby, logs } = this.#world;
    for (const log of logs()) if (log !== lobby) this.#bringInto(log);
  }

  #bringInto(log: LogId): void {
    const { circles, self } = this.#world;
    const circle = circles.get(log);
    if (circle?.isIn !== true) return;
    // It may have come in by itself meanwhile.
    circle
      .wish({ want: "add", users: [self.user] })
      .then(() => (hasOwn(circle.view?.members ?? [], self) ? this.#tell(log) : undefined))
      .catch(() => undefined);
  }
}
