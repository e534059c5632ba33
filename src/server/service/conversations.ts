// Conversations and who is in them, as far as the server must know: ids, devices, users and terms; no names, no topics.
import { Fault } from "../../model/fault.ts";
import { type Handle, type LogId, logKind } from "../../model/ids.ts";
import { CONVERSATIONS, MEMBERS } from "../../model/limits.ts";
import { type Terms, decodeTerms } from "../../model/terms.ts";
import { directLog } from "../../wire/log-id.ts";
import type { ClientMessageOf, Member, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { MemberRecord } from "../port/records.ts";
import type { DeviceLog } from "../port/store.ts";
import { termsRecord } from "./admission.ts";
import { hear } from "./hearing.ts";
import { fitting, stateOf } from "./log-state.ts";
import { mayKnow, noSuchConversation, standingOf } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

export class Conversations {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /**
   * A new log on the given terms; nobody is in it before its first commit. The same request again, or by somebody else who
   * belongs, changes nothing and gets the conversation as it is. One who left a direct conversation comes back by it.
   */
  async create(outlet: Outlet, { log, kind, terms: bytes }: ClientMessageOf<"create">): Promise<ServerMessage> {
    if ((kind !== "room" && kind !== "direct") || logKind(log) !== kind || !log.startsWith("00")) throw badLogId();
    const { store } = this.#world;
    const here = await standingOf(store, log);
    if (here === undefined) {
      // There, and without terms: none that anybody may have.
      if ((await store.heads([log])).has(log)) throw noSuchConversation();
      const terms = this.#newTerms(outlet.user, { log, kind, bytes });
      if ((await store.logsOf(outlet.device)).length > CONVERSATIONS)
        throw new Fault("too-many-conversations", `a user may be in ${CONVERSATIONS} conversations`);
      await store.createLog(log, [], termsRecord(terms, bytes));
    }
    if (kind === "direct") await this.#comeBack(outlet, log);
    const mine = await this.#logOf(outlet, log);
    if (mine === undefined) throw noSuchConversation();
    return { type: "created", state: stateOf(mine) };
  }

  /** All of the user's, or one. */
  async list(outlet: Outlet, { log: only }: ClientMessageOf<"listConversations">): Promise<ServerMessage> {
    const logs = await this.#world.logsOf(outlet);
    // Who has read what was before it was taken out asks how things stand now, and may be in again.
    for (const log of logs) if (log.log === only) hear(this.#world.audience, outlet, log);
    const states = logs.filter(({ log }) => logKind(log) !== "inbox" && (only === undefined || log === only));
    const conversations = [];
    for (const state of fitting(states.map((log) => stateOf(log))))
      conversations.push({ state, members: (await this.#world.store.membersOf(state.log)).length });
    return { type: "conversationList", conversations };
  }

  async members(outlet: Outlet, { log }: ClientMessageOf<"listMembers">): Promise<ServerMessage> {
    const records = outlet.logs.has(log) ? await this.#world.store.membersOf(log) : await this.#rosterOf(outlet, log);
    const byUser = records.toSorted((a, b) => (a.user < b.user ? -1 : 1));
    return { type: "memberList", log, members: byUser.slice(0, MEMBERS).map((record) => this.#member(record)) };
  }

  async #rosterOf(outlet: Outlet, log: LogId): Promise<readonly MemberRecord[]> {
    const now = await standingOf(this.#world.store, log);
    if (now === undefined || !mayKnow(now, outlet)) throw noSuchConversation();
    return now.record.roster;
  }

  #newTerms(user: Handle, { log, kind, bytes }: NewConversation): Terms {
    const terms = decodeTerms(bytes);
    if (terms === undefined || terms.kind !== kind || terms.closed) throw badTerms();
    if (kind === "room") {
      if (terms.roles.get(user) !== "owner") throw badTerms();
      return terms;
    }
    const users = [...terms.roles.keys()];
    const [a, b = a] = users;
    if (a === undefined || b === undefined || users.length > 2 || !users.includes(user)) throw badTerms();
    if (terms.join !== "invite") throw badTerms();
    if (log !== directLog(this.#world.realm, a, b)) throw badLogId();
    return terms;
  }

  /** A leave is taken back: the user's devices that are still in it go on hearing it. */
  async #comeBack({ user }: Outlet, log: LogId): Promise<void> {
    const now = await standingOf(this.#world.store, log);
    if (now === undefined || !now.standing.terms.roles.has(user)) throw noSuchConversation();
    if (!now.standing.leaving.has(user) || !(await this.#world.store.comeBack(log, user))) return;
    const added = now.record.roster.filter((one) => one.user === user).map((one) => this.#member(one));
    const message = { type: "memberChange", log, added, removed: [], leaving: [] } as const;
    for (const outlet of this.#world.audience.outlets()) {
      if (outlet.user !== user && outlet.logs.has(log)) this.#world.notify(outlet, { ...message, state: undefined });
      if (outlet.user !== user) continue;
      const mine = await this.#logOf(outlet, log);
      if (mine === undefined) continue;
      if (mine.member) this.#world.audience.subscribe(outlet, log, mine.head);
      // Nobody has added it: no Welcome is on its way.
      this.#world.notify(outlet, { ...message, added: [], state: stateOf(mine) });
    }
  }

  async #logOf(outlet: Outlet, log: LogId): Promise<DeviceLog | undefined> {
    return (await this.#world.store.logsOf(outlet.device)).find((one) => one.log === log);
  }

  #member({ device, user }: MemberRecord): Member {
    return { device, user, online: this.#world.audience.outletOf(device) !== undefined };
  }
}

interface NewConversation {
  readonly log: LogId;
  readonly kind: "room" | "direct";
  readonly bytes: Uint8Array;
}

function badLogId(): Fault {
  return new Fault("bad-log-id", "a new conversation is a room or direct, and its id says so", {
    hint: "a room: shard byte 0, kind byte 3, 14 random bytes; a direct conversation: as its users give it",
  });
}

function badTerms(): Fault {
  return new Fault("bad-terms", "the terms are not those of a new conversation of this user", {
    hint: "a room names its maker as owner; a direct conversation names its one or two users and is by invitation",
  });
}
