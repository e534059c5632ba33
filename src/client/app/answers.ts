// Commands that look things up: in the vault, and where the server has to be asked, there. Nothing here changes a message.
import { Fault } from "../../model/fault.ts";
import type { DeviceId, LogId, Sha256 } from "../../model/ids.ts";
import type { Peer } from "../../pki/peer.ts";
import type { User } from "../../wire/messages.ts";
import type { Command, Reply } from "../port/client.ts";
import type { HeldLog, Vault } from "../port/vault.ts";
import type { Batch } from "./batch.ts";
import type { Connector } from "./connector.ts";
import type { Conversations } from "./conversations.ts";
import { type Abouts, notIn } from "./abouts.ts";
import type { Circles } from "./circle/circles.ts";
import { isOver } from "./expiry/expiry.ts";
import { messageView, type ViewWorld, waitingView } from "./names.ts";
import { isMessage, readOpened } from "./payload/opened.ts";
import { pageOf, previewOf } from "./pages.ts";
import { readQuery } from "./query.ts";
import type { People } from "./people.ts";
import type { Personal } from "./personal.ts";
import type { Replies } from "../port/replies.ts";
import type { MessageView } from "../port/views.ts";
import type { ConversationView, MemberView, UserView } from "../port/conversation-views.ts";

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
  readonly circles: Circles;
  readonly abouts: Abouts;
  readonly lobby: LogId;
  readonly personal: Pick<Personal, "isTrusted" | "mutedUntil" | "isPresenceOn" | "read" | "receiptsOf" | "proved">;
  /** What entries are made into views with. */
  readonly viewWorld: () => ViewWorld;
}

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;

/** What is looked up. */
export type LookUp = Of<"conversations" | "members" | "users" | "history" | "read" | "search">;

export class Answers {
  readonly #world: AnswersWorld;

  constructor(world: AnswersWorld) {
    this.#world = world;
  }

  whoami(): Reply {
    const { user, device, name, fingerprint } = this.#world.peer;
    return { user, device, name, fingerprint, realm: this.#world.realm };
  }

  async lookUp(command: LookUp): Promise<Reply> {
    switch (command.do) {
      case "conversations":
        return this.#conversations(command);
      case "members":
        return this.#members(command);
      case "users":
        return this.#users(command);
      case "history":
        return this.#history(command);
      case "read":
        return this.#read(command);
      case "search":
        return this.#search(command);
    }
  }

  /** Before a change is sent that nobody would take. @throws Fault `no-such-message`, `not-the-author` */
  checkChange(log: LogId, { do: change, message }: Of<"edit" | "delete" | "react">): void {
    const { batch, vault, people, peer, circles, viewWorld } = this.#world;
    batch.flush();
    const entry = vault.named(log, message);
    const opened = entry && readOpened(entry.payload);
    const isThere = (opened?.kind === "text" || opened?.kind === "file") && !isOver(opened, viewWorld().now());
    if (entry === undefined || !isThere)
      throw new Fault("no-such-message", "there is no such message here", {
        hint: "it may be deleted, or not yet stored",
      });
    const isAuthor = people.userOf(entry.sender) === peer.user;
    const role = circles.get(log)?.view?.terms.roles.get(peer.user);
    const mayDelete = role === "owner" || role === "admin";
    if (change === "react" || isAuthor || (change === "delete" && mayDelete)) return;
    throw new Fault("not-the-author", `only its author may ${change} a message`, {
      hint: "owners and admins of a room may delete any",
    });
  }

  async #conversations({ previews, past }: Of<"conversations">): Promise<Replies["conversations"]> {
    const { batch, vault } = this.#world;
    batch.flush();
    const held = vault
      .logs()
      .filter((one) => one.kind !== "inbox" && (!this.#isOver(one) || (past === true && isWorth(one, vault))));
    if (previews !== true) return { conversations: held.map((one) => this.#conversation(one)) };
    const world = { vault, view: this.#world.viewWorld() };
    return {
      conversations: held.map((one) => {
        const conversation = this.#conversation(one);
        return Object.assign(conversation, previewOf(one, conversation.unread, world));
      }),
    };
  }

  #isOver({ log }: HeldLog): boolean {
    return this.#world.abouts.of(log).over === true;
  }

  #conversation(held: HeldLog): ConversationView {
    const { vault, peer, abouts, circles, personal } = this.#world;
    const { log, kind, seq, epoch } = held;
    const unread = vault.unread(log, peer.device);
    const always = { id: log, kind, unread, lastSeq: seq };
    if (this.#isOver(held)) {
      const { name } = abouts.of(log);
      return { ...always, conversation: log, members: 0, epoch, past: name === undefined ? log : `#${name}` };
    }
    const muted = personal.mutedUntil(log);
    const { topic, listed, expire } = abouts.of(log);
    const view = circles.get(log)?.view;
    const role = view?.terms.roles.get(peer.user) ?? "member";
    return {
      ...always,
      conversation: abouts.nameOf(log),
      members: view?.members.length ?? 0,
      epoch: view === undefined ? epoch : (circles.get(log)?.epoch ?? epoch),
      ...(view === undefined ? {} : { role, join: view.terms.join, history: view.terms.history }),
      ...(topic === undefined || topic === "" ? {} : { topic }),
      ...(listed === true ? { listed } : {}),
      ...(expire === undefined || expire === 0 ? {} : { expire }),
      ...(muted === undefined ? {} : { muted }),
      ...(view?.terms.closed === true ? { closed: true as const } : {}),
    };
  }

  /** Who is in it is what the group says; who is there now is what the server says. */
  async #members({ to }: Of<"members">): Promise<{ readonly members: readonly MemberView[] }> {
    const { circles, personal } = this.#world;
    const log = this.#world.abouts.logOf(to);
    const view = circles.get(log)?.view;
    if (view === undefined) throw notIn(to);
    const online = await this.#online(log);
    const byUser = Map.groupBy(view.members, ({ user }) => user);
    return {
      members: [...byUser]
        .map(([user, devices]): MemberView => {
          const shown = {
            user,
            name: devices[0]?.name ?? user,
            role: view.terms.roles.get(user) ?? ("member" as const),
            devices: devices.length,
            verified: devices.every(({ suspect }) => suspect === undefined),
            online: devices.some(({ device }) => online.has(device)),
            trusted: personal.isTrusted(user),
          };
          return Object.assign(shown, personal.proved.of(user));
        })
        .toSorted((a, b) => (a.user < b.user ? -1 : 1)),
    };
  }

  async #online(log: LogId): Promise<ReadonlySet<DeviceId>> {
    const { connector, personal } = this.#world;
    if (!connector.isOpen || !personal.isPresenceOn(log)) return new Set();
    try {
      const { members } = await connector.ask({ type: "listMembers", log }, "memberList");
      return new Set(members.filter(({ online }) => online).map(({ device }) => device));
    } catch (error) {
      // It has gone away meanwhile: who is in it is known all the same.
      if (error instanceof Fault && error.code === "offline") return new Set();
      throw error;
    }
  }

  /** Who types `in:plans` means the room, or who is called so. @throws Fault `no-such-conversation` */
  #searched(place: string): LogId {
    const { abouts } = this.#world;
    for (const sign of ["", "#"])
      try {
        return abouts.heldOf(sign + place);
      } catch (error) {
        if (!(error instanceof Fault) || /^[#@]/.test(place)) throw error;
      }
    return abouts.logOf(`@${place}`);
  }

  #search({ query, to, from, limit }: Of<"search">): { readonly messages: readonly MessageView[] } {
    const { batch, vault, people } = this.#world;
    batch.flush();
    const wanted = readQuery(query, (year, month, day) => new Date(year, month - 1, day).getTime());
    const users = [...wanted.from, ...(from === undefined ? [] : [from])];
    const logs = [
      ...wanted.in.map((place) => this.#searched(place)),
      ...(to === undefined ? [] : [this.#world.abouts.heldOf(to)]),
    ];
    const { texts, after, before } = wanted;
    const found = vault.search({
      texts,
      after,
      before,
      limit,
      from: users.length === 0 ? undefined : users.flatMap((user) => people.devicesOf(user)),
      logs: logs.length === 0 ? undefined : logs,
    });
    const own = this.#world.viewWorld();
    // What is over is found by nothing, also before the sweeper came by.
    return { messages: found.map((entry) => messageView(entry, own)).filter((one) => one.placeholder === undefined) };
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
        const trusted = this.#world.personal.isTrusted(user);
        const view = { user, name: proved ?? name, verified: proved !== undefined, devices, online, trusted };
        return Object.assign(view, this.#world.personal.proved.of(user));
      }),
    };
  }

  async #history(command: Of<"history">): Promise<Replies["history"]> {
    const { batch, vault, people, connector } = this.#world;
    const log = this.#world.abouts.heldOf(command.to);
    batch.flush();
    const entries = pageOf(log, command, vault);
    const isNewest = command.before === undefined && command.after === undefined && command.around === undefined;
    // Read now: what comes back while senders are asked for would be in neither.
    const queued = isNewest ? vault.outgoing() : [];
    const strangers = [...new Set(entries.map(({ sender }) => sender))].filter((device) => !people.knows(device));
    if (strangers.length > 0 && connector.isOpen) await people.learn(strangers);
    const own = this.#world.viewWorld();
    const receipts = command.receipts === true ? { receipts: this.#world.personal.receiptsOf(log) } : {};
    const messages = entries.map((entry) => messageView(entry, own));
    if (!isNewest) return { messages, ...receipts };
    const said = queued.filter((one) => one.log === log && isMessage(readOpened(one.payload)));
    const waiting = said.slice(-command.limit);
    return { messages, waiting: waiting.map((one) => waitingView(one, own)), ...receipts };
  }

  #read({ to, seq }: Of<"read">): { readonly seq: number; readonly unread: number } {
    const { batch, vault, conversations, peer, personal } = this.#world;
    const log = this.#world.abouts.heldOf(to);
    // Nobody has read what is not here yet.
    const until = Math.min(seq ?? Number.MAX_SAFE_INTEGER, conversations.seqOf(log));
    conversations.open(log);
    batch.put({ put: "read", log, seq: until }, { durable: false });
    batch.flush();
    personal.read(log, until);
    return { seq: until, unread: vault.unread(log, peer.device) };
  }
}

/** Rooms that this user is out of: those of which something is to be read. */
function isWorth({ log, kind }: HeldLog, vault: Pick<Vault, "history">): boolean {
  return kind === "room" && vault.history(log, Number.MAX_SAFE_INTEGER, 1).length > 0;
}
