// chat-client in the whole of a terminal.
import type { Ask } from "../client/app/screens/world.ts";
import { defaultHome } from "../client/vault/home.ts";
import { inFolder } from "./in-folder.ts";
import { Fault } from "../model/fault.ts";
import type { Run } from "./client-run.ts";
import { runScreens } from "./client-screens.ts";
import { runTui, type TerminalInput, type TerminalOutput } from "../client/face/tui/run.ts";

export interface FullTerminal {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** See runTui. */
  readonly atExit: (bytes: string) => () => void;
  readonly suspend?: () => Promise<void>;
  /** See runTui. */
  readonly isInline: boolean;
}

/** Resolves with the exit code. */
export function runFull(run: Run, { input, output, atExit, suspend, isInline }: FullTerminal): Promise<number> {
  const { clock, stop, platform, values } = run;
  const keys = keysIn(values.keys ?? "");
  return runScreens(run, ({ model, client, note }) =>
    runTui({
      screens: model,
      client,
      input,
      output,
      clock,
      stop: stop.signal,
      depth: depthOf(platform.env),
      isDark: isDark(platform.env),
      isInline,
      withMouse: values.mouse,
      keys,
      homeFolder: platform.homedir,
      exports: async (wish) => {
        const { exportToFile } = await import("./client-export.ts");
        const path = wish.path.replace(/^~(?=\/)/, platform.homedir);
        await exportToFile({ ...wish, path }, ((command) => model.ask(command)) as Ask, clock.now());
      },
      folder: (path) => inFolder(path, platform.homedir),
      pictures: async (message) => {
        const { pictureFile } = await import("./client-picture.ts");
        const home = values.home ?? defaultHome(platform);
        return pictureFile(message, { home, ask: (command) => model.ask(command) });
      },
      atExit,
      note: (sentence) => note("warn", sentence),
      ...(suspend === undefined ? {} : { suspend }),
    }),
  );
}

/** `ctrl+g=switch,f6=none`. @throws Fault `bad-key` */
function keysIn(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(/[\s,]+(?=[^=])/).filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, chord, what] = /^(.+)=([a-z0-9-]+)$/i.exec(pair) ?? [];
      if (chord !== undefined && what !== undefined) return [chord.toLowerCase(), what];
      throw new Fault("bad-key", `this is no key and what it does: ${JSON.stringify(pair)}`, {
        hint: "for example --keys ctrl+g=switch,f6=none",
      });
    }),
  );
}

type Env = Run["platform"]["env"];

/** https://no-color.org; a terminal of the 1990s has 16. */
function depthOf(env: Env): 0 | 16 | 256 {
  if ((env["NO_COLOR"] ?? "") !== "") return 0;
  const { TERM: term = "", COLORTERM: more = "" } = env;
  return /256|direct|kitty|alacritty|ghostty/.test(term) || more !== "" ? 256 : 16;
}

/** rxvt and others say which colours they have: the last is the background. Most terminals are dark. */
function isDark({ COLORFGBG: colours = "" }: Env): boolean {
  const back = colours.split(";").at(-1);
  return back !== "7" && back !== "15";
}
