// One run of chat-client with the model before it: starts the client behind the model, and ends both when the person has left the face.
import type { ScreenModel } from "../client/app/screens/screens.ts";
import { laterSentence } from "../client/face/lines/late-lines.ts";
import type { Left } from "../client/face/lines/run.ts";
import type { Client, Ending } from "../client/port/client.ts";
import { defaultHome } from "../client/vault/home.ts";
import { modelOf } from "./client-model.ts";
import type { Run } from "./client-run.ts";
import { rememberEnd, type Self } from "./client-self.ts";
import { complainAbout, complainOfEnding, notes } from "./client-stderr.ts";
import { EXIT } from "./exit-codes.ts";

export type ScreensRun = Omit<Run, "onTerminal">;
export interface WindowRun extends Omit<ScreensRun, "self"> {
  /** Undefined: nobody has come in on this machine. `protected`: somebody has, and their passphrase is typed in the window. */
  readonly self: Self | "protected" | undefined;
}
/** Why it is over. */
export type ScreensLeft = Exclude<Left, { readonly how: "gave-up" }>;

/** A client at work behind its model. */
export interface Begun {
  readonly model: ScreenModel;
  readonly client: Client;
  /** Resolves with the exit code; what is to be told of it is on stderr then. */
  end(left: ScreensLeft): Promise<number>;
}

/** What is on its way may just arrive. */
const LEAVE_MS = 500;
/** Lines for stderr that wait while a face has the terminal. */
const HELD_MOST = 100;

/** What a face needs before the client is there. */
export interface Shown {
  readonly model: ScreenModel;
  readonly client: Pick<Client, "ended">;
  /** For stderr, when the face has given the terminal back. */
  readonly note: Note;
}

type Note = ReturnType<typeof notes>;

/** Lines for stderr, as the level lets them through. */
class Held {
  readonly lines: string[] = [];
  readonly note: Note;

  constructor(level: string) {
    this.note = notes(level, (line) => void (this.lines.length < HELD_MOST && this.lines.push(line)));
  }
}

/** The first frame, which shows what is kept, does not wait for what TLS and the protocol take to load. */
const FIRST_FRAME_MS = 5;

/** `show` resolves with why it is over; what it took of the terminal is given back then. Resolves with the exit code. */
export async function runScreens(run: ScreensRun, show: (shown: Shown) => Promise<ScreensLeft>): Promise<number> {
  const model = modelOf(run);
  const ended = Promise.withResolvers<Ending>();
  const held = new Held(run.values["log-level"]);
  const showing = show({ model, client: { ended: ended.promise }, note: held.note }).catch(failed);
  await new Promise<void>((resolve) => void run.clock.after(FIRST_FRAME_MS, resolve));
  const begun = beginBehind(run, model, held);
  ended.resolve(begun.then(({ client }) => client.ended, failed));
  const left = await showing;
  return begun.then(
    (one) => one.end(left),
    (error: unknown) => complainAbout(run.errors, error),
  );
}

function failed(error: unknown): ScreensLeft & Ending {
  return { how: "failed", error };
}

export function begin(run: ScreensRun): Promise<Begun> {
  return beginBehind(run, modelOf(run), new Held(run.values["log-level"]));
}

async function beginBehind(run: ScreensRun, model: ScreenModel, held: Held): Promise<Begun> {
  const { self, values, clock, random, defer, agent, platform } = run;
  const { files, vault, host, port, profile } = self;
  const { note, lines } = held;
  for (const warning of files.warnings) note("warn", warning);
  const home = values.home ?? defaultHome(platform);
  const { startClient } = await import("../client/main.ts");
  const config = { host, port, files, home, agent, door: profile?.door };
  const client = startClient(config, { clock, random, defer, note, face: model, vault });
  model.start(client);
  const end = async (left: ScreensLeft): Promise<number> => {
    await settled(run, client);
    if (client.waiting > 0) lines.push(laterSentence(client.waiting));
    model.stop();
    client.stop();
    rememberEnd(self, home, left);
    for (const line of lines) run.errors.write(`${line}\n`);
    return codeOf(run, left);
  };
  return { model, client, end };
}

function codeOf({ errors }: ScreensRun, left: ScreensLeft): number {
  if (left.how === "done" || left.how === "stopped") return EXIT.ok;
  return left.how === "failed" ? complainAbout(errors, left.error) : complainOfEnding(errors, left);
}

async function settled({ clock }: ScreensRun, client: Client): Promise<void> {
  client.leave();
  if (client.waiting === 0 || !client.isConnected) return;
  await Promise.race([client.rest(true), new Promise<void>((resolve) => void clock.after(LEAVE_MS, resolve))]);
}
