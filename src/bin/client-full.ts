// chat-client in the whole of a terminal.
import type { Run } from "./client-run.ts";
import { runScreens } from "./client-screens.ts";
import { runTui, type TerminalInput, type TerminalOutput } from "../client/face/tui/run.ts";

export interface FullTerminal {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  /** See runTui. */
  readonly atExit: (bytes: string) => () => void;
  readonly suspend?: () => Promise<void>;
}

/** Resolves with the exit code. */
export function runFull(run: Run, { input, output, atExit, suspend }: FullTerminal): Promise<number> {
  const { clock, stop, platform } = run;
  return runScreens(run, ({ model, client }) =>
    runTui({
      screens: model,
      client,
      input,
      output,
      clock,
      stop: stop.signal,
      depth: depthOf(platform.env),
      isDark: isDark(platform.env),
      atExit,
      ...(suspend === undefined ? {} : { suspend }),
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
