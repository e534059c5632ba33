// Asking the person at the terminal: for a secret, which is not shown while it is typed, or for a word.
import { createInterface, type Interface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { Fault } from "../model/fault.ts";

export interface Person {
  readonly input: Readable & { setRawMode?(on: boolean): unknown };
  readonly output: Writable;
}

const CHARS_MOST = 1024;
const ENTER = new Set(["\r", "\n"]);
const ERASE = new Set(["\u{7f}", "\b"]);
const CLEAR = "\u{15}";
/** Ctrl+C and Ctrl+D: in raw mode they are characters like others. */
const LEAVE = new Set(["\u{3}", "\u{4}"]);
// oxlint-disable-next-line no-control-regex -- what cursor keys and the like send
const KEYS = /\u{1b}(?:[[O][0-9;]*[A-Za-z~]|.)?/gu;

/** @throws Fault `no-passphrase`: they would not say */
export async function askSecret({ input, output }: Person, question: string): Promise<string> {
  // First: what is typed at the first sight of the question is not shown either.
  input.setRawMode?.(true);
  output.write(question);
  try {
    return await readSecret(input);
  } finally {
    input.setRawMode?.(false);
    output.write("\n");
  }
}

/** Typed once more. @throws Fault `passphrase-differs`, `no-passphrase` */
export async function confirmed(person: Person, secret: string, question = "the same again: "): Promise<string> {
  if ((await askSecret(person, question)) === secret) return secret;
  throw new Fault("passphrase-differs", "that was not the same twice", { hint: "nothing was changed; start again" });
}

/** What was typed, without its ends. Empty if they leave. */
export async function askWord(person: Person, question: string): Promise<string> {
  return (await askOrLeave(person, question)) ?? "";
}

/** Undefined: they leave. */
export async function askOrLeave({ input, output }: Person, question: string): Promise<string | undefined> {
  const asking = createInterface({ input, output });
  try {
    return await answerOf(asking, question);
  } catch {
    // What is said next is on a line of its own.
    output.write("\n");
    return undefined;
  } finally {
    asking.close();
  }
}

/** Without its ends. Rejects when they leave, also where the terminal is gone. */
async function answerOf(asking: Interface, question: string): Promise<string> {
  const left = Promise.withResolvers<never>();
  asking.once("close", () => left.reject(new Error("nobody answers")));
  return (await Promise.race([asking.question(question), left.promise])).trim();
}

export interface Choice {
  readonly name: string;
  /** What is to be known of it. */
  readonly note?: string | undefined;
}

/** `flag`: by which it is said without a question. @throws Fault `identity-choice` */
export async function chooseFrom({ input, output }: Person, choices: readonly Choice[], flag: string): Promise<string> {
  const names = choices.map(({ name }) => name);
  choices.forEach(({ name, note = "" }, at) =>
    output.write(`  ${at + 1}  ${name}${note === "" ? "" : ` (${note})`}\n`),
  );
  const asking = createInterface({ input, output });
  try {
    for (;;) {
      const answer = await answerOf(asking, "who are you? ");
      const chosen = names.includes(answer) ? answer : /^\d+$/.test(answer) ? names[Number(answer) - 1] : undefined;
      if (chosen !== undefined) return chosen;
      output.write(`a number from 1 to ${names.length}, or a name\n`);
    }
  } catch (error) {
    output.write("\n");
    throw new Fault("identity-choice", "no identity was chosen", {
      hint: `choose one with ${flag}: ${names.join(", ")}`,
      cause: error,
    });
  } finally {
    asking.close();
  }
}

function readSecret(input: Readable): Promise<string> {
  const typing = new Typing();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      input.off("data", onData).off("end", onEnd);
      input.pause();
    };
    const onEnd = (): void => {
      stop();
      reject(notTyped());
    };
    const onData = (chunk: Buffer): void => {
      typing.take(chunk);
      if (typing.state === "left") onEnd();
      if (typing.state !== "entered") return;
      stop();
      // What was typed ahead is for whoever reads next.
      if (typing.rest !== "") input.unshift(Buffer.from(typing.rest));
      resolve(typing.text);
    };
    input.on("data", onData).on("end", onEnd);
    input.resume();
  });
}

/** What comes of keys, until Enter. */
class Typing {
  readonly #decoder = new StringDecoder("utf8");
  #chars: readonly string[] = [];
  state: "typing" | "entered" | "left" = "typing";
  /** Behind Enter. */
  rest = "";

  get text(): string {
    return this.#chars.join("");
  }

  take(chunk: Buffer): void {
    const chars = Array.from(this.#decoder.write(chunk).replaceAll(KEYS, ""));
    for (const [index, char] of chars.entries()) {
      if (LEAVE.has(char)) this.state = "left";
      else if (ENTER.has(char)) this.state = "entered";
      else this.#press(char);
      if (this.state === "typing") continue;
      this.rest = chars.slice(index + 1).join("");
      return;
    }
  }

  #press(char: string): void {
    if (char === CLEAR) this.#chars = [];
    else if (ERASE.has(char)) this.#chars = this.#chars.slice(0, -1);
    else if (char >= " " && this.#chars.length < CHARS_MOST) this.#chars = [...this.#chars, char];
  }
}

function notTyped(): Fault {
  return new Fault("no-passphrase", "no passphrase was typed", {
    hint: "start again, or name a file that has it: --help shows the flag",
  });
}
