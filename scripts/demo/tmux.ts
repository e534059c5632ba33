// One tmux server for the demonstration, by a socket in its own folder: other sessions of the person are not touched, and one
// that was left behind is found again. Its keys are its own: there is no prefix, which an outer tmux would take.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { clientEnv, type Command } from "./realm.ts";

const SESSION = "demo";
/** Relative to the folder: the path of a socket may have a hundred characters only. */
const SOCKET = "tmux";
/** -u: what the clients write is UTF-8, whatever the machine is set to. */
const WHERE = ["-u", "-S", SOCKET, "-f", "/dev/null"];
const KEYS = "Alt+←→ or mouse: alice, bob  ·  /quit: leave  ·  Ctrl-q: end";

const OPTIONS = [
  ["mouse", "on"],
  ["mode-keys", "emacs"],
  ["prefix", "None"],
  ["prefix2", "None"],
  ["escape-time", "20"],
  ["pane-border-status", "top"],
  ["pane-border-format", " #{pane_title} "],
  ["status-interval", "0"],
  ["status-format[0]", `#[align=centre]${KEYS}`],
];

const SCROLL = 'if-shell -F -t = "#{history_size}" "copy-mode -e -t ="';

export interface Panes {
  readonly log: string;
  readonly left: string;
  readonly right: string;
}

export class Tmux {
  readonly #where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };

  constructor(folder: string) {
    const { TMUX: _outer, ...outside } = clientEnv(folder);
    // A locale that every system has.
    this.#where = { cwd: folder, env: { ...outside, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" } };
  }

  /** A session with one pane that does nothing yet; returns the pane. */
  open(columns: number, rows: number): string {
    const size = ["-x", String(columns), "-y", String(rows)];
    const pane = this.#call("new-session", "-d", "-s", SESSION, ...size, "-P", "-F", "#{pane_id}", "--", "cat");
    for (const option of OPTIONS) this.#call("set-option", "-g", ...option);
    this.#call("set-hook", "-g", "pane-exited", 'if-shell -F "#{==:#{window_panes},1}" "kill-session"');
    return pane;
  }

  replace(pane: string, command: Command): void {
    this.#call("respawn-pane", "-k", "-t", pane, "--", ...command);
  }

  /** Returns the new pane. */
  split(pane: string, how: readonly string[], command: Command): string {
    return this.#call("split-window", ...how, "-t", pane, "-P", "-F", "#{pane_id}", "--", ...command);
  }

  name(pane: string, title: string): void {
    this.#call("select-pane", "-t", pane, "-T", title);
  }

  /** The panes have all they will have: keys, and where typing goes. */
  ready(panes: Panes): void {
    for (const binding of bindingsOf(panes)) this.#call("bind-key", "-T", ...binding);
    // Nothing typed into the log could do any good.
    this.#call("select-pane", "-d", "-t", panes.log);
    this.#call("select-pane", "-t", panes.left);
  }

  /** From now on the session ends when nobody looks at it any more, whatever became of whoever started it. */
  attach(): ChildProcess {
    const then = [";", "set-option", "destroy-unattached", "on"];
    return spawn("tmux", [...WHERE, "attach-session", "-t", SESSION, ...then], { ...this.#where, stdio: "inherit" });
  }

  /** Some program of it runs: a pane goes with its program. */
  get isAlive(): boolean {
    return this.pids.length > 0;
  }

  get isAttached(): boolean {
    return this.#found("list-clients", "-t", SESSION) !== "";
  }

  /** What it has started. */
  get pids(): readonly number[] {
    const panes = this.#found("list-panes", "-s", "-t", SESSION, "-F", "#{pane_pid}").split("\n");
    return panes.filter((line) => line !== "").map(Number);
  }

  end(): void {
    this.#found("kill-server");
  }

  /** Empty when tmux says no, or is not there. */
  #found(...args: readonly string[]): string {
    try {
      return this.#call(...args);
    } catch {
      return "";
    }
  }

  #call(...args: readonly string[]): string {
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    return execFileSync("tmux", [...WHERE, ...args], { ...this.#where, encoding: "utf8", stdio }).trim();
  }
}

/** Table of keys, key, command. Only what the status line says: the log's pane cannot be entered, and no menu offers to kill a pane. */
function bindingsOf({ log, left, right }: Panes): readonly (readonly string[])[] {
  const other = ["if-shell", "-F", `#{==:#{pane_id},${left}}`, `select-pane -t ${right}`, `select-pane -t ${left}`];
  const clicked = ["if-shell", "-F", "-t", "=", `#{==:#{pane_id},${log}}`, "", "select-pane -t = ; send-keys -M"];
  // Scrolling takes the keys away from the program until it is back at the end: not where there is nothing to scroll.
  const scrolled = ["if-shell", "-F", "-t", "=", "#{pane_in_mode}", "send-keys -M", SCROLL];
  const arrows = ["M-Left", "M-Right", "M-Up", "M-Down"];
  const menus = ["MouseDown3Pane", "M-MouseDown3Pane", "MouseDown3Status", "MouseDown3StatusLeft", "MouseDown1Status"];
  return [
    ["root", "C-q", "kill-session"],
    ["copy-mode", "C-q", "kill-session"],
    ["root", "MouseDown1Pane", ...clicked],
    ["root", "WheelUpPane", ...scrolled],
    ["copy-mode", "WheelUpPane", "send-keys", "-t", "=", "-X", "-N", "3", "scroll-up"],
    ["copy-mode", "WheelDownPane", "send-keys", "-t", "=", "-X", "-N", "3", "scroll-down"],
    ...arrows.map((key) => ["root", key].concat(other)),
    ...menus.map((key) => ["root", key, "run-shell", "true"]),
  ];
}
