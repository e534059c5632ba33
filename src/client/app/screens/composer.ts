// What is being written, in each conversation: drafts that stay, answers, messages that are written anew. And what is sent, from the
// key press on: it has its id before anybody hears of it, so that it is shown at once and is the same when it comes back.
import { Fault, reason } from "../../../model/fault.ts";
import { hexOf, type MessageId } from "../../../model/ids.ts";
import type { Command } from "../../port/client.ts";
import type { ComposerView } from "../../port/screens.ts";
import type { MessageView, Sender } from "../../port/views.ts";
import { present } from "../command-fields.ts";
import { checkText } from "../payload/text.ts";
import { excerptOf } from "./excerpt.ts";
import type { Kept } from "./kept.ts";
import type { Row } from "./rows.ts";
import { shared } from "./sharing.ts";
import { keyOf, type OnItsWay, type Timeline } from "./timeline.ts";
import type { Roster } from "./roster.ts";
import { TypingTold } from "./typing-told.ts";
import type { Ask, ScreensWorld } from "./world.ts";

/** Where is written. */
export interface Desk {
  readonly place: string;
  /** As a command names it. */
  readonly to: string;
  readonly row: Row | undefined;
  readonly timeline: Timeline;
  /** Why nothing can be written. */
  readonly closed: ComposerView["closed"];
  readonly putOut: ComposerView["putOut"];
}

export interface ComposerWorld extends Pick<ScreensWorld, "clock" | "random"> {
  readonly ask: Ask;
  readonly self: Sender;
  readonly roster: Pick<Roster, "called">;
  readonly kept: Pick<Kept, "draft" | "drafts">;
  readonly desk: () => Desk;
  readonly onChange: () => void;
  /** A draft came or went: the list shows it. */
  readonly onDraft: () => void;
  /** Whoever writes has read, and sees the end. */
  readonly onSent: () => void;
  readonly onFault: (error: unknown) => void;
}

interface Writing {
  readonly replyTo?: NonNullable<ComposerView["replyTo"]>;
  /** The draft waits until this is over. */
  readonly editing?: { readonly message: MessageId; readonly text: string };
}

const NOTHING: Writing = {};

export class Composer {
  readonly #world: ComposerWorld;
  readonly #writing = new Map<string, Writing>();
  readonly #typing: TypingTold;
  #view: ComposerView = { draft: "", expire: 0 };

  constructor(world: ComposerWorld) {
    this.#world = world;
    const { ask, clock } = world;
    this.#typing = new TypingTold({ ask, now: () => clock.now() });
  }

  get view(): ComposerView {
    const { place, row, closed, putOut } = this.#world.desk();
    const { replyTo, editing } = this.#of(place);
    const draft = editing?.text ?? this.#world.kept.drafts.get(place) ?? "";
    const more = present({ replyTo, editing: editing?.message, closed, putOut });
    this.#view = shared(this.#view, { draft, expire: row?.view.expire ?? 0, ...more });
    return this.#view;
  }

  draft(text: string): void {
    const { desk, kept, onDraft } = this.#world;
    const { place, to } = desk();
    const { editing } = this.#of(place);
    if (editing !== undefined) return this.#set(place, { ...this.#of(place), editing: { ...editing, text } });
    const had = kept.drafts.has(place);
    kept.draft(place, text);
    // What begins like a command is said to nobody.
    this.#typing.wrote(to, text !== "" && !/^\/(?!\/)/.test(text));
    if (had !== kept.drafts.has(place)) onDraft();
    this.#world.onChange();
  }

  /** Another conversation is open. */
  left(): void {
    this.#typing.stopped();
  }

  /** A room that was known by its name has its id now. */
  moved(from: string, to: string): void {
    const { kept } = this.#world;
    const draft = kept.drafts.get(from);
    if (draft !== undefined) {
      kept.draft(from, "");
      kept.draft(to, draft);
    }
    this.#set(to, this.#of(from));
    this.#writing.delete(from);
  }

  /** @throws Fault `no-such-message` */
  reply(message: MessageId | undefined): void {
    const { place } = this.#world.desk();
    const { replyTo: _before, editing: _edited, ...rest } = this.#of(place);
    if (message === undefined) return this.#set(place, rest);
    const said = this.#onItsWay(message) ?? this.#find(message);
    this.#set(place, {
      ...rest,
      replyTo: { message, from: this.#world.roster.called(said.from), excerpt: excerptOf(said) },
    });
  }

  /** @throws Fault `no-such-message`, `not-the-author` */
  edit(message: MessageId | undefined): void {
    const { place } = this.#world.desk();
    const { editing: _before, replyTo: _answered, ...rest } = this.#of(place);
    if (message === undefined) return this.#set(place, rest);
    const said = this.#find(message);
    if (!this.#isOwn(said)) throw new Fault("not-the-author", "only its author may edit a message");
    this.#set(place, { ...rest, editing: { message, text: said.text } });
  }

  editLast(): void {
    const { timeline } = this.#world.desk();
    const last = timeline.entries.findLast(({ message }) => this.#isOwn(message) && message.text !== "");
    if (this.view.draft === "" && last !== undefined) this.edit(last.message.message);
  }

  /** @throws Fault `empty-text`, `too-long`, `bad-text`, `not-a-member` */
  submit(text: string): void {
    const { desk, kept, onDraft, onSent } = this.#world;
    const { place, to, closed } = desk();
    const { editing, replyTo } = this.#of(place);
    if (text.trim() === "") throw new Fault("empty-text", "the text is empty", { hint: "say something" });
    checkText(text);
    if (closed !== undefined)
      throw new Fault("not-a-member", `nothing can be written in ${to}`, { values: { place: to } });
    this.#typing.stopped();
    if (editing === undefined) {
      kept.draft(place, "");
      onDraft();
      this.#send({ text, ...(replyTo === undefined ? {} : { replyTo: replyTo.message }) });
      onSent();
    } else this.#ask({ do: "edit", to, message: editing.message, text });
    this.#set(place, NOTHING);
  }

  /** @throws Fault `no-such-message` */
  retry(message: MessageId): void {
    const { text, replyTo, file } = this.#failed(message);
    if (file !== undefined)
      throw new Fault("no-such-message", "a file is not sent again by itself", { hint: "choose it anew" });
    this.discard(message);
    this.#send({ text, ...(replyTo === undefined ? {} : { replyTo }) });
  }

  /** @throws Fault `no-such-message` */
  discard(message: MessageId): void {
    this.#failed(message);
    this.#world.desk().timeline.arrived(message);
    this.#world.onChange();
  }

  #send(said: Pick<OnItsWay, "text" | "replyTo">): void {
    const { random, clock, self, desk, onChange } = this.#world;
    const { to, timeline } = desk();
    const message = hexOf(random(16)) as MessageId;
    timeline.wait({ key: keyOf({ message, from: self }), message, at: clock.now(), state: "queued", ...said });
    this.#ask({ do: "send", to, message, ...said }, (error) => {
      const why = { code: error.code, message: reason(error), ...present({ hint: error.hint }) };
      timeline.state({ event: "state", at: clock.now(), message, state: "failed", reason: why });
    });
    onChange();
  }

  /** Nobody waits for it: it may take until there is a connection. */
  #ask(command: Command, failed: (error: Fault) => void = () => {}): void {
    this.#world.ask(command).catch((error: unknown) => {
      // It is in the vault, and the next start sends it.
      if (error instanceof Fault && error.code === "stopped") return;
      if (error instanceof Fault) failed(error);
      this.#world.onFault(error);
      this.#world.onChange();
    });
  }

  #isOwn({ from, placeholder }: MessageView): boolean {
    return from.user === this.#world.self.user && from.verified && placeholder === undefined;
  }

  #failed(message: MessageId): OnItsWay {
    const found = this.#waiting(message);
    if (found?.state !== "failed") throw new Fault("no-such-message", "no message like this has failed");
    return found;
  }

  /** One's own that is not in the conversation yet: what answers it comes behind it. */
  #onItsWay(message: MessageId): (OnItsWay & Pick<MessageView, "from">) | undefined {
    const found = this.#waiting(message);
    return found === undefined || found.state === "failed" ? undefined : { ...found, from: this.#world.self };
  }

  #waiting(message: MessageId): OnItsWay | undefined {
    return this.#world.desk().timeline.waiting.find((one) => one.message === message);
  }

  #find(message: MessageId): MessageView {
    const found = this.#world.desk().timeline.entryOf(message)?.message;
    if (found === undefined || found.placeholder === "deleted" || found.placeholder === "expired")
      throw new Fault("no-such-message", "there is no such message here");
    return found;
  }

  #of(place: string): Writing {
    return this.#writing.get(place) ?? NOTHING;
  }

  #set(place: string, writing: Writing): void {
    if (Object.keys(writing).length === 0) this.#writing.delete(place);
    else this.#writing.set(place, writing);
    this.#world.onChange();
  }
}
