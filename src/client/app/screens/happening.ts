// What the client tells, and what it means for the screens.
import { isLogId, type LogId, type Seq } from "../../../model/ids.ts";
import type { Command, Reply } from "../../port/client.ts";
import type { Ring, SelfView, SystemEvent } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { Done } from "./message-changes.ts";
import type { LinkState } from "./link-state.ts";
import { noticeOf } from "./notice-words.ts";
import type { Parts } from "./parts.ts";
import { LOBBY, placeKey } from "./places.ts";
import { Refresh } from "./refresh.ts";
import { Bells, ringOf } from "./ringing.ts";
import { levelOf, titleOf } from "./rows.ts";
import type { ScreensWorld } from "./world.ts";

export interface HappeningWorld {
  readonly parts: Parts;
  readonly link: LinkState;
  readonly self: string;
  readonly local: ScreensWorld["local"];
  readonly ring: (ring: Ring) => void;
  readonly onReady: (self: SelfView) => void;
}

type Of<K extends ClientEvent["event"]> = Extract<ClientEvent, { readonly event: K }>;

/** Commands after which the list, or who is verified, may be another one. */
const CHANGES_LIST = new Set<Command["do"]>([
  "mute",
  "create",
  "join",
  "leave",
  "disband",
  "expire",
  "policy",
  "topic",
]);
const WAITING_REST_MS = 500;

export class Happening {
  readonly #world: HappeningWorld;
  readonly #bells = new Bells();
  /** The last message of each conversation that was told in this run. */
  readonly #said = new Map<string, Seq>();
  /** Rooms that this device came into by itself. */
  readonly #ownWay = new Set<LogId>();
  /** Something waits that was not written in the composer: a file, or what a dialog sent. */
  readonly #waiting: Refresh;

  constructor(world: HappeningWorld) {
    this.#world = world;
    const { clock } = world.parts;
    this.#waiting = new Refresh({ clock, restMs: WAITING_REST_MS, run: () => this.#seeWaiting() });
  }

  take(event: ClientEvent): void {
    switch (event.event) {
      case "message":
        return this.#message(event);
      case "edited":
      case "deleted":
      case "reaction":
        return this.#done(event);
      case "state":
        return this.#state(event);
      case "typing":
        return this.#world.parts.list.typing(event.conversation, event.user, event.on);
      case "presence":
        return event.conversation === undefined ? this.#world.parts.roster.present(event.user, event.on) : undefined;
      case "progress":
        return this.#world.parts.transfers.take(event);
      case "read":
        return this.#world.parts.reading.readElsewhere(event.conversation, event);
      default:
        return this.#seldom(event);
    }
  }

  /** A command was answered that a face has asked. Undefined: it was refused. */
  asked({ do: name }: Command, reply: Reply | undefined): void {
    const { list, people, open } = this.#world.parts;
    if (CHANGES_LIST.has(name)) list.refresh();
    if (name === "trust") people.refresh();
    const entered = enteredBy(name, reply);
    if (entered !== undefined) open.enter(entered);
  }

  #seldom(event: Exclude<ClientEvent, Done | Of<"message" | "state" | "typing" | "presence" | "progress">>): void {
    const { notices, list, people, members } = this.#world.parts;
    const notice = noticeOf(event, this.#world.self);
    if (notice !== undefined) notices.add(notice);
    switch (event.event) {
      case "ready":
        return this.#ready(event);
      case "link":
        return this.#link(event);
      case "conversation":
        list.conversation(event);
        return this.#conversation(event);
      case "member":
        this.#system(event.conversation, event);
        list.refresh();
        people.refresh();
        return members.refresh();
      case "asked":
      case "denied":
        return this.#system(event.conversation, event);
      case "device":
        people.refresh();
        // Everybody is in the lobby: nobody's new device is unseen there.
        this.#system(LOBBY, event);
        return this.#system(`@${event.user}`, event);
      case "alarm":
      case "notice":
        return this.#told(event);
      default:
        // A face asks for it when it is looked at.
        return undefined;
    }
  }

  #ready({ user, name, device, realm, server }: Of<"ready">): void {
    const { link, onReady, parts } = this.#world;
    link.ready();
    onReady({ user, name, device, realm, server });
    parts.list.refresh();
    parts.people.refresh();
    void parts.open.load().catch(() => {});
  }

  #link(event: Of<"link">): void {
    const { link, parts } = this.#world;
    link.take(event);
    if (event.state !== "connected") return parts.roster.nobody();
    if (!link.isReady) return;
    parts.people.refresh();
    parts.members.refresh();
  }

  #message(event: Of<"message">): void {
    const { parts, self, link } = this.#world;
    const { list, open, reading, timelines, roster, expiry } = parts;
    const { event: _name, ...message } = event;
    roster.met(message.from);
    // After a crash the last ones are told again.
    const isAgain = message.seq <= (this.#said.get(message.conversation) ?? 0);
    this.#said.set(message.conversation, message.seq);
    const place = list.placeOf(message.conversation);
    const isOwn = message.mine || message.from.user === self;
    // What was missed comes under the eyes of who has just started, and is not read for that.
    const isSeen = link.isReady && reading.isSeen(place);
    const before = list.at(place);
    list.message(message, isOwn || isSeen);
    const isOpen = place === open.place;
    if (isOpen && !isSeen && !isAgain && before !== undefined) reading.cameUnseen(before, open.held.timeline, message);
    timelines.came(place, message, isOpen && reading.atEnd);
    if (message.expires !== undefined) expiry.want([message]);
    const row = list.at(place);
    // Whoever writes on another device of theirs has read as well.
    if (row !== undefined && isOwn && !message.mine) reading.wrote(row);
    else if (row !== undefined && isSeen) reading.read(row);
    if (!isOwn && !isAgain) this.#ring(message, { place, isSeen });
  }

  #ring(
    message: Omit<Of<"message">, "event">,
    { place, isSeen }: { readonly place: string; readonly isSeen: boolean },
  ): void {
    const { parts, link, self, local, ring } = this.#world;
    const { clock, kept, locking, roster } = parts;
    const now = clock.now();
    const rings = ringOf(message, {
      self,
      isReady: link.isReady,
      isSeen,
      isLocked: locking.isLocked,
      level: levelOf(place, kept),
      settings: kept.settings,
      minutes: () => local(now).minutes,
      title: titleOf(message, { self, roster }),
    });
    if (rings !== undefined && this.#bells.isDue(place, rings.isMention, now)) ring(rings);
  }

  #done(event: Done): void {
    const { list, timelines, searching } = this.#world.parts;
    timelines.done(list.placeOf(event.conversation), event);
    list.done(event);
    searching.done(event);
  }

  #state(event: Of<"state">): void {
    const { timelines } = this.#world.parts;
    if (!timelines.state(event) && event.state === "queued") this.#waiting.poke();
  }

  async #seeWaiting(): Promise<void> {
    const { open, ask, paging, onChange } = this.#world.parts;
    const { held, name: to } = open;
    const { waiting = [] } = await ask({ do: "history", to, before: undefined, limit: 50 });
    if (open.held !== held) return;
    paging.waiting(held, waiting);
    onChange();
  }

  #conversation(event: Of<"conversation">): void {
    const { conversation, id, kind, change, by } = event;
    const { self } = this.#world;
    if (change === "added" && by === self) this.#ownWay.add(id);
    else if (change === "added") this.#ownWay.delete(id);
    // A room that can be found is announced in the lobby.
    if (change === "listed" || change === "unlisted") return this.#system(LOBBY, event);
    // Where nothing can be written any more it says that they have left; between two something can.
    if (change === "removed" && by === self && kind !== "direct") return;
    // It may be in no list yet.
    this.#system(conversation, named(event, { self, isOwnWay: this.#ownWay.has(id) }), placeKey(conversation, id));
  }

  #system(conversation: string, event: SystemEvent, place?: string): void {
    const { systems, list } = this.#world.parts;
    if (isNoNews(event)) return;
    const after = this.#said.get(conversation) ?? list.called(conversation)?.last?.seq;
    systems.add(place ?? list.placeOf(conversation), event, after);
  }

  #told(event: Of<"alarm"> | Of<"notice">): void {
    const { open, list, people } = this.#world.parts;
    const { conversation, code } = event;
    if (conversation !== undefined) this.#system(conversation, event);
    if (code === "key-changed") people.refresh();
    if (conversation !== undefined && code === "history-received") this.#ofBefore(conversation);
    if (code !== "server-behind") return;
    // The places are given anew.
    this.#said.clear();
    list.refresh();
    void open.again().catch(() => {});
  }

  /** No event tells them: the list may have a last message now, and what is held is not all. */
  #ofBefore(conversation: string): void {
    const { list, timelines, paging } = this.#world.parts;
    list.refresh();
    const held = timelines.of(list.placeOf(conversation));
    if (held !== undefined) void paging.before({ held, to: conversation }).catch(() => {});
  }
}

/** The first name that this device hears of a room is no other one: it is in it now, and who says the name has brought it in. */
function named(
  event: Of<"conversation">,
  { self, isOwnWay }: { readonly self: string; readonly isOwnWay: boolean },
): SystemEvent {
  const { at, conversation, id, kind, change, was = "", by = "" } = event;
  if (change !== "added" && (change !== "renamed" || !isLogId(was))) return event;
  if (change === "added" || isOwnWay || by === "" || by === self)
    return { event: "conversation", at, conversation, id, kind, change: "added" };
  return { event: "member", at, conversation, user: self, name: self, change: "added", by };
}

/** Between two, who is in it says its name; and that somebody has another device is told by itself. */
function isNoNews(event: SystemEvent): boolean {
  // Whoever is brought in hears the name of a room a moment later.
  if (event.event === "conversation")
    return event.change === "added" && (event.kind === "direct" || isLogId(event.conversation));
  if (event.event !== "member") return false;
  const isComing = event.change === "added" || event.change === "joined";
  return (event.conversation.startsWith("@") && event.change !== "left") || (isComing && event.beside === true);
}

/** Whoever makes a room, or comes into one, is in it. */
function enteredBy(name: Command["do"], { conversation, state }: Reply = {}): string | undefined {
  const isIn = name === "create" || (name === "join" && state === "member");
  return isIn && typeof conversation === "string" ? conversation : undefined;
}
