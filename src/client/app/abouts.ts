// How conversations are called: what members said of each (rooms), or whose they are (direct ones). Kept in the vault as settings.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle, isLogId, type LogId, type Sha256 } from "../../model/ids.ts";
import { directLog } from "../../wire/log-id.ts";
import type { Change, Vault } from "../port/vault.ts";
import type { Aside } from "./asides.ts";

export interface About {
  readonly name?: string;
  readonly topic?: string;
  /** Seconds; 0: messages stay. */
  readonly expire?: number;
  /** Of a direct conversation: the other user, or this one alone. */
  readonly with?: Handle;
  /** Announced in the lobby. */
  readonly listed?: boolean;
  /** This user is out of it; what was said stays. */
  readonly over?: boolean;
}

export interface AboutsWorld {
  readonly vault: Pick<Vault, "setting" | "logs">;
  readonly lobby: LogId;
  readonly realm: Sha256;
  readonly self: Handle;
  /** There is a conversation with this id. */
  readonly has: (log: LogId) => boolean;
  /** It has ended: its name is free. */
  readonly isClosed: (log: LogId) => boolean;
}

const LOBBY = "#lobby";
const PREFIX = "about/";
const NOTHING: About = {};

export class Abouts {
  readonly #world: AboutsWorld;
  readonly #abouts = new Map<LogId, About>();

  constructor(world: AboutsWorld) {
    this.#world = world;
    for (const { log } of world.vault.logs()) {
      const kept = world.vault.setting(PREFIX + log);
      if (kept !== undefined) this.#abouts.set(log, JSON.parse(kept) as About);
    }
  }

  of(log: LogId): About {
    return this.#abouts.get(log) ?? NOTHING;
  }

  /** As a person would type it; the id where there is no name, or another room has the same. */
  nameOf(log: LogId): string {
    if (log === this.#world.lobby) return LOBBY;
    const about = this.of(log);
    if (about.with !== undefined) return `@${about.with}`;
    const { name } = about;
    if (name === undefined || this.#called(name).some((other) => other !== log)) return log;
    return `#${name}`;
  }

  /** `to` of a command. @throws Fault `no-such-conversation`; `not-a-member`: an id of a room that this user is out of */
  logOf(to: string): LogId {
    if (to === LOBBY) return this.#world.lobby;
    const named = this.byId(to);
    if (named !== undefined && this.#isPast(named)) throw notIn(this.nameOf(named));
    if (named !== undefined) return named;
    if (to.startsWith("@")) return this.directOf(to);
    const found = to.startsWith("#") ? this.#called(to.slice(1)) : [];
    const [log, another] = found;
    if (another !== undefined)
      throw new Fault("no-such-conversation", `several conversations are called ${to}`, {
        hint: `say which by its id: ${found.join(", ")}`,
      });
    if (log !== undefined) return log;
    throw new Fault("no-such-conversation", "there is no such conversation here", {
      hint: "#lobby, #room, @user, or an id; /conversations in the chat lists all",
    });
  }

  /** To be read: also a room that this user is out of, by its id, or by what it was called. @throws Fault `no-such-conversation` */
  heldOf(to: string): LogId {
    return this.byId(to) ?? this.#pastCalled(to) ?? this.logOf(to);
  }

  /** A conversation that is here, whether this user is in it or out of it. */
  byId(to: string): LogId | undefined {
    return isLogId(to) && this.#world.has(to) ? to : undefined;
  }

  /** The same as `logOf`; undefined where that would throw. */
  find(to: string): LogId | undefined {
    try {
      return this.logOf(to);
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  /** The conversation with a user, whether there is one or not. @throws Fault `no-such-conversation` */
  directOf(to: string): LogId {
    const user = to.slice(1);
    if (!isHandle(user))
      throw new Fault("no-such-conversation", "that is not the name of a user", { hint: "for example @alice" });
    return directLog(this.#world.realm, this.#world.self, user);
  }

  /** What is different now; the change of the vault goes with whatever made it so. */
  set(log: LogId, about: About): readonly Change[] {
    const next = { ...this.of(log), ...about };
    if (JSON.stringify(next) === JSON.stringify(this.of(log))) return [];
    this.#abouts.set(log, next);
    return [{ put: "setting", name: PREFIX + log, value: JSON.stringify(next) }];
  }

  /** Said by members: of a room by those who have a say, of a direct conversation by both. */
  take({ log, said, role, by }: Aside): readonly Change[] {
    const isRoom = this.of(log).with === undefined && log !== this.#world.lobby;
    const mayName = role !== "member" && isRoom;
    // A newcomer is told by whoever is there.
    if (said.kind === "about" && (mayName || (isRoom && this.of(log).name === undefined))) {
      const { name, topic } = said;
      return this.set(log, { ...(name === undefined ? {} : { name }), ...(topic === undefined ? {} : { topic }) });
    }
    // A new device is told by another one of the same user, also by one that has no say.
    const isTold = by === this.#world.self && this.of(log).expire === undefined;
    if (said.kind === "timer" && (mayName || isTold || this.of(log).with !== undefined))
      return this.set(log, { expire: said.expire });
    return [];
  }

  /** A room that this user is in, and that goes on; another one than `but`. */
  hasLiving(name: string, but?: LogId): boolean {
    return this.#called(name).some((log) => log !== but && !this.#world.isClosed(log));
  }

  /** The only room of this name, where none that this user is in is called so. */
  #pastCalled(to: string): LogId | undefined {
    const name = to.slice(1);
    if (!to.startsWith("#") || to === LOBBY || this.#called(name).length > 0) return undefined;
    const [log, another] = [...this.#abouts.keys()].filter((one) => this.of(one).name === name && this.#isPast(one));
    return another === undefined ? log : undefined;
  }

  /** Between two something can be said again. */
  #isPast(log: LogId): boolean {
    const { over, with: other } = this.of(log);
    return over === true && other === undefined;
  }

  /** Those that have ended keep the name as long as no other has it. */
  #called(name: string): readonly LogId[] {
    const all = [...this.#abouts].filter(([, about]) => about.name === name && about.over !== true).map(([log]) => log);
    const living = all.filter((log) => !this.#world.isClosed(log));
    return living.length > 0 ? living : all;
  }
}

/** `place`: as it is called here. */
export function notIn(place: string): Fault {
  return new Fault("not-a-member", `this device is not in ${place}`, { values: { place } });
}
