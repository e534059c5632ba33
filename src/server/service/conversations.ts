// Conversations and who is in them, as far as the server must know: ids, devices, no names, no topics.
import { Fault } from "../../model/fault.ts";
import { type DeviceId, logKind } from "../../model/ids.ts";
import { CONVERSATIONS, MEMBERS } from "../../model/limits.ts";
import type { ClientMessageOf, Member, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { DeviceLog, MemberRecord } from "../port/store.ts";
import { noSuchConversation } from "./delivery.ts";
import { logState } from "./log-state.ts";
import type { ServiceWorld } from "./world.ts";

export class Conversations {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** A new log with its first members; the same request again changes nothing and gets the same answer. */
  async create(outlet: Outlet, { log, kind, devices }: ClientMessageOf<"create">): Promise<ServerMessage> {
    if ((kind !== "room" && kind !== "direct") || logKind(log) !== kind || !log.startsWith("00"))
      throw new Fault("bad-log-id", "a new conversation is a room or direct, and its id says so", {
        hint: "shard byte 0, kind byte 3 for a room or 4 for direct, 14 random bytes",
      });
    if (outlet.logs.size > CONVERSATIONS)
      throw new Fault("too-many-conversations", `a device may be in ${CONVERSATIONS} conversations`);
    const members = [...new Set([outlet.device, ...devices])];
    if (members.length > MEMBERS) throw new Fault("too-many-members", `a conversation has at most ${MEMBERS} devices`);
    await this.#known(members);
    const made = await this.#world.store.createLog(log, members);
    const records = await this.#world.store.membersOf(log);
    if (!records.some(({ device }) => device === outlet.device)) throw noSuchConversation();
    if (made) await this.#announce(log, records, outlet);
    const mine = await this.#stateFor(outlet.device, log);
    this.#world.audience.subscribe(outlet, log, mine.head);
    return { type: "created", state: logState(mine) };
  }

  async list(outlet: Outlet): Promise<ServerMessage> {
    const logs = await this.#world.store.logsOf(outlet.device);
    const conversations = [];
    for (const log of logs) {
      if (logKind(log.log) === "inbox") continue;
      conversations.push({ state: logState(log), members: (await this.#world.store.membersOf(log.log)).length });
    }
    return { type: "conversationList", conversations };
  }

  async members(outlet: Outlet, { log }: ClientMessageOf<"listMembers">): Promise<ServerMessage> {
    if (!outlet.logs.has(log)) throw noSuchConversation();
    const records = await this.#world.store.membersOf(log);
    const byUser = records.toSorted((a, b) => (a.user < b.user ? -1 : 1));
    return { type: "memberList", log, members: byUser.slice(0, MEMBERS).map((record) => this.#member(record)) };
  }

  async #known(devices: readonly DeviceId[]): Promise<void> {
    const found = await this.#world.store.devices(devices);
    if (found.length !== devices.length)
      throw new Fault("no-such-device", `${devices.length - found.length} of the devices are not known here`);
  }

  async #announce(
    log: ClientMessageOf<"create">["log"],
    records: readonly MemberRecord[],
    creator: Outlet,
  ): Promise<void> {
    const added = records.map((record) => this.#member(record));
    for (const { device } of records) {
      const outlet = this.#world.audience.outletOf(device);
      if (outlet === undefined || outlet === creator) continue;
      const state = await this.#stateFor(device, log);
      this.#world.audience.subscribe(outlet, log, state.head);
      this.#world.notify(outlet, { type: "memberChange", log, added, removed: [], state: logState(state) });
    }
  }

  async #stateFor(device: DeviceId, log: DeviceLog["log"]): Promise<DeviceLog> {
    const state = (await this.#world.store.logsOf(device)).find((one) => one.log === log);
    if (state === undefined) throw noSuchConversation();
    return state;
  }

  #member({ device, user }: MemberRecord): Member {
    return { device, user, online: this.#world.audience.outletOf(device) !== undefined };
  }
}
