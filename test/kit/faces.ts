// The packaged client with its faces over a realm of a test's own: somebody in a terminal, somebody in a window.
import { CLIENT, HOME } from "./executables.ts";
import type { OwnRealm } from "./own-realm.ts";
import { Terminal } from "./tmux.ts";
import { GuiProgram, type GuiWish } from "./web/gui-program.ts";

export interface TerminalWish {
  /** Shell words before the client, and flags behind it. */
  readonly before?: string;
  readonly flags?: string;
  readonly size?: { readonly columns: number; readonly rows: number };
}

/** In the whole of a terminal; afterwards the shell says how it ended. */
export function inTerminal(realm: OwnRealm, home: string, wish: TerminalWish = {}): Terminal {
  const { before = "", flags = "", size = { columns: 100, rows: 30 } } = wish;
  const env = { PATH: "/usr/bin:/bin", HOME, LC_ALL: "C.UTF-8", TERM: "xterm-256color", CHAT_UI: "" };
  const command = `echo before; ${before} ${CLIENT} --home ${realm.file(home)} ${flags}; echo exit $?; sleep 60`;
  return new Terminal(command, { ...size, env, cwd: "/" });
}

/** In a window: the page of it in this browser. */
export function inWindow(
  realm: OwnRealm,
  home: string,
  { flags = [], ...wish }: GuiWish & { readonly flags?: readonly string[] },
): Promise<GuiProgram> {
  return GuiProgram.open(["--home", realm.file(home), ...flags], wish);
}
