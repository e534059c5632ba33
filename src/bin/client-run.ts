// One run of chat-client from its start to its exit code: picks the face, wires streams to it, tells why it ended.
import type { Readable, Writable } from "node:stream";
import { JsonFace } from "../client/face/lines/json.ts";
import { laterSentence } from "../client/face/lines/late-lines.ts";
import { isReaderGone, Output } from "../client/face/lines/output.ts";
import { PlainFace } from "../client/face/lines/plain.ts";
import { buffers, type Left, type LineFace, runLines } from "../client/face/lines/run.ts";
import { LOBBY } from "../client/face/lines/scene.ts";
import { Terminal } from "../client/face/lines/terminal.ts";
import { sanitizeLine } from "../client/face/sanitize.ts";
import type { Clock } from "../client/port/clock.ts";
import type { Face } from "../client/port/face.ts";
import { defaultHome, type Platform } from "../client/vault/home.ts";
import type { LocalVault } from "../client/vault/sqlite.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import type { Person } from "./prompt.ts";
import { rememberEnd, type Self } from "./client-self.ts";
import { complainAbout, complainOfEnding, notes } from "./client-stderr.ts";
import { clockTime } from "./clock-time.ts";
import { EXIT } from "./exit-codes.ts";
import type { Values } from "./flags.ts";

export interface Run {
  readonly values: Values<typeof CLIENT_FLAGS>;
  readonly self: Self;
  /** Who can be asked. */
  readonly person: Person | undefined;
  /** A person types and looks. */
  readonly onTerminal: boolean;
  readonly stop: AbortController;
  readonly agent: string;
  readonly platform: Platform;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  readonly defer: (run: () => void) => void;
}

interface Front {
  readonly face: LineFace & Face;
  readonly input: AsyncIterable<Buffer>;
  readonly complain: (line: string) => void;
  /** A sentence for people; a program that reads JSON is told none. */
  readonly say: (sentence: string) => void;
  /** Resolves when everything shown has left. */
  close(): Promise<void>;
}

/** After a signal, a reader that does not read is waited for so long. */
const CLOSE_MS = 3_000;
/** The setting that says that this was said. */
const TOLD = "told-unprotected";

/** Resolves with the exit code. */
export async function runClient(run: Run): Promise<number> {
  const { values, self, clock, random, defer, agent } = run;
  const { files, vault, host, port } = self;
  let broken: unknown;
  const front = frontOf(run, (error) => {
    broken = error;
    run.stop.abort();
  });
  const note = notes(values["log-level"], front.complain);
  for (const warning of files.warnings) note("warn", warning);
  front.say(`connecting to ${host} port ${port}`);
  if (run.onTerminal) sayUnprotected(vault, (sentence) => front.say(sentence));
  const { face, input } = front;
  // After the first words, and not before: TLS and the protocol take their time to load.
  const { startClient } = await import("../client/main.ts");
  const home = values.home ?? defaultHome(run.platform);
  const config = { host, port, files, home, agent, door: self.profile?.door };
  const client = startClient(config, { clock, random, defer, note, face, vault });
  const left = await runLines({ input, client, face, clock, stop: run.stop.signal, person: run.onTerminal });
  if (endsSilently(left, run) && client.waiting > 0) front.say(laterSentence(client.waiting));
  // First the lines, then the client: what has left this process is marked as shown. A signal does not wait for a slow reader.
  const closed = front.close();
  await (left.how === "stopped"
    ? Promise.race([closed, new Promise<void>((resolve) => void clock.after(CLOSE_MS, resolve))])
    : closed);
  client.stop();
  rememberEnd(self, home, left);
  if (broken !== undefined && !isReaderGone(broken)) return complainAbout(run.errors, broken);
  return endOf(left, run);
}

/** Once for each vault, to whoever can do something about it. */
function sayUnprotected(vault: LocalVault, say: (sentence: string) => void): void {
  if (vault.guard === "passphrase" || vault.setting(TOLD) !== undefined) return;
  say(
    "what you read and write is kept without a passphrase: whoever can read your files can read it; chat-client passwd sets one",
  );
  vault.commit([{ put: "setting", name: TOLD, value: "unprotected" }], { durable: false });
}

/** Nobody is told why it ended. A person who leaves without a connection knows. */
function endsSilently({ how }: Left, { onTerminal }: Run): boolean {
  return how === "done" || how === "stopped" || (how === "gave-up" && onTerminal);
}

function endOf(left: Left, run: Run): number {
  switch (left.how) {
    case "done":
    case "stopped":
      return EXIT.ok;
    case "gave-up":
      return endsSilently(left, run) ? EXIT.ok : complainAbout(run.errors, left.fault);
    case "failed":
    case "refused":
      return complainOfEnding(run.errors, left);
  }
}

function frontOf(run: Run, onBroken: (error: Error) => void): Front {
  const { values, errors } = run;
  errors.on("error", () => {});
  if (run.onTerminal) return terminalFront(run);
  const output = new Output(run.output, onBroken);
  const complain = (line: string): void => void errors.write(`${line}\n`);
  const base = { input: buffers(run.input), complain, close: () => output.end() };
  if (values.json) return { ...base, face: new JsonFace(output), say: () => {} };
  const streams = {
    full: () => output.full,
    drained: () => output.drained(),
    written: () => output.written(),
    print: (line: string) => output.line(line),
  };
  const face = new PlainFace({
    ...streams,
    ...timesOf(run),
    complain,
    known: knownTo(run),
    self: run.self.files.peer,
    onPlace: () => {},
    interactive: false,
  });
  return { ...base, face, say: (sentence) => face.system(sentence) };
}

function terminalFront(run: Run): Front {
  const { input, output, stop, self } = run;
  const promptIn = (place: string): string => `${self.files.peer.user} ${sanitizeLine(place)}> `;
  const terminal = new Terminal({ input, output, prompt: promptIn(LOBBY) });
  const print = (line: string): void => terminal.print(line);
  // A terminal takes everything at once: it is never full for longer than a write.
  const face = new PlainFace({
    print,
    complain: print,
    full: () => false,
    drained: () => Promise.resolve(),
    written: () => Promise.resolve(),
    ...timesOf(run),
    known: knownTo(run),
    self: run.self.files.peer,
    onPlace: (place) => terminal.prompt(promptIn(place)),
    homeFolder: run.platform.homedir,
    interactive: true,
  });
  return {
    face,
    complain: print,
    say: (sentence) => face.system(sentence),
    input: terminal.lines(() => stop.abort()),
    async close() {
      terminal.close();
    },
  };
}

function knownTo({ self: { vault } }: Run) {
  const believed = vault.devices().filter(({ problem }) => problem === "");
  return believed.flatMap(({ user, name }) => (user === undefined ? [] : [{ user, name }]));
}

function timesOf({ clock }: Run) {
  return { now: () => clock.now(), clockTime: (ms: number) => clockTime(ms, clock.now()) };
}
