// Administration from this machine: over the socket of the running server, or, where none runs, on its data.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { Fault, errno, reason } from "../model/fault.ts";
import type { Log } from "../server/port/log.ts";
import { SOCKET } from "../server/data-folder.ts";
import type { ServerConfig, ServerWorld } from "../server/config.ts";
import { readCommandLine } from "./cli.ts";
import { PROGRAM } from "./server-program.ts";
import { configOf, thisMachine } from "./server-run.ts";
import { thisProcess } from "./this-process.ts";

/** One text, without the end of its last line. */
export type Say = (text: string) => void;
export type Answer = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, unknown>>;

/** An answer is there at once; a backup of a large realm, or a look at all of its database, takes hours. */
const ANSWER_MS = 60_000;
const LONG_MS = 24 * 3_600_000;
const LONG: ReadonlySet<unknown> = new Set(["backup", "examine"]);

/** Done by the running server, or in its place. @throws Fault of the act, or of what is wrong with the data folder */
export async function administer(data: string, given: Given): Promise<Answer> {
  const socket = await reach(join(data, SOCKET));
  return socket === undefined ? await withoutServer(data, given) : await ask(socket, given);
}

/** Undefined: nobody listens there. */
export async function reach(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return socket;
  } catch (error) {
    socket.destroy();
    if (["ENOENT", "ECONNREFUSED", "ENOTSOCK", "EINVAL"].includes(errno(error) ?? "")) return undefined;
    throw new Fault("admin-unreachable", `cannot reach the server over ${path}: ${errno(error) ?? reason(error)}`, {
      hint: "run it as the user of the server, on its machine",
      cause: error,
    });
  }
}

async function ask(socket: Socket, given: Given): Promise<Answer> {
  const mostMs = LONG.has(given["do"]) ? LONG_MS : ANSWER_MS;
  socket.setTimeout(mostMs, () => socket.destroy(new Error("there was no answer")));
  socket.write(`${JSON.stringify(given)}\n`);
  let text = "";
  try {
    for await (const chunk of socket.setEncoding("utf8")) {
      text += String(chunk);
      if (text.endsWith("\n")) break;
    }
  } finally {
    socket.destroy();
  }
  if (!text.endsWith("\n")) throw new Fault("admin-unreachable", "the server ended in the middle of its answer");
  return answerIn(JSON.parse(text) as Answer);
}

function answerIn(answer: Answer): Answer {
  if (answer["ok"] === true) return answer;
  const { code, message, hint } = answer["error"] as { code: string; message: string; hint?: string };
  throw new Fault(code, message, hint === undefined ? {} : { hint });
}

/** As the server would be started for this folder, with what its variables and its own file say. */
export async function configFor(flags: readonly string[]): Promise<ServerConfig> {
  const line = await readCommandLine(PROGRAM, { ...thisProcess(), argv: flags });
  if (line.kind !== "values") throw new Error("the flags of a server are read");
  return configOf(line.values);
}

async function withoutServer(data: string, given: Given): Promise<Answer> {
  const { openOffline } = await import("../server/offline.ts");
  const offline = await openOffline(await configFor(["--data", data]), quietWorld);
  try {
    return { ok: true, ...(await offline.perform(given)) };
  } finally {
    await offline.close();
  }
}

function rethrow(error: Error): never {
  throw error;
}

/** Warnings are for whoever runs the server. */
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const quietWorld: ServerWorld = { ...thisMachine, log: quiet, onFailed: rethrow };
