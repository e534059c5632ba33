// Who comes and goes by the server's word, and what this device is told of itself. What a commit did is told by its entry.
import { type DeviceId, type Handle, type LogId, logKind } from "../../model/ids.ts";
import type { LogState, ServerMessageOf } from "../../wire/messages.ts";
import type { ClientEvent } from "../port/views.ts";
import type { Circle } from "./circle/circle.ts";

export interface MembersWorld {
  readonly self: DeviceId;
  readonly user: Handle;
  readonly now: () => number;
  readonly nameOf: (log: LogId) => string;
  /** `hopes`: somebody brings this device in, or is about to. */
  readonly joined: (state: LogState, hopes: boolean) => void;
  /** They asked to be let out; nobody: who had asked is back (a direct conversation). */
  readonly leaving: (log: LogId, users: readonly Handle[]) => void;
  readonly circleOf: (log: LogId) => Pick<Circle, "isIn" | "isUndecided"> | undefined;
  /** A commit took this device out. */
  readonly putOut: (log: LogId) => void;
  /** This user is out of it. */
  readonly over: (log: LogId) => void;
  readonly tell: (event: ClientEvent) => void;
}

export class MemberChanges {
  readonly #world: MembersWorld;

  constructor(world: MembersWorld) {
    this.#world = world;
  }

  changed({ log, added, removed, state, leaving }: ServerMessageOf<"memberChange">): void {
    const { now, nameOf, joined, tell, self, user, circleOf } = this.#world;
    if (state !== undefined) {
      // Into the lobby everybody comes by themselves; and so does who was not yet out when it came back.
      const isAdded = added.some(({ device }) => device === self);
      const by = cameByItself(circleOf(log)) ? { by: user } : {};
      joined(state, state.kind !== "lobby" && (isAdded || !state.member));
      // Its user belongs, and this device is not in yet: it is told when it is.
      if (!state.member) return;
      return tell({
        event: "conversation",
        at: now(),
        conversation: nameOf(log),
        id: log,
        kind: state.kind,
        change: "added",
        ...by,
      });
    }
    if (removed.some(({ device }) => device === self)) return this.#world.putOut(log);
    if (leaving.includes(user)) {
      // Left before, or on its way in again already.
      if (circleOf(log)?.isIn !== true) return;
      return this.takenOut(log, user);
    }
    if (leaving.length > 0 || removed.length === 0) this.#world.leaving(log, leaving as readonly Handle[]);
  }

  /** `by`: whose wish it was, where that is known. */
  takenOut(log: LogId, by?: Handle): void {
    const { tell, now, nameOf, over } = this.#world;
    const kind = logKind(log) ?? "room";
    const who = by === undefined ? {} : { by };
    tell({ event: "conversation", at: now(), conversation: nameOf(log), id: log, kind, change: "removed", ...who });
    over(log);
  }
}

/** It has proposed its own way in, or has just come in by that: a Welcome comes after the server's word. */
function cameByItself(circle: Pick<Circle, "isIn" | "isUndecided"> | undefined): boolean {
  return circle?.isIn === true || circle?.isUndecided === true;
}
