// A small model behind the web face, for its tests and trials: conversations that nobody had, changed in place by hand. It keeps the
// contract of port/screens.ts, and remembers what it was asked.
import { Fault } from "../../../src/model/fault.ts";
import type { Command, Reply } from "../../../src/client/port/client.ts";
import type { Intent, PersonCard, ScreenView, TimelineMessage } from "../../../src/client/port/screens.ts";
import { MadeUpScreens } from "../fake-screens.ts";
import { madeUpView, messageItem, sender } from "./made-up.ts";
import { personCard } from "./made-up-person.ts";

const PASSPHRASE = "correct horse";

export class FakeScreens extends MadeUpScreens {
  /** Answers of commands, by name; without one: nothing. */
  readonly answers = new Map<Command["do"], (command: Command) => Promise<Reply> | Reply>();
  #unlocked: ScreenView | undefined;
  #count = 0;

  constructor(view: ScreenView = madeUpView()) {
    super(view);
  }

  /** A new message at the end; the window holds so many. */
  say(message: Partial<TimelineMessage>, most = 1_000): void {
    this.#count += 1;
    const { timeline } = this.view.open;
    const items = [...timeline.items, messageItem(100_000 + this.#count, message)].slice(-most);
    this.changeOpen({ timeline: { ...timeline, items } });
  }

  async do(intent: Intent): Promise<void> {
    this.done.push(intent);
    if (this.obeyed(intent)) return;
    await this.#obey(intent);
  }

  async #obey(intent: Intent): Promise<void> {
    switch (intent.want) {
      case "open":
        return this.#open(intent.conversation);
      case "submit":
        return this.#submit(intent.text);
      case "search":
        return this.#search(intent.query);
      case "lock":
        return this.#lock();
      case "unlock":
        return this.#unlock(intent.passphrase);
      case "passphrase":
        return checkPassphrase(intent.before);
      case "reply":
      case "edit":
        return this.#compose(intent);
      case "discard":
        return this.change({ transfers: this.view.transfers.filter(({ message }) => message !== intent.message) });
      default:
        return undefined;
    }
  }

  async ask(command: Command): Promise<Reply> {
    if (this.view.locked) throw new Fault("screen-locked", "the screen is locked");
    this.asked.push(command);
    if (command.do === "devices") return { devices: personCard(this.view.self.user).devices };
    return (await this.answers.get(command.do)?.(command)) ?? {};
  }

  async person(user: string): Promise<PersonCard> {
    return personCard(user);
  }

  #open(conversation: string): void {
    const { open } = madeUpView({ conversation });
    const conversations = this.view.conversations.map((row) =>
      row.conversation === conversation ? { ...row, unread: 0, mentions: 0 } : row,
    );
    this.change({ open, conversations });
  }

  #submit(text: string): void {
    const { composer } = this.view.open;
    const { replyTo: _, editing: __, ...rest } = composer;
    this.changeOpen({ composer: { ...rest, draft: "" } });
    this.say({
      text,
      mine: true,
      state: "stored",
      from: sender("ada"),
    });
  }

  #search(query: string | undefined): void {
    const found = this.view.open.timeline.items.flatMap((item) =>
      item.item === "message" &&
      item.message.seq !== undefined &&
      query !== undefined &&
      item.message.text.includes(query)
        ? [{ ...item.message, seq: item.message.seq }]
        : [],
    );
    this.change({ search: query === undefined ? undefined : { query, results: found, isRunning: false } });
  }

  #compose(intent: Extract<Intent, { want: "reply" | "edit" }>): void {
    const { replyTo: _, editing: __, ...rest } = this.view.open.composer;
    const found = this.view.open.timeline.items.find(
      (item) => item.item === "message" && item.message.message === intent.message,
    );
    if (found?.item !== "message") return this.changeOpen({ composer: rest });
    const { message, from, text } = found.message;
    return this.changeOpen({
      composer:
        intent.want === "reply"
          ? { ...rest, replyTo: { message, from, excerpt: text } }
          : { ...rest, editing: message, draft: text },
    });
  }

  #lock(): void {
    this.#unlocked = this.view;
    const empty = { ...this.view.open, conversation: "", members: [], asking: [] };
    const timeline = { items: [], hasOlder: false, hasNewer: false, isLoading: false, below: 0 };
    this.change({ locked: true, conversations: [], notices: [], transfers: [], open: { ...empty, timeline } });
  }

  #unlock(passphrase: string): void {
    checkPassphrase(passphrase);
    this.change({ ...this.#unlocked, locked: false });
  }
}

function checkPassphrase(passphrase: string): void {
  if (passphrase !== PASSPHRASE) throw new Fault("wrong-passphrase", "that is not the passphrase of this vault");
}
