// Devices that are in the lobby for the first time, told to everybody there. Gathered: a thousand that come at once make a
// few frames for each, not a thousand.
import type { LogId } from "../../model/ids.ts";
import { MEMBERS } from "../../model/limits.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { Member } from "../../wire/messages.ts";
import type { Clock } from "../port/clock.ts";
import type { Audience } from "./audience.ts";

const GATHER_MS = 250;

export class Newcomers {
  readonly #lobby: LogId;
  readonly #audience: Audience;
  readonly #clock: Clock;
  #waiting: Member[] = [];

  constructor(lobby: LogId, audience: Audience, clock: Clock) {
    this.#lobby = lobby;
    this.#audience = audience;
    this.#clock = clock;
  }

  /** The newcomer is told too, as one of those who came: its own list of members may be older. */
  note(member: Member): void {
    this.#waiting.push(member);
    if (this.#waiting.length === 1) this.#clock.after(GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    const added = this.#waiting.slice(0, MEMBERS);
    this.#waiting = this.#waiting.slice(MEMBERS);
    const message = {
      type: "memberChange",
      log: this.#lobby,
      added,
      removed: [],
      state: undefined,
      leaving: [],
    } as const;
    this.#audience.broadcast(this.#lobby, encodeServerFrame({ request: 0, message }));
    if (this.#waiting.length > 0) this.#clock.after(GATHER_MS, () => this.#flush());
  }
}
