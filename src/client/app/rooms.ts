// Conversations and who is in them, as commands: made, changed, joined, left.
import { Fault } from "../../model/fault.ts";
import type { Epoch, Handle, LogId } from "../../model/ids.ts";
import { encodeTerms, type Terms } from "../../model/terms.ts";
import { newRoomLog } from "../../wire/log-id.ts";
import type { LogState } from "../../wire/messages.ts";
import type { Command, Reply } from "../port/client.ts";
import type { Change } from "../port/vault.ts";
import type { Abouts } from "./abouts.ts";
import type { Ask } from "./circle/ask.ts";
import { checkUser } from "./check-user.ts";
import type { Circle } from "./circle/circle.ts";
import type { Circles } from "./circle/circles.ts";
import type { Listings } from "./listings.ts";
import type { Payload } from "./payload/payload.ts";
import type { GroupWish } from "./plan.ts";
import type { Stored } from "./sending.ts";

export interface RoomsWorld {
  readonly ask: Ask;
  readonly circles: Circles;
  readonly abouts: Abouts;
  readonly listings: Listings;
  readonly lobby: LogId;
  readonly self: Handle;
  readonly random: (bytes: number) => Uint8Array;
  /** @throws Fault `no-such-conversation` */
  readonly joined: (state: LogState) => void;
  readonly say: (log: LogId, payload: Payload) => Promise<Stored>;
  readonly put: (changes: readonly Change[]) => void;
  /** This user is out of it. */
  readonly over: (log: LogId) => Promise<void>;
}

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;
export type RoomCommand = Of<
  | "create"
  | "add"
  | "remove"
  | "approve"
  | "deny"
  | "join"
  | "leave"
  | "role"
  | "topic"
  | "rename"
  | "policy"
  | "expire"
  | "disband"
>;

export class Rooms {
  readonly #world: RoomsWorld;

  constructor(world: RoomsWorld) {
    this.#world = world;
  }

  /** @throws Fault: why it cannot be done */
  async run(command: RoomCommand): Promise<Reply> {
    switch (command.do) {
      case "create":
        return this.#create(command);
      case "join":
        return this.#join(command.to);
      case "add":
      case "approve":
        return this.#add(this.#world.abouts.logOf(command.to), command.user);
      case "remove":
        return this.#remove(command.to, command.user);
      case "deny":
        return this.#deny(command);
      case "leave":
        return this.#leave(this.#world.abouts.logOf(command.to));
      case "role":
        return this.#role(command);
      case "topic":
        return this.#about(command.to, { topic: command.text });
      case "rename":
        return this.#about(command.to, { name: command.text });
      case "policy":
        return this.#policy(command);
      case "expire":
        await this.#world.say(this.#world.abouts.logOf(command.to), { kind: "timer", expire: command.seconds });
        return {};
      case "disband":
        return this.#disband(command.to);
    }
  }

  async #create({ name, join, listed, history }: Of<"create">): Promise<Reply> {
    const { random, self, ask, joined, say, abouts, put } = this.#world;
    this.#checkFree(name);
    const log = newRoomLog(random(16));
    const terms: Terms = { kind: "room", join, history, closed: false, roles: new Map([[self, "owner"]]) };
    const { state } = await ask({ type: "create", log, kind: "room", terms: encodeTerms(terms) }, "created");
    put(abouts.set(log, { name }));
    joined(state);
    await (await this.#circle(log)).entered();
    await say(log, { kind: "about", name });
    if (listed) await this.#list(log, true);
    return { conversation: abouts.nameOf(log) };
  }

  /** `log`: which may have it. @throws Fault `name-taken` */
  #checkFree(name: string, log?: LogId): void {
    if (!this.#world.abouts.hasLiving(name, log)) return;
    throw new Fault("name-taken", `there is #${name} already`, {
      values: { name },
      hint: `/to #${name} goes there; choose another name for another room`,
    });
  }

  async #add(log: LogId, user: Handle): Promise<Reply> {
    const { abouts, say, ask } = this.#world;
    const circle = await this.#circle(log);
    const isIn = hasDeviceOf(circle, user);
    if (!isIn) await checkUser(ask, user);
    await circle.wish({ want: "add", users: [user] });
    // Who comes in knows nothing of before, the name neither.
    const { name, topic } = abouts.of(log);
    if (name !== undefined) await say(log, { kind: "about", name, ...(topic === undefined ? {} : { topic }) });
    return {
      ...epochOf(circle),
      ...(isIn ? { there: true } : {}),
      ...(hasDeviceOf(circle, user) ? {} : { awaited: true }),
    };
  }

  /** A yes that takes out nobody would be a lie. */
  async #remove(to: string, user: Handle): Promise<Reply> {
    await this.#checkMember(to, user);
    return this.#change(to, { want: "remove", users: [user] });
  }

  async #checkMember(to: string, user: Handle): Promise<Circle> {
    const circle = await this.#circle(this.#world.abouts.logOf(to));
    if (hasDeviceOf(circle, user) || circle.view?.terms.roles.has(user) === true) return circle;
    throw new Fault("not-a-member", `@${user} is not in it`, {
      values: { user },
      hint: "/who in the chat says who is",
    });
  }

  async #deny({ to, user }: Of<"deny">): Promise<Reply> {
    const log = this.#world.abouts.logOf(to);
    await this.#world.ask({ type: "answer", log, user }, "done");
    return epochOf(await this.#circle(log));
  }

  async #role({ to, user, role }: Of<"role">): Promise<Reply> {
    const circle = await this.#checkMember(to, user);
    await circle.wish({ want: "role", user, role });
    return {};
  }

  async #policy({ to, join, history, listed }: Of<"policy">): Promise<Reply> {
    const log = this.#world.abouts.logOf(to);
    const policy = { ...(join === undefined ? {} : { join }), ...(history === undefined ? {} : { history }) };
    if (join !== undefined || history !== undefined)
      await (await this.#circle(log)).wish({ want: "policy", ...policy });
    const isListed = this.#isListed(log);
    const shall = listed ?? (isListed && join !== undefined ? join !== "invite" : undefined);
    if (shall === true || (shall === false && isListed)) await this.#list(log, shall);
    return {};
  }

  /** Where nobody can come in any more, nobody is sent. */
  async #disband(to: string): Promise<Reply> {
    const log = this.#world.abouts.logOf(to);
    await this.#change(to, { want: "close" });
    if (this.#isListed(log)) await this.#list(log, false);
    return {};
  }

  #isListed(log: LogId): boolean {
    const { abouts, listings } = this.#world;
    return abouts.of(log).listed === true || listings.nameOf(log) !== undefined;
  }

  async #about(to: string, about: { readonly name?: string; readonly topic?: string }): Promise<Reply> {
    const { say, abouts, lobby, self } = this.#world;
    const log = abouts.logOf(to);
    const role = (await this.#circle(log)).view?.terms.roles.get(self);
    if (log === lobby || abouts.of(log).with !== undefined)
      throw new Fault("fixed-members", `${to} has the name it has`, { hint: "rooms have names and topics" });
    if (role !== "owner" && role !== "admin")
      throw new Fault("not-an-admin", "only owners and admins of the room may do that", { hint: "ask one of them" });
    if (about.name !== undefined) this.#checkFree(about.name, log);
    await say(log, { kind: "about", ...about });
    if (this.#isListed(log)) await this.#list(log, true);
    return {};
  }

  async #list(log: LogId, on: boolean): Promise<void> {
    const { abouts, say, lobby, put } = this.#world;
    const { name = "", topic = "" } = abouts.of(log);
    const join = (await this.#circle(log)).view?.terms.join;
    if (on && join !== "open" && join !== "ask")
      throw new Fault("not-open", "a room that is by invitation only is not listed", {
        hint: "set its join policy to open or ask first",
      });
    await say(lobby, { kind: "listing", log, name, topic, join: join === "open" ? "open" : "ask", on });
    put(abouts.set(log, { listed: on }));
  }

  /** Coming in: by itself where the room is open, by asking where it says so. */
  async #join(to: string): Promise<Reply> {
    const { listings, ask, joined, abouts, circles, put } = this.#world;
    const known = abouts.find(to) ?? abouts.byId(to);
    if (known !== undefined && circles.get(known)?.isIn === true) return this.#standing(known, "member");
    const listed = listings.find(to);
    const log = known ?? listed?.log;
    if (log === undefined)
      throw new Fault("no-such-conversation", "no room of this name is listed", {
        hint: "rooms by invitation are joined when a member adds you",
      });
    if (listed?.join === "ask") {
      await ask({ type: "ask", log }, "done");
      return { state: "asked" };
    }
    if (listed !== undefined) put(abouts.set(log, { name: listed.name, topic: listed.topic, over: false }));
    joined(stranger(log));
    await (await this.#circle(log)).entered();
    return this.#standing(log, "member");
  }

  async #leave(log: LogId): Promise<Reply> {
    await this.#world.ask({ type: "leave", log }, "done");
    const reply = this.#standing(log, "left");
    await this.#world.over(log);
    return reply;
  }

  async #change(to: string, wish: GroupWish): Promise<Reply> {
    const circle = await this.#circle(this.#world.abouts.logOf(to));
    await circle.wish(wish);
    return epochOf(circle);
  }

  #standing(log: LogId, state: "member" | "left"): Reply {
    return { state, conversation: this.#world.abouts.nameOf(log) };
  }

  #circle(log: LogId): Promise<Circle> {
    return this.#world.circles.meet(log);
  }
}

function hasDeviceOf({ view }: Circle, user: Handle): boolean {
  return view?.members.some((one) => one.user === user) === true;
}

function epochOf({ epoch }: Circle): { readonly epoch: Epoch } {
  return { epoch };
}

/** A conversation as somebody sees it who does not belong to it yet. */
function stranger(log: LogId): LogState {
  const nothing = { epoch: 1, head: 0, first: 1, from: 0, cursor: 0, standing: "ok", terms: new Uint8Array() } as const;
  return { log, kind: "room", member: false, leaving: [], until: 0, ...nothing };
}
