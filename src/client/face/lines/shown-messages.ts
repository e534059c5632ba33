// The messages that a person can mean: what was shown last, by conversation, so that nobody has to type 32 digits.
import { Fault } from "../../../model/fault.ts";
import type { MessageId } from "../../../model/ids.ts";
import type { MessageView } from "../../port/views.ts";
import { sanitizeLine } from "../sanitize.ts";

/** Of all conversations: several long histories. */
const KEPT = 2_000;
/** Enough to know which message it is. */
const EXCERPT_CHARS = 40;
const DIGITS_LEAST = 4;
const BACK = /^\^(\d{0,4})$/;
const DIGITS = /^[0-9a-f]{4,32}$/;
const ID_DIGITS = 32;

/** Which ones `^` counts. */
export type Among = "any" | "mine" | "files";

export interface Reference {
  readonly conversation: string;
  /** `^`, `^2`, or the last digits of an id. */
  readonly typed: string;
  readonly among: Among;
}

interface Shown extends Pick<MessageView, "message" | "conversation" | "seq" | "at" | "mine"> {
  readonly isFile: boolean;
  excerpt: string | undefined;
}

type Showable = Pick<MessageView, "message" | "conversation" | "seq" | "at" | "mine" | "text" | "file" | "placeholder">;

export class ShownMessages {
  readonly #byId = new Map<MessageId, Shown>();

  add({ message, conversation, seq, at, mine, text, file, placeholder }: Showable): void {
    this.#byId.delete(message);
    const excerpt = placeholder === undefined ? excerptOf(text === "" ? (file?.name ?? "") : text) : undefined;
    this.#byId.set(message, { message, conversation, seq, at, mine, isFile: file !== undefined, excerpt });
    if (this.#byId.size <= KEPT) return;
    const [oldest] = this.#byId.keys();
    if (oldest !== undefined) this.#byId.delete(oldest);
  }

  get(message: MessageId): Readonly<Shown> | undefined {
    return this.#byId.get(message);
  }

  edited(message: MessageId, text: string): void {
    const shown = this.#byId.get(message);
    if (shown !== undefined) shown.excerpt = excerptOf(text);
  }

  /** What it said is gone. */
  deleted(message: MessageId): void {
    const shown = this.#byId.get(message);
    if (shown !== undefined) shown.excerpt = undefined;
  }

  /** The person's newest one there. */
  isLastOwn(message: MessageId): boolean {
    const shown = this.#byId.get(message);
    return shown?.mine === true && this.#in(shown.conversation, "mine")[0]?.message === message;
  }

  /** As few of its last digits as name it and no other of its conversation; four at least. */
  digits(message: MessageId): string {
    const conversation = this.#byId.get(message)?.conversation;
    const others = [...this.#byId.values()].filter((one) => one.conversation === conversation);
    for (let count = DIGITS_LEAST; count < ID_DIGITS; count += 1) {
      const digits = message.slice(-count);
      if (others.every((one) => one.message === message || !one.message.endsWith(digits))) return digits;
    }
    return message;
  }

  /** Undefined: none that was shown. @throws Fault `ambiguous-message`, `bad-reference` */
  find({ conversation, typed, among }: Reference): MessageId | undefined {
    const back = BACK.exec(typed);
    if (back !== null) {
      const steps = back[1] === "" ? 1 : Number(back[1]);
      return this.#in(conversation, among)[steps - 1]?.message;
    }
    const digits = typed.toLowerCase();
    if (!DIGITS.test(digits))
      throw new Fault("bad-reference", "this names no message", {
        hint: "^ is the last one, ^2 the one before; /history shows digits for each",
      });
    if (digits.length === ID_DIGITS) return digits as MessageId;
    const found = this.#in(conversation, "any").filter(({ message }) => message.endsWith(digits));
    if (found.length > 1)
      throw new Fault("ambiguous-message", `${found.length} messages end with ${digits}`, {
        hint: "/history shows how many digits are needed",
      });
    return found[0]?.message;
  }

  /** The newest first. */
  #in(conversation: string, among: Among): readonly Shown[] {
    return [...this.#byId.values()]
      .filter((one) => one.conversation === conversation)
      .filter(({ mine, isFile }) => among === "any" || (among === "mine" ? mine : isFile))
      .toSorted((a, b) => b.seq - a.seq);
  }
}

function excerptOf(text: string): string {
  return sanitizeLine(text.trim(), EXCERPT_CHARS);
}
