// Messages that are answered and are not in the window: looked up one after the other, so that an answer says what it answers.
import type { MessageId } from "../../../model/ids.ts";
import type { MessageView } from "../../port/views.ts";
import { changed, type Done, emptied, isOver } from "./message-changes.ts";
import type { Timeline } from "./timeline.ts";

/** In one conversation; then they are looked up anew. */
const HELD_MOST = 200;

export interface QuotesWorld {
  readonly timeline: Timeline;
  /** Undefined: it is not here. */
  readonly look: (message: MessageId) => Promise<MessageView | undefined>;
  readonly onChange: () => void;
}

export class Quotes {
  readonly #world: QuotesWorld;
  /** Undefined: looked for, or being looked for. */
  readonly #found = new Map<MessageId, MessageView | undefined>();
  #turn: Promise<void> = Promise.resolve();

  constructor(world: QuotesWorld) {
    this.#world = world;
  }

  of(message: MessageId): MessageView | undefined {
    return this.#found.get(message);
  }

  /** Whatever is answered by what is shown now. */
  want(messages: readonly Pick<MessageView, "replyTo">[]): void {
    const { timeline } = this.#world;
    for (const { replyTo } of messages) {
      if (replyTo === undefined || this.#found.has(replyTo) || timeline.entryOf(replyTo) !== undefined) continue;
      if (this.#found.size >= HELD_MOST) this.#found.clear();
      this.#found.set(replyTo, undefined);
      this.#turn = this.#turn.then(() => this.#look(replyTo));
    }
  }

  done(done: Done): void {
    this.#change(done.message, (message) => changed(message, done));
  }

  expire(now: number): void {
    for (const [id, message] of this.#found)
      if (message !== undefined && isOver(message, now)) this.#change(id, (one) => emptied(one, "expired"));
  }

  #change(id: MessageId, change: (message: MessageView) => MessageView): void {
    const known = this.#found.get(id);
    if (known === undefined) return;
    this.#found.set(id, change(known));
    this.#world.timeline.touched();
  }

  async #look(message: MessageId): Promise<void> {
    try {
      const found = await this.#world.look(message);
      if (found === undefined) return;
      this.#found.set(message, found);
      this.#world.timeline.touched();
      this.#world.onChange();
    } catch {
      // An answer without what it answers can be read, too.
    }
  }
}
