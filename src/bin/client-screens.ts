// One run of chat-client with the terminal or the page before it: starts the client behind the model, waits until the person leaves, ends both.
import { laterSentence } from "../client/face/lines/late-lines.ts";
import type { Client, Ending } from "../client/port/client.ts";
import type { Screens } from "../client/port/screens.ts";
import { defaultHome } from "../client/vault/home.ts";
import { modelOf } from "./client-model.ts";
import type { Run } from "./client-run.ts";
import { rememberEnd } from "./client-self.ts";
import { complainAbout, complainOfEnding, notes } from "./client-stderr.ts";
import { EXIT } from "./exit-codes.ts";

/** A face that is open. */
export interface Shown {
  /** Resolves when the person has left it; rejects where it cannot go on. */
  readonly left: Promise<void>;
  /** Afterwards the terminal is as it was. */
  close(): Promise<void>;
}

type Show = (model: Screens, client: Client) => Shown | Promise<Shown>;

/** What is on its way may just arrive. */
const LEAVE_MS = 500;
/** Lines for stderr that wait while a face has the terminal. */
const HELD_MOST = 100;

/** Resolves with the exit code. */
export async function runScreens(run: Run, show: Show): Promise<number> {
  const { self, values, clock, random, defer, agent, errors, platform } = run;
  const { files, vault, host, port, profile } = self;
  const held: string[] = [];
  const note = notes(values["log-level"], (line) => void (held.length < HELD_MOST && held.push(line)));
  for (const warning of files.warnings) note("warn", warning);
  const home = values.home ?? defaultHome(platform);
  const model = modelOf(run);
  const { startClient } = await import("../client/main.ts");
  const config = { host, port, files, home, agent, door: profile?.door };
  const client = startClient(config, { clock, random, defer, note, face: model, vault });
  model.start(client);
  try {
    const ending = await shownUntilLeft(run, { model, client, show });
    await settled(run, client);
    if (client.waiting > 0) held.push(laterSentence(client.waiting));
    if (ending !== undefined) rememberEnd(self, home, ending);
    for (const line of held) errors.write(`${line}\n`);
    return ending === undefined ? EXIT.ok : complainOfEnding(errors, ending);
  } catch (error) {
    return complainAbout(errors, error);
  } finally {
    model.stop();
    client.stop();
  }
}

interface Showing {
  readonly model: Screens;
  readonly client: Client;
  readonly show: Show;
}

/** Why the client is over by itself; undefined: it is not. Who is refused reads why, and leaves on their own. */
async function shownUntilLeft({ stop }: Run, { model, client, show }: Showing): Promise<Ending | undefined> {
  let ending: Ending | undefined;
  const failed = client.ended.then((how) => {
    ending = how;
    return how.how === "failed" ? undefined : new Promise<void>(() => {});
  });
  const shown = await show(model, client);
  try {
    await Promise.race([shown.left, failed, aborted(stop.signal)]);
  } finally {
    await shown.close();
  }
  return ending;
}

async function settled({ clock }: Run, client: Client): Promise<void> {
  client.leave();
  if (client.waiting === 0 || !client.isConnected) return;
  await Promise.race([client.rest(true), new Promise<void>((resolve) => void clock.after(LEAVE_MS, resolve))]);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
