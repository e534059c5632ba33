// From the vault into a timeline: its newest page, older and newer ones, and what stands around a message.
import { Fault } from "../../../model/fault.ts";
import type { MessageId, Seq } from "../../../model/ids.ts";
import type { Replies } from "../../port/replies.ts";
import type { MessageView, WaitingView } from "../../port/views.ts";
import { keyOf, NEWEST } from "./timeline.ts";
import type { HeldTimeline } from "./timelines.ts";
import type { Ask } from "./world.ts";

const PAGE = 100;
/** Around a message. */
const WINDOW = 100;

export interface PagingWorld {
  readonly ask: Ask;
  readonly now: () => number;
  readonly onChange: () => void;
  /** Of what came into a timeline, what will end is to be seen to end. */
  readonly onMessages: (messages: readonly MessageView[]) => void;
}

/** A timeline, and how its conversation is called. */
interface Wanted {
  readonly held: HeldTimeline;
  readonly to: string;
}

interface Sought {
  readonly message: MessageId;
  readonly seq?: Seq | undefined;
}

interface PageWish {
  readonly to: string;
  readonly before?: Seq;
  readonly after?: Seq;
  readonly around?: MessageId;
  readonly limit: number;
}

type Messages = readonly MessageView[];
type History = (page: PageWish) => Promise<Replies["history"]>;
type Window = { readonly messages: Messages; readonly hasOlder: boolean; readonly hasNewer: boolean };

export class Paging {
  readonly #world: PagingWorld;
  /** The last that was asked for of each: what was asked before it comes too late. */
  readonly #turns = new WeakMap<HeldTimeline, number>();
  /** While they were fetched, messages of before came into the vault; and how the conversation is called. */
  readonly #behind = new WeakMap<HeldTimeline, string>();

  constructor(world: PagingWorld) {
    this.#world = world;
  }

  async newest({ held, to }: Wanted): Promise<void> {
    const { timeline } = held;
    await this.#fetch(held, async (history) => {
      const { messages, waiting = [] } = await history({ to, limit: NEWEST });
      return () => {
        timeline.newest(messages, { hasOlder: messages.length === NEWEST });
        this.waiting(held, waiting);
        return messages;
      };
    });
  }

  async older({ held, to }: Wanted): Promise<void> {
    const { timeline } = held;
    const before = timeline.entries[0]?.message.seq;
    if (before === undefined || !timeline.hasOlder || timeline.stage !== "loaded") return;
    await this.#fetch(held, async (history) => {
      const { messages } = await history({ to, before, limit: PAGE });
      return () => {
        timeline.older(messages, messages.length === PAGE);
        return messages;
      };
    });
  }

  /** Messages of before are in the vault now, above those that are held or between them: nobody loses the place. */
  async before({ held, to }: Wanted): Promise<void> {
    const { timeline } = held;
    if (timeline.stage === "new") return;
    if (timeline.stage !== "loaded") return void this.#behind.set(held, to);
    const { entries, hasNewer } = timeline;
    const last = entries.at(-1)?.message.seq;
    const limit = Math.max(NEWEST, entries.length);
    await this.#fetch(held, async (history) => {
      const { messages } = await history({
        to,
        limit,
        ...(hasNewer && last !== undefined ? { before: last + 1 } : {}),
      });
      return () => {
        timeline.older(messages, messages.length === limit);
        return messages;
      };
    });
  }

  async newer({ held, to }: Wanted): Promise<void> {
    const { timeline } = held;
    const after = timeline.entries.at(-1)?.message.seq;
    if (after === undefined || !timeline.hasNewer || timeline.stage !== "loaded") return;
    await this.#fetch(held, async (history) => {
      const { messages } = await history({ to, after, limit: PAGE });
      return () => {
        timeline.newer(messages, messages.length === PAGE);
        return messages;
      };
    });
  }

  /** @throws Fault `no-such-message` */
  async around({ held, to }: Wanted, { message, seq }: Sought): Promise<void> {
    await this.#fetch(held, async (history) => {
      const window = await windowAround(history, to, { message, seq });
      return () => this.#place(held, window, message);
    });
  }

  /** To the first message after this seq. */
  async after({ held, to }: Wanted, seq: Seq): Promise<void> {
    await this.#fetch(held, async (history) => {
      const window = await windowAt(history, to, seq);
      return () => this.#place(held, window, window.messages.find((one) => one.seq > seq)?.message);
    });
  }

  /** What is on its way, as the vault has it. */
  waiting({ timeline }: HeldTimeline, waiting: readonly WaitingView[]): void {
    for (const one of waiting) {
      const { message, text, state } = one;
      const more = {
        ...(one.replyTo === undefined ? {} : { replyTo: one.replyTo }),
        ...(one.file === undefined ? {} : { file: one.file }),
      };
      timeline.wait({ key: keyOf(one), message, at: this.#world.now(), text, state, ...more });
    }
  }

  #place({ timeline }: HeldTimeline, { messages, ...ends }: Window, focus: MessageId | undefined): Messages {
    timeline.window(messages, ends);
    timeline.focus = focus;
    return messages;
  }

  /** What was asked for before, and comes later, is not shown any more. */
  async #fetch(held: HeldTimeline, fetch: (history: History) => Promise<() => Messages>): Promise<void> {
    const { timeline } = held;
    const turn = (this.#turns.get(held) ?? 0) + 1;
    this.#turns.set(held, turn);
    const before = timeline.stage;
    timeline.stage = before === "new" ? "loading" : "paging";
    this.#world.onChange();
    try {
      const show = await fetch(async (page) => {
        const reply = await this.#history(page);
        timeline.receipts = reply.receipts ?? [];
        return reply;
      });
      if (this.#turns.get(held) !== turn) return;
      const messages = show();
      held.quotes.want(messages);
      this.#world.onMessages(messages);
    } finally {
      if (this.#turns.get(held) === turn) {
        timeline.stage = before === "new" && timeline.stage === "loading" ? "new" : "loaded";
        this.#world.onChange();
      }
    }
    const to = this.#behind.get(held);
    if (to === undefined || this.#turns.get(held) !== turn) return;
    this.#behind.delete(held);
    await this.before({ held, to });
  }

  async #history({ before, ...page }: PageWish): Promise<Replies["history"]> {
    try {
      return await this.#world.ask({ do: "history", before, ...page, receipts: true, soon: true });
    } catch (error) {
      // With whom nothing was said yet.
      if (error instanceof Fault && error.code === "no-such-conversation") return { messages: [] };
      throw error;
    }
  }
}

async function windowAround(history: History, to: string, { message, seq }: Sought): Promise<Window> {
  try {
    const { messages } = await history({ to, around: message, limit: WINDOW });
    const upTo = messages.findIndex((one) => one.message === message) + 1;
    return { messages, hasOlder: upTo > WINDOW / 2, hasNewer: messages.length >= WINDOW };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "no-such-message" || seq === undefined) throw error;
    return windowAt(history, to, seq - 1);
  }
}

async function windowAt(history: History, to: string, seq: Seq): Promise<Window> {
  const half = WINDOW / 2;
  const { messages: upTo } = await history({ to, before: seq + 1, limit: half });
  const { messages: behind } = await history({ to, after: seq, limit: PAGE });
  return { messages: [...upTo, ...behind], hasOlder: upTo.length === half, hasNewer: behind.length === PAGE };
}
