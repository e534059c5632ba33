// chat-client in a window of the browser: a server for one browser on this machine, until nobody looks any more.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { builtPage } from "../client/face/web/built-page.ts";
import { type Opened, openPage } from "../client/face/web/opening.ts";
import { startWeb, type Web } from "../client/face/web/start.ts";
import { defaultHome } from "../client/vault/home.ts";
import { keptOne, newcomer } from "./client-first-run.ts";
import { begin, type Begun, type ScreensLeft, type WindowRun } from "./client-screens.ts";
import { EXIT } from "./exit-codes.ts";

/** A window that is loaded again is away for a moment; one that is closed does not come back. */
const CLOSED_MS = 15_000;

/** Resolves with the exit code. */
export async function runWindow(run: WindowRun): Promise<number> {
  const { clock, random, self, output } = run;
  const over = Promise.withResolvers<ScreensLeft>();
  let begun: Begun | undefined;
  const took = (one: Begun): void => {
    begun = one;
    void one.client.ended.then((ending) => {
      // Who is refused reads why, and leaves on their own.
      if (ending.how === "failed") over.resolve(ending);
    });
  };
  if (typeof self === "object") took(await begin({ ...run, self }));
  const folder = folderOf(run);
  const who = begun?.model ?? (self === "protected" ? keptOne(run, took) : newcomer(run, took));
  const looks = new Looks(run, () => over.resolve({ how: "done" }));
  const web = await startWeb({ folder }, { clock, random, page: builtPage(), who, onPages: (open) => looks.now(open) });
  run.stop.signal.addEventListener("abort", () => over.resolve({ how: "stopped" }), { once: true });
  const system = { platform: run.platform.platform, env: run.platform.env, isThere: existsSync };
  const opened = await openPage(web, { folder, system, random });
  output.write(wordsOf(opened));
  const release = opened.how === "printed" ? onEnter(run, web) : undefined;
  const left = run.stop.signal.aborted ? ({ how: "stopped" } as const) : await over.promise;
  release?.();
  await web.close();
  return begun === undefined ? EXIT.ok : begun.end(left);
}

/** Of this device, so that its port stays the same. */
function folderOf({ values, platform, self }: WindowRun): string {
  const home = values.home ?? defaultHome(platform);
  const folder = join(home, "window", typeof self === "object" ? self.files.peer.device : "nobody");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function wordsOf(opened: Opened): string {
  if (opened.how === "window") return "* the window is open; it ends when the window is closed, or here with Ctrl+C\n";
  return `* no browser was found that could be started; open this in one on this machine, within a minute:\n\n  ${opened.url}\n\n`;
}

/** Another address each time: the one before may have been too old. */
function onEnter({ input, output, person }: WindowRun, web: Web): (() => void) | undefined {
  if (person === undefined) return undefined;
  output.write("* Enter: another address\n");
  const again = (): void => void output.write(`\n  ${web.address()}\n\n`);
  input.on("data", again);
  return () => {
    input.off("data", again);
    input.pause();
  };
}

/** Whether anybody looks at the page. */
class Looks {
  readonly #clock: WindowRun["clock"];
  readonly #gone: () => void;
  #cancel: () => void = () => undefined;

  constructor({ clock }: WindowRun, gone: () => void) {
    this.#clock = clock;
    this.#gone = gone;
  }

  now(open: number): void {
    this.#cancel();
    this.#cancel = open > 0 ? () => undefined : this.#clock.after(CLOSED_MS, this.#gone);
  }
}
