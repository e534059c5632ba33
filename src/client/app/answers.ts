// Commands that look things up: in the vault, and where the server has to be asked, there. Nothing here changes a message.
import type { LogId, Sha256 } from "../../model/ids.ts";
import type { Peer } from "../../pki/peer.ts";
import type { Member, User } from "../../wire/messages.ts";
import type { Command, Reply } from "../port/client.ts";
import type { Vault } from "../port/vault.ts";
import type { Batch } from "./batch.ts";
import type { Connector } from "./connector.ts";
import type { Conversations } from "./conversations.ts";
import { conversationName, logOf, messageView, waitingView } from "./names.ts";
import type { People } from "./people.ts";
import type { ConversationView, MemberView, MessageView, UserView, WaitingView } from "../port/views.ts";

/** Users in one answer: more is a directory to page through, and wants a query. */
const USERS_MOST = 5_000;

export interface AnswersWorld {
  readonly vault: Vault;
  readonly batch: Batch;
  readonly people: People;
  readonly conversations: Conversations;
  readonly connector: Connector;
  readonly peer: Peer;
  readonly realm: Sha256;
  readonly lobby: LogId;
}

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;

export class Answers {
  readonly #world: AnswersWorld;

  constructor(world: AnswersWorld) {
    this.#world = world;
  }

  whoami(): Reply {
    const { user, device, name, fingerprint } = this.#world.peer;
    return { user, device, name, fingerprint, realm: this.#world.realm };
  }

  async lookUp(command: Of<"conversations" | "members" | "users" | "history" | "read">): Promise<Reply> {
    switch (command.do) {
      case "conversations":
        return this.#conversations();
      case "members":
        return this.#members(command);
      case "users":
        return this.#users(command);
      case "history":
        return this.#history(command);
      case "read":
        return this.#read(command);
    }
  }

  logOf(to: string): LogId {
    const { lobby, conversations } = this.#world;
    return logOf(to, { lobby, has: (log) => conversations.has(log) });
  }

  /** Counts of members are the server's; without it, the last ones told. */
  async #conversations(): Promise<{ readonly conversations: readonly ConversationView[] }> {
    const { batch, vault, connector, peer, lobby } = this.#world;
    if (connector.isOpen) {
      const { conversations } = await connector.ask({ type: "listConversations", log: undefined }, "conversationList");
      for (const { state, members } of conversations)
        batch.put({ put: "members", log: state.log, members }, { durable: false });
    }
    batch.flush();
    const held = vault.logs().filter(({ kind }) => kind !== "inbox");
    return {
      conversations: held.map(({ log, kind, members, seq, epoch }) => ({
        conversation: conversationName(log, lobby),
        id: log,
        kind,
        members,
        unread: vault.unread(log, peer.device),
        lastSeq: seq,
        epoch,
      })),
    };
  }

  async #members({ to }: Of<"members">): Promise<{ readonly members: readonly MemberView[] }> {
    const { connector, people } = this.#world;
    const { members } = await connector.ask({ type: "listMembers", log: this.logOf(to) }, "memberList");
    await people.learn(members.map(({ device }) => device));
    const byUser = Map.groupBy(members, (member) => people.userOf(member.device) ?? `?${member.device}`);
    return {
      members: [...byUser.values()]
        .map((devices) => this.#member(devices))
        .toSorted((a, b) => (a.user < b.user ? -1 : 1)),
    };
  }

  #member(devices: readonly Member[]): MemberView {
    const [first] = devices;
    if (first === undefined) throw new Error("a group has a member");
    const { user, name, verified } = this.#world.people.sender(first.device);
    return {
      user,
      name,
      role: "member",
      devices: devices.length,
      verified,
      online: devices.some(({ online }) => online),
    };
  }

  /** Names of people whose certificate was not seen yet are the server's word, and `verified` says so. */
  async #users({ query }: Of<"users">): Promise<{ readonly users: readonly UserView[] }> {
    const { connector, people } = this.#world;
    const found: User[] = [];
    let more = true;
    while (more && found.length < USERS_MOST) {
      const after = found.at(-1)?.user ?? "";
      const page = await connector.ask({ type: "listUsers", query, after }, "userList");
      found.push(...page.users);
      more = page.more && page.users.length > 0;
    }
    return {
      users: found.map(({ user, name, devices, online }) => {
        const proved = people.nameOf(user);
        return { user, name: proved ?? name, verified: proved !== undefined, devices, online };
      }),
    };
  }

  /** `waiting`: what will stand behind the newest message; not where older ones are asked for. */
  async #history({
    to,
    before,
    limit,
  }: Of<"history">): Promise<{ readonly messages: readonly MessageView[]; readonly waiting?: readonly WaitingView[] }> {
    const { batch, vault, people, connector, peer, lobby } = this.#world;
    const log = this.logOf(to);
    batch.flush();
    const entries = vault.history(log, before ?? Number.MAX_SAFE_INTEGER, limit);
    // Read now: what comes back while senders are asked for would be in neither.
    const queued = before === undefined ? vault.outgoing() : [];
    const strangers = [...new Set(entries.map(({ sender }) => sender))].filter((device) => !people.knows(device));
    if (strangers.length > 0 && connector.isOpen) await people.learn(strangers);
    const own = { lobby, self: peer.device, people };
    const messages = entries.map((entry) => messageView(entry, own));
    if (before !== undefined) return { messages };
    const waiting = queued.filter((one) => one.log === log).slice(-limit);
    return { messages, waiting: waiting.map((one) => waitingView(one, own)) };
  }

  #read({ to, seq }: Of<"read">): { readonly seq: number; readonly unread: number } {
    const { batch, vault, conversations, peer } = this.#world;
    const log = this.logOf(to);
    // Nobody has read what is not here yet.
    const until = Math.min(seq ?? Number.MAX_SAFE_INTEGER, conversations.seqOf(log));
    conversations.open(log);
    batch.put({ put: "read", log, seq: until }, { durable: false });
    batch.flush();
    return { seq: until, unread: vault.unread(log, peer.device) };
  }
}
