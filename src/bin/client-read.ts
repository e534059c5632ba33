// `chat-client read [TO]`: the newest messages, those that were not read, and what comes from now on. Reads what the vault holds once
// everything missed is there; marks as read only where it is told to.
import { JsonFace } from "../client/face/lines/json.ts";
import { deletedSentence, reactionSentence, readySentence } from "../client/face/lines/event-lines.ts";
import { KnownNames } from "../client/face/lines/known-names.ts";
import { editedLines, messageLines } from "../client/face/lines/message-lines.ts";
import { ShownMessages } from "../client/face/lines/shown-messages.ts";
import { placeOf } from "../client/face/lines/verbs.ts";
import type { Replies } from "../client/port/replies.ts";
import type { ClientEvent, MessageView } from "../client/port/views.ts";
import type { ConversationView } from "../client/port/conversation-views.ts";
import { Fault } from "../model/fault.ts";
import type { ONCE_COMMANDS } from "./client-once-flags.ts";
import { type Asker, type OnceProcess, runOnce } from "./client-once.ts";
import { clockTime } from "./clock-time.ts";
import type { Values } from "./flags.ts";

export interface Reading extends OnceProcess {
  readonly args: readonly string[];
  readonly values: Values<(typeof ONCE_COMMANDS)["read"]["flags"]>;
}

const USUAL = 20;
/** Of one answer of `history`. */
const PAGE = 500;

type SaidEvent = Extract<ClientEvent, { event: "message" | "edited" | "deleted" | "reaction" }>;

/** Resolves with the exit code. @throws Fault `usage`, and of what is wrong on this machine */
export async function read(world: Reading): Promise<number> {
  const { limit, follow } = world.values;
  if (limit === 0 && !follow)
    throw new Fault("usage", "--limit 0 shows nothing", { hint: "with --follow: only what comes from now on" });
  const follower = new Follower();
  return runOnce(world, {
    run: (asker) => new Reader(world, asker, follower).run(),
    onEvent: (event) => follower.take(event),
    untilStopped: true,
  });
}

/** What comes while the messages of before are looked up waits for its turn. */
class Follower {
  #ready: Extract<ClientEvent, { event: "ready" }> | undefined;
  #waiting: ClientEvent[] = [];
  #onEvent: ((event: ClientEvent) => void) | undefined;

  get ready(): Extract<ClientEvent, { event: "ready" }> | undefined {
    return this.#ready;
  }

  take(event: ClientEvent): void {
    if (event.event === "ready") this.#ready = event;
    // What came before is in the vault, and is found there.
    else if (this.#onEvent !== undefined) this.#onEvent(event);
    else if (this.#ready !== undefined) this.#waiting.push(event);
  }

  follow(onEvent: (event: ClientEvent) => void): void {
    this.#onEvent = onEvent;
    for (const event of this.#waiting) onEvent(event);
    this.#waiting = [];
  }
}

class Reader {
  readonly #world: Reading;
  readonly #asker: Asker;
  readonly #follower: Follower;
  readonly #teller: Teller;
  /** How far each conversation is shown, and how far marked as read. */
  readonly #shown = new Map<string, number>();
  readonly #marked = new Map<string, number>();
  #marking: Promise<void> = Promise.resolve();
  readonly #failed = Promise.withResolvers<never>();
  /** The one that was asked for, as it is called now. */
  #only: Pick<ConversationView, "conversation" | "id"> | undefined;

  constructor(world: Reading, asker: Asker, follower: Follower) {
    this.#world = world;
    this.#asker = asker;
    this.#follower = follower;
    this.#teller = new Teller(world, asker);
  }

  async run(): Promise<void> {
    const { values, args } = this.#world;
    if (this.#follower.ready !== undefined) this.#teller.ready(this.#follower.ready);
    const places = await this.#places(args[0]);
    const found: MessageView[] = [];
    for (const place of places) for (const message of await this.#newest(place)) found.push(message);
    const all = places.length === 1 ? found : found.toSorted((a, b) => (a.at === b.at ? a.seq - b.seq : a.at - b.at));
    const { limit = values.unread ? all.length : USUAL } = values;
    for (const message of all.slice(Math.max(0, all.length - limit)))
      await this.#show({ event: "message", ...message });
    await this.#marking;
    if (!values.follow) return;
    this.#follower.follow((event) => this.#follow(event));
    // Until a signal, or until nobody reads.
    await this.#failed.promise;
  }

  /** @throws Fault `no-such-conversation` */
  async #places(to: string | undefined): Promise<readonly ConversationView[]> {
    const { conversations } = (await this.#ask({ do: "conversations" })) as Replies["conversations"];
    if (to === undefined) return conversations;
    const place = placeOf(to);
    const only = conversations.find(({ conversation, id }) => conversation === place || id === place);
    if (only === undefined)
      throw new Fault("no-such-conversation", `there is no conversation ${JSON.stringify(place)} here`, {
        hint: "chat-client read without a name shows all; a person is @NAME",
      });
    this.#only = only;
    this.#teller.here = only.conversation;
    return [only];
  }

  /** The oldest first. */
  async #newest({ id, unread }: ConversationView): Promise<readonly MessageView[]> {
    const { values } = this.#world;
    if (values.limit === 0 || (values.unread && unread === 0)) return [];
    const limit = values.limit ?? (values.unread ? Number.MAX_SAFE_INTEGER : USUAL);
    const pages: (readonly MessageView[])[] = [];
    for (;;) {
      const before = pages[0]?.[0]?.seq;
      const asked = { do: "history", to: id, before, limit: Math.min(PAGE, limit) } as const;
      const { messages } = (await this.#ask(asked)) as Replies["history"];
      pages.unshift(messages);
      const all = pages.flat();
      const from = values.unread ? this.#firstUnread(all, unread) : undefined;
      if (from !== undefined) return all.slice(Math.max(from, all.length - limit));
      if (messages.length === 0 || all.length >= limit) return all.slice(Math.max(0, all.length - limit));
    }
  }

  /** Where the oldest stands that was not read; undefined: further back. What this device wrote is read. */
  #firstUnread(messages: readonly MessageView[], unread: number): number | undefined {
    const own = this.#asker.self.files.peer.device;
    const others = messages.flatMap(({ from }, index) => (from.device === own ? [] : [index]));
    return others.at(-unread);
  }

  #ask(command: Parameters<Asker["client"]["ask"]>[0]): Promise<unknown> {
    return this.#asker.client.ask(command);
  }

  #follow(event: ClientEvent): void {
    if (event.event === "conversation" && event.id === this.#only?.id) {
      this.#only = event;
      this.#teller.here = event.conversation;
    }
    if (!isSaid(event)) return;
    if (this.#only !== undefined && event.conversation !== this.#only.conversation) return;
    // It was found in the vault already.
    if (event.event === "message" && event.seq <= (this.#shown.get(event.conversation) ?? -1)) return;
    this.#show(event).then(() => this.#marking.catch(this.#failed.reject), this.#failed.reject);
  }

  async #show(event: SaidEvent): Promise<void> {
    const { output } = this.#asker;
    this.#teller.tell(event);
    if (event.event !== "message") return;
    const { conversation, seq } = event;
    this.#shown.set(conversation, Math.max(seq, this.#shown.get(conversation) ?? -1));
    if (this.#world.values.mark) this.#marking = this.#marking.then(() => this.#mark(conversation));
    if (output.full) await output.drained();
  }

  /** When it has left the process. One request for all that has come to be shown meanwhile. */
  async #mark(conversation: string): Promise<void> {
    const seq = this.#shown.get(conversation) ?? 0;
    if (seq <= (this.#marked.get(conversation) ?? -1)) return;
    await this.#asker.output.written();
    this.#marked.set(conversation, seq);
    await this.#ask({ do: "read", to: conversation, seq });
  }
}

/** In words for people, or as the events of --json. */
class Teller {
  readonly #output: Asker["output"];
  readonly #json: JsonFace | undefined;
  readonly #lines;
  here = "";

  constructor({ values, clock }: Reading, { output }: Asker) {
    this.#output = output;
    this.#json = values.json ? new JsonFace(output) : undefined;
    this.#lines = {
      names: new KnownNames(),
      shown: new ShownMessages(),
      clockTime: (ms: number) => clockTime(ms, clock.now()),
      interactive: false,
    };
  }

  ready(event: Extract<ClientEvent, { event: "ready" }>): void {
    // Nothing of it is shown: it says who is `you`.
    readySentence(event, { ...this.#lines, here: this.here });
  }

  tell(event: SaidEvent): void {
    if (this.#json !== undefined) return this.#json.show(event);
    for (const line of this.#linesOf(event)) this.#output.line(line);
  }

  #linesOf(event: SaidEvent): readonly string[] {
    const { here } = this;
    const telling = { ...this.#lines, here };
    switch (event.event) {
      case "message":
        this.#lines.shown.add(event);
        return messageLines(this.#lines, event, { here, digits: false });
      case "edited":
        this.#lines.shown.edited(event.message, event.text);
        return editedLines(this.#lines, event, here);
      case "deleted":
        return [`* ${deletedSentence(event, telling)}`];
      case "reaction":
        return [`* ${reactionSentence(event, telling)}`];
    }
  }
}

function isSaid(event: ClientEvent): event is SaidEvent {
  return (
    event.event === "message" || event.event === "edited" || event.event === "deleted" || event.event === "reaction"
  );
}
