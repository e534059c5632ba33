// What people write in a message, and what it must be to travel: nothing is changed, what cannot travel is refused.
import { Fault } from "../../../model/fault.ts";

/** UTF-8 bytes of one text. More belongs in a file. @internal */
export const TEXT_BYTES = 64 * 1024;
/** The same inside JSON: quotes and line ends are two bytes there, a control character is six. @internal */
export const ESCAPED_BYTES = 3 * TEXT_BYTES;
const ESCAPES_MOST = 6;
const AS_A_FILE = "send it as a file: /file PATH";
/** Code points: what stands above a conversation in one line. @internal */
export const TOPIC_CHARS = 250;
/** Code points: what a user calls a device. @internal */
const LABEL_CHARS = 64;
// Line ends of any kind and other controls; what turns the direction of all that follows (UAX #9, embeddings, overrides, isolates).
const NOT_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const LINE_HINT = "leave out line ends, control characters and marks that turn the direction of a line";

/** @throws Fault `empty-text`, `too-long`, `bad-text` */
export function checkText(text: string): void {
  if (text.length === 0) throw new Fault("empty-text", "the text is empty", { hint: "say something" });
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes > TEXT_BYTES) {
    throw new Fault("too-long", `a message has at most ${TEXT_BYTES} bytes, and this one has ${bytes}`, {
      values: { most: TEXT_BYTES, bytes },
      hint: AS_A_FILE,
    });
  }
  // A lone surrogate has no UTF-8: it would arrive as another text than was sent.
  if (!text.isWellFormed())
    throw new Fault("bad-text", "the text is not well-formed Unicode", { hint: "it has half of a surrogate pair" });
  if (bytes * ESCAPES_MOST >= ESCAPED_BYTES && Buffer.byteLength(JSON.stringify(text)) > ESCAPED_BYTES) {
    throw new Fault("too-long", "the text has too many control characters", { hint: AS_A_FILE });
  }
}

/** One line; an empty one says that there is no topic. @throws Fault `bad-topic` */
export function checkTopic(topic: string): void {
  if (!isAtMost(topic, TOPIC_CHARS)) throw new Fault("bad-topic", `a topic has at most ${TOPIC_CHARS} characters`);
  if (!isLine(topic)) throw new Fault("bad-topic", "a topic is one line of text", { hint: LINE_HINT });
}

/** One line; an empty one says that the device has no name any more. @throws Fault `bad-label` */
export function checkLabel(label: string): void {
  if (!isAtMost(label, LABEL_CHARS))
    throw new Fault("bad-label", `the name of a device has at most ${LABEL_CHARS} characters`, {
      hint: "take a shorter one",
    });
  if (!isLine(label)) throw new Fault("bad-label", "the name of a device is one line of text", { hint: LINE_HINT });
  if (label.trim() !== label)
    throw new Fault("bad-label", "the name of a device neither begins nor ends with a space", { hint: "leave it out" });
}

/** Code points are at most as many as code units, which are counted in no time. */
function isAtMost(text: string, chars: number): boolean {
  return text.length <= 2 * chars && Array.from(text).length <= chars;
}

function isLine(text: string): boolean {
  return text.isWellFormed() && !NOT_IN_A_LINE.test(text);
}
