// `chat-client send TO [TEXT…]`: one thing said, from the command line or from standard input, or a file.
import { readCommand } from "../client/app/commands.ts";
import { placeOf } from "../client/face/lines/verbs.ts";
import { Fault } from "../model/fault.ts";
import type { ONCE_COMMANDS } from "./client-once-flags.ts";
import { askOnce, type OnceProcess, runOnce } from "./client-once.ts";
import type { Values } from "./flags.ts";

export interface Sending extends OnceProcess {
  readonly args: readonly string[];
  readonly values: Values<(typeof ONCE_COMMANDS)["send"]["flags"]>;
}

/** The text of a message has at most so many, and a line's end may stand behind it. */
const BYTES_MOST = 65_536 + 2;

/** Resolves with the exit code. @throws Fault `usage`, and of what is wrong on this machine */
export async function send(world: Sending): Promise<number> {
  const { values } = world;
  const command = sentCommand(world, await textOf(world));
  const stranded = Promise.withResolvers<never>();
  stranded.promise.catch(() => undefined);
  return runOnce(world, {
    run: (asker) => Promise.race([askOnce(asker, command, { json: values.json, words: () => [] }), stranded.promise]),
    onEvent: (event) => {
      if (event.event !== "notice" || event.code !== "awaited" || event.conversation !== command.to) return;
      const hint = "do not send it again: a chat-client of this identity that is open then sends it";
      stranded.reject(new Fault("awaited", event.message, { hint }));
    },
  });
}

function sentCommand({ args: [to = ""], values }: Sending, text: string | undefined) {
  const { file, expire, bot } = values;
  const what = file === undefined ? { do: "send" } : { do: "file", path: file };
  const more = {
    bot,
    ...(text === undefined ? {} : { text }),
    ...(expire === undefined ? {} : { expire: expire / 1000 }),
  };
  try {
    const command = readCommand({ ...what, to: placeOf(to), ...more });
    if (command.do === "send" || command.do === "file") return command;
    throw new Error("what is sent is a message or a file");
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault("usage", error.message.replace(/^the field /, ""), {
      cause: error,
      hint: "chat-client send --help",
    });
  }
}

/** Undefined: a file that goes without a word. */
async function textOf({ args: [, ...words], values, input }: Sending): Promise<string | undefined> {
  const isPiped = words.length === 0 ? values.file === undefined : words.length === 1 && words[0] === "-";
  if (isPiped) return textFrom(input);
  return words.length === 0 ? undefined : words.join(" ");
}

/** Without the end of its last line. */
async function textFrom(input: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > BYTES_MOST)
      throw new Fault("usage", "the text from standard input is too long", {
        hint: "a message has at most 65,536 bytes; send more as a file: --file PATH",
      });
    chunks.push(part);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    return text.replace(/\r?\n$/, "");
  } catch {
    throw new Fault("usage", "what came from standard input is not UTF-8 text", {
      hint: "send it as a file: --file PATH",
    });
  }
}
