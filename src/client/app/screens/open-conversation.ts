// The conversation that is open: which it is, how one comes to it, and what of it is on the screen.
import { Fault } from "../../../model/fault.ts";
import type { MessageId, Seq } from "../../../model/ids.ts";
import type { ComposerView, OpenView } from "../../port/screens.ts";
import type { Sender } from "../../port/views.ts";
import type { UserView } from "../../port/conversation-views.ts";
import { noSuchUser } from "../check-user.ts";
import type { Composer, Desk } from "./composer.ts";
import type { ConversationList } from "./conversation-list.ts";
import type { Kept } from "./kept.ts";
import type { OpenMembers } from "./open-members.ts";
import type { Paging } from "./paging.ts";
import type { Reading } from "./reading.ts";
import type { Roster } from "./roster.ts";
import type { Row } from "./rows.ts";
import { same } from "./sharing.ts";
import type { SystemLines } from "./system-lines.ts";
import type { HeldTimeline, Timelines } from "./timelines.ts";
import type { Ask } from "./world.ts";

export interface OpenWorld {
  readonly list: ConversationList;
  readonly timelines: Timelines;
  readonly paging: Paging;
  readonly reading: () => Reading;
  readonly composer: () => Composer;
  readonly members: OpenMembers;
  readonly kept: Pick<Kept, "open">;
  readonly systems: Pick<SystemLines, "putOut">;
  readonly self: Pick<Sender, "user">;
  readonly roster: Pick<Roster, "has">;
  readonly ask: Ask;
  readonly onChange: () => void;
}

export class OpenConversation {
  readonly #world: OpenWorld;
  /** As it was asked for. */
  #asked: string;
  #place: string;
  /** Its line is drawn once it is known what was read. */
  #isLineDue = true;
  /** A room that was made or come into, and is not in the list yet. */
  #entered: string | undefined;
  /** The last one that was to be opened. */
  #wanted = "";
  #view: OpenView | undefined;

  constructor(world: OpenWorld) {
    this.#world = world;
    this.#asked = world.kept.open;
    this.#place = world.kept.open;
    world.timelines.open(this.#place);
  }

  get place(): string {
    return this.#place;
  }

  /** As a command names it. */
  get name(): string {
    return this.row?.view.conversation ?? this.#asked;
  }

  get row(): Row | undefined {
    return this.#world.list.at(this.#place);
  }

  get held(): HeldTimeline {
    const { timelines } = this.#world;
    return timelines.of(this.#place) ?? timelines.open(this.#place);
  }

  get desk(): Desk {
    const { systems, self } = this.#world;
    const closed = this.#closed;
    const isOut = closed === "left" || closed === "not-a-member";
    const putOut = isOut ? systems.putOut(this.#place, self.user) : undefined;
    return { place: this.#place, to: this.name, row: this.row, timeline: this.held.timeline, closed, putOut };
  }

  get view(): OpenView {
    const { timelines, composer, members } = this.#world;
    const next: OpenView = {
      conversation: this.name,
      timeline: timelines.view(this.#place),
      composer: composer().view,
      members: members.view,
      asking: members.askingOf(this.#place, this.row?.view.role),
    };
    this.#view = same(this.#view ?? next, next);
    return this.#view;
  }

  /** @throws Fault `no-such-conversation`, `no-such-user` */
  async open(conversation: string): Promise<void> {
    this.#entered = undefined;
    this.#wanted = conversation;
    if (this.#isStranger(conversation)) await this.#checkUser(conversation.slice(1));
    // Another one was opened while the server was asked.
    if (this.#wanted !== conversation) return;
    if (this.#enter(conversation)) await this.load();
  }

  /** @throws Fault `no-such-conversation`, `no-such-message` */
  async jump(
    conversation: string,
    sought: { readonly message: MessageId; readonly seq?: Seq | undefined },
  ): Promise<void> {
    this.#enter(conversation);
    const { held, name: to } = this;
    const isHere = held.timeline.entryOf(sought.message) !== undefined;
    if (!isHere) return this.#world.paging.around({ held, to }, sought);
    held.timeline.focus = sought.message;
    this.#world.onChange();
  }

  /** As soon as this device is in it. */
  enter(conversation: string): void {
    const isIn = (this.#world.list.called(conversation)?.view.members ?? 0) > 0;
    this.#entered = isIn ? undefined : conversation;
    if (isIn) this.open(conversation).catch(() => {});
  }

  /** If nothing of it is here yet. */
  async load(): Promise<void> {
    const { held, name: to } = this;
    if (held.timeline.stage === "new") await this.#world.paging.newest({ held, to });
  }

  async older(): Promise<void> {
    this.held.timeline.focus = undefined;
    await this.#world.paging.older({ held: this.held, to: this.name });
  }

  async newer(): Promise<void> {
    this.held.timeline.focus = undefined;
    await this.#world.paging.newer({ held: this.held, to: this.name });
  }

  /** To the newest. */
  async end(): Promise<void> {
    const { held, name: to } = this;
    held.timeline.focus = undefined;
    held.timeline.below = 0;
    if (held.timeline.hasNewer) await this.#world.paging.newest({ held, to });
    this.#world.onChange();
  }

  async firstUnread(): Promise<void> {
    const { held, name: to } = this;
    const { line, entries } = held.timeline;
    if (line === undefined) return;
    const first = entries.findIndex(({ message }) => message.seq > line.after);
    const isHere = first > 0 || (first === 0 && !held.timeline.hasOlder);
    if (!isHere) return this.#world.paging.after({ held, to }, line.after);
    held.timeline.focus = entries[first]?.message.message;
    this.#world.onChange();
  }

  /** The next one of the list in which something is new; those where this user is named go first. */
  async nextActivity(): Promise<void> {
    const rows = this.#world.list.view;
    const at = rows.findIndex(({ conversation }) => conversation === this.name);
    const others = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
    const loud = others.filter(({ muted, archived }) => muted === undefined && !archived);
    const next = loud.find(({ mentions }) => mentions > 0) ?? loud.find(({ unread }) => unread > 0);
    if (next !== undefined) await this.open(next.conversation);
  }

  /** The list is here: what was opened by its name may have an id. */
  listed(): void {
    const { timelines, composer, kept } = this.#world;
    const place = this.row?.place ?? this.#place;
    if (place !== this.#place) {
      timelines.moved(this.#place, place);
      composer().moved(this.#place, place);
      this.#place = place;
      kept.open = place;
      this.load().catch(() => {});
    }
    if (this.#isLineDue) this.#drawLine();
    if (this.#entered !== undefined) this.enter(this.#entered);
    this.#world.members.refresh();
  }

  /** What was fetched is not what is there. */
  async again(): Promise<void> {
    this.#world.timelines.forget();
    await this.load();
  }

  /** False: it is open already. */
  #enter(conversation: string): boolean {
    const { list, timelines, composer, reading, members, kept, onChange } = this.#world;
    if (list.isListed && list.called(conversation) === undefined && !conversation.startsWith("@"))
      throw new Fault("no-such-conversation", "there is no such conversation here");
    const place = list.placeOf(conversation);
    this.#asked = conversation;
    if (place === this.#place) return this.held.timeline.stage === "new";
    composer().left();
    this.held.timeline.left();
    this.#place = place;
    kept.open = place;
    timelines.open(place);
    reading().opened();
    members.opened();
    this.#drawLine();
    onChange();
    return true;
  }

  #isStranger(conversation: string): boolean {
    const { list, roster } = this.#world;
    const isKnown = list.called(conversation) !== undefined || roster.has(conversation.slice(1));
    return conversation.startsWith("@") && !isKnown;
  }

  /** The server knows who there is; without it, anybody may be. @throws Fault `no-such-user` */
  async #checkUser(user: string): Promise<void> {
    const users = await this.#usersLike(user);
    if (users?.some((one) => one.user === user) === false) throw noSuchUser(user);
  }

  async #usersLike(query: string): Promise<readonly UserView[] | undefined> {
    try {
      return (await this.#world.ask({ do: "users", query })).users;
    } catch {
      return undefined;
    }
  }

  #drawLine(): void {
    const { row, held } = this;
    this.#isLineDue = row === undefined;
    if (row !== undefined) held.timeline.line = this.#world.reading().lineOf(row);
  }

  get #closed(): ComposerView["closed"] {
    const { row, name } = this;
    if (row === undefined) return this.#world.list.isListed && !name.startsWith("@") ? "left" : undefined;
    if (row.view.past !== undefined) return "left";
    if (row.view.closed === true) return "closed";
    return row.view.kind === "room" && row.view.members === 0 ? "not-a-member" : undefined;
  }
}
