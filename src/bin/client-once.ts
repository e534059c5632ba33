// One errand at the server: chat-client without a chat. Waits until everything missed is here, does what it was sent for, waits until
// everything written is stored, and ends with the documented exit code. Takes nothing away from the next chat: what comes meanwhile
// is not marked as shown.
import type { Readable, Writable } from "node:stream";
import { Output, isReaderGone } from "../client/face/lines/output.ts";
import { writeReply } from "../client/face/lines/json.ts";
import { certificateSentence, realmSentence } from "../client/face/lines/realm-lines.ts";
import type { Client, Command, Ending, Reply } from "../client/port/client.ts";
import type { Clock } from "../client/port/clock.ts";
import type { Face } from "../client/port/face.ts";
import type { Note } from "../client/port/note.ts";
import type { ClientEvent, LinkReason } from "../client/port/views.ts";
import { defaultHome } from "../client/vault/home.ts";
import { Fault } from "../model/fault.ts";
import type { OnceValues } from "./client-once-flags.ts";
import { rememberEnd, type Self, selfOf, type SelfWorld } from "./client-self.ts";
import { complainAbout, complainOfEnding, notes } from "./client-stderr.ts";
import { EXIT, exitOf } from "./exit-codes.ts";

/** What this process gives to every command of this kind. */
export interface OnceProcess extends Omit<SelfWorld, "values" | "now"> {
  readonly clock: Clock;
  readonly agent: string;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Once, when nobody reads `output` any more, where the system tells it. */
  readonly onReaderGone: (gone: () => void) => void;
  readonly random: (bytes: number) => Uint8Array;
  readonly defer: (run: () => void) => void;
  readonly stop: AbortController;
}

export type OnceWorld = OnceProcess & { readonly values: OnceValues };

export interface Asker {
  readonly client: Client;
  readonly output: Output;
  readonly self: Self;
}

export interface Errand {
  /** Begins when the client is ready. */
  readonly run: (asker: Asker) => Promise<unknown>;
  /** From the start on. */
  readonly onEvent?: (event: ClientEvent) => void;
  /** It is for whoever reads: done when they have gone, or at a signal. */
  readonly untilStopped?: true;
  /** What of it the errand says itself. */
  readonly says?: (event: ClientEvent) => boolean;
  /** A signal came before its end; undefined: it is done all the same. */
  readonly stopped?: () => Fault | undefined;
}

type Over =
  | { readonly how: "done" | "stopped" }
  | { readonly how: "late"; readonly fault: Fault }
  | { readonly how: "no"; readonly error: unknown }
  | Ending;

const LOOK_MS = 250;
/** After a signal, a reader that does not read is waited for so long. */
const CLOSE_MS = 3_000;

/** Resolves with the exit code. @throws Fault of what is wrong on this machine */
export async function runOnce(world: OnceWorld, errand: Errand): Promise<number> {
  const { values, clock, random, defer, agent, errors, stop } = world;
  errors.on("error", () => {});
  const self = await selfOf({ ...world, now: new Date(clock.now()) });
  const complain = (line: string): void => void errors.write(`${line}\n`);
  const note = notes(values["log-level"], complain);
  for (const warning of self.files.warnings) note("warn", warning);
  let broken: unknown;
  const output = new Output(world.output, (error) => {
    broken = error;
    // Whoever sends something wants it sent, whether the answer is read or not.
    if (errand.untilStopped === true || !isReaderGone(error)) stop.abort();
  });
  const face = new OnceFace(output, errand, note);
  if (errand.untilStopped === true) world.onReaderGone(() => stop.abort());
  const { startClient } = await import("../client/main.ts");
  const { host, port, files, vault, profile } = self;
  const home = values.home ?? defaultHome(world.platform);
  const config = { host, port, files, home, agent, door: profile?.door };
  const client = startClient(config, { clock, random, defer, note, face, vault });
  const over = await overBy({ world, errand, face, asker: { client, output, self } });
  // A signal does not wait for a slow reader.
  const late = new Promise<void>((resolve) => void (over.how === "stopped" && clock.after(CLOSE_MS, resolve)));
  await Promise.race([output.end(), late]);
  client.stop();
  rememberEnd(self, home, over);
  if (broken !== undefined && !isReaderGone(broken)) return complainAbout(errors, broken);
  return exitAfter(over, errand, errors);
}

function exitAfter(over: Over, errand: Errand, errors: Writable): number {
  switch (over.how) {
    case "done":
      return EXIT.ok;
    case "stopped":
      return errand.untilStopped === true ? EXIT.ok : exitStopped(errand, errors);
    case "late":
      return complainAbout(errors, over.fault);
    case "no":
      return complainAbout(errors, over.error, exitOfAnswer(over.error));
    default:
      return complainOfEnding(errors, over);
  }
}

function exitStopped({ stopped }: Errand, errors: Writable): number {
  const fault = stopped === undefined ? new Fault("link-stopped", "stopped before it was done") : stopped();
  return fault === undefined ? EXIT.ok : complainAbout(errors, fault);
}

/** Whatever has no place of its own in the table was refused: by the server, or by the rules of the conversation. */
function exitOfAnswer(error: unknown): number {
  const name = exitOf(error);
  return EXIT[name === "internal" && error instanceof Fault && error.code !== "internal" ? "refused" : name];
}

interface Doing {
  readonly world: OnceWorld;
  readonly errand: Errand;
  readonly face: OnceFace;
  readonly asker: Asker;
}

function overBy({ world, errand, face, asker }: Doing): Promise<Over> {
  const { stop, clock, values } = world;
  const { client } = asker;
  const stopped = new Promise<Over>((resolve) => {
    if (stop.signal.aborted) resolve({ how: "stopped" });
    stop.signal.addEventListener("abort", () => resolve({ how: "stopped" }), { once: true });
  });
  const late = Promise.withResolvers<Over>();
  let aloneMs = 0;
  const look = (): void => {
    aloneMs = face.isReady && client.isConnected ? 0 : aloneMs + LOOK_MS;
    if (aloneMs >= values.timeout) late.resolve({ how: "late", fault: lateFault(values.timeout, face, client) });
    // Whoever follows is there for what comes, also after a night without a network.
    else if (errand.untilStopped !== true || !face.isReady) clock.after(LOOK_MS, look);
  };
  clock.after(LOOK_MS, look);
  const done = face.ready
    .then(() => errand.run(asker))
    .then(
      (): Promise<Over> => client.rest(false).then(() => ({ how: "done" })),
      (error: unknown): Over => ({ how: "no", error }),
    );
  return Promise.race([stopped, late.promise, client.ended, done]);
}

function lateFault(timeoutMs: number, { isReady, reason }: OnceFace, { isConnected, waiting }: Client): Fault {
  const within = `within ${timeoutMs / 1000} s`;
  if (isReady && waiting > 0)
    return new Fault(
      "link-timeout",
      `the connection was lost, and did not come back ${within}; what was to be sent waits`,
      {
        hint: "do not send it again: the next chat-client of this identity sends it",
      },
    );
  if (isConnected)
    return new Fault("link-timeout", `not everything that was missed has come ${within}`, {
      hint: "give it more time: --timeout 10m",
    });
  const why = reason === undefined ? "" : `: ${reason.message}`;
  return new Fault("link-timeout", `the server was not reached ${within}${why}`, {
    hint: reason?.hint ?? "start chat-server there, or check -ip and -p",
  });
}

/** Shows nothing but to the errand; only what must be heard is told on stderr. */
class OnceFace implements Face {
  readonly #output: Output;
  readonly #errand: Errand;
  readonly #note: Note;
  readonly #ready = Promise.withResolvers<void>();
  readonly ready: Promise<void> = this.#ready.promise;
  isReady = false;
  /** Why it is not connected. */
  reason: LinkReason | undefined;

  constructor(output: Output, errand: Errand, note: Note) {
    this.#output = output;
    this.#errand = errand;
    this.#note = note;
  }

  get full(): boolean {
    return this.#output.full;
  }

  drained(): Promise<void> {
    return this.#output.drained();
  }

  /** Never: what was not asked for is still to be shown by the next chat. */
  written(): Promise<void> {
    return new Promise(() => {});
  }

  show(event: ClientEvent): void {
    const { onEvent, says } = this.#errand;
    onEvent?.(event);
    if (says?.(event) === true) return;
    switch (event.event) {
      case "ready":
        this.isReady = true;
        return this.#ready.resolve();
      case "link":
        this.reason = event.reason;
        return;
      // These are told once, and no later chat tells them again.
      case "alarm":
        return this.#note("error", `alarm (${event.code}): ${event.message}`);
      case "certificate":
        return this.#note("warn", certificateSentence(event, false));
      case "act":
      case "motd":
        return this.#note("info", realmSentence(event, false));
      case "notice":
        return this.#note("info", event.message);
      default:
    }
  }
}

interface Showing {
  readonly json: boolean;
  readonly words: (reply: Reply) => readonly string[];
}

/** Asks one command and prints its answer: in words, or as a reply of --json, also where it is a no. @throws Fault of the no */
export async function askOnce({ client, output }: Asker, command: Command, { json, words }: Showing): Promise<Reply> {
  try {
    const reply = await client.ask(command);
    if (json) output.line(writeReply(command.do, { ok: true, ...reply }));
    else for (const line of words(reply)) output.line(line);
    return reply;
  } catch (error) {
    if (json && error instanceof Fault) output.line(writeReply(command.do, { ok: false, error }));
    throw error;
  }
}
