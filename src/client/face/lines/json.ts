// The lines face for programs: one JSON object a line, as docs/lines.md says. Strict about what comes in, and what goes out
// is safe to look at: control characters and directions are escaped.
import { Fault, reason } from "../../../model/fault.ts";
import { readCommand } from "../../app/commands.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { Client } from "../../port/client.ts";
import type { Face } from "../../port/face.ts";
import { LINE_BYTES, type Line } from "./input.ts";
import type { Output } from "./output.ts";
import type { LineFace } from "./run.ts";

// Everything that sanitize() knows as bad and JSON.stringify leaves as it is: DEL, C1, invisible and direction characters, tags.
const UNSAFE =
  /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/** Fields that hold milliseconds since 1970 and go out as ISO 8601. */
const TIMES = new Set(["at", "edited", "expires", "until", "added", "muted"]);
/** ECMA-262 §21.4.1.1 */
const TIME_MOST = 8.64e15;

/** @internal */
export function writeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSAFE, (found) =>
    found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** A reply without an id, for whoever asks one thing. A fault becomes what a program reads of it. */
export function writeReply(
  name: string,
  answer: { readonly ok: true } | { readonly ok: false; readonly error: unknown },
): string {
  const told = answer.ok ? answerOf(name, answer) : { ok: false, error: errorView(answer.error) };
  return writeJson({ reply: name, ...told });
}

export class JsonFace implements LineFace, Face {
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  get full(): boolean {
    return this.#output.full;
  }

  drained(): Promise<void> {
    return this.#output.drained();
  }

  written(): Promise<void> {
    return this.#output.written();
  }

  show(event: ClientEvent): void {
    this.#output.line(writeJson(withIsoTimes(event)));
  }

  /** Resolves when the reply is out. True: the line asks to leave. */
  async onLine(line: Line, client: Client): Promise<boolean> {
    const asked = readRequest(line);
    if (asked === undefined) return false;
    try {
      if (asked instanceof Fault) throw asked;
      const command = readCommand(asked);
      this.#reply(asked, { ok: true, ...answerOf(command.do, await client.ask(command)) });
      return command.do === "quit";
    } catch (error) {
      this.#reply(asked instanceof Fault ? {} : asked, { ok: false, error: errorView(error) });
      return false;
    }
  }

  #reply(asked: Readonly<Record<string, unknown>>, answer: object): void {
    const name = typeof asked["do"] === "string" ? asked["do"] : null;
    this.#output.line(writeJson({ reply: name, ...(asked["id"] === undefined ? {} : { id: asked["id"] }), ...answer }));
  }
}

function readRequest(line: Line): Readonly<Record<string, unknown>> | Fault | undefined {
  if (line.kind === "too-long")
    return new Fault("line-too-long", `a line of more than ${LINE_BYTES} bytes`, { hint: "one JSON object a line" });
  if (line.kind === "not-utf8") return new Fault("bad-json", "the line is not UTF-8");
  if (line.text.trim() === "") return undefined;
  const hint = `one JSON object a line, for example {"do": "whoami"}`;
  try {
    const value: unknown = JSON.parse(line.text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
    return new Fault("bad-json", "the line is not a JSON object", { hint });
  } catch {
    return new Fault("bad-json", "the line is not JSON", { hint });
  }
}

function errorView(error: unknown): object {
  if (!(error instanceof Fault)) return { code: "internal", message: reason(error) };
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

/** What the server says to an owner is given as the server says it. */
function answerOf(name: string, answer: object): object {
  return name === "admin" ? answer : withIsoTimes(answer);
}

/** Its own times and those of what it lists. */
function withIsoTimes(value: object): object {
  const shown = Object.entries(value).map(([name, field]: [string, unknown]) => {
    if (TIMES.has(name) && typeof field === "number") return [name, isoTime(field)] as const;
    return [name, Array.isArray(field) ? field.map(listed) : field] as const;
  });
  return Object.fromEntries(shown);
}

function listed(item: unknown): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  // When a certificate was revoked stands inside what is said of it, and so does what was said last in a conversation.
  const inside = Object.entries(item).filter(([name]) => name === "revoked" || name === "last");
  const parts = inside.flatMap(([name, part]: [string, unknown]) =>
    typeof part === "object" && part !== null ? [[name, withIsoTimes(part)] as const] : [],
  );
  return withIsoTimes({ ...item, ...Object.fromEntries(parts) });
}

/** A server may say any number; `Date` knows fewer. */
function isoTime(ms: number): string {
  return new Date(Math.max(-TIME_MOST, Math.min(ms, TIME_MOST))).toISOString();
}
