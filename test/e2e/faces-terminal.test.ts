// The packaged client in the whole of a terminal, and in two rows of one: sizes, signals, colours, keys, a long history.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIENT, HOME, run } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { Terminal } from "../kit/tmux.ts";
import { ReadTerminal } from "../unit/client/face/tui/terminal.ts";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
  await realm.joined(await realm.invite("bob"), "bob");
}, 60_000);
afterAll(() => realm[Symbol.asyncDispose]());

interface Start {
  readonly columns?: number;
  readonly rows?: number;
  readonly flags?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where everything that the terminal is given is written, too. */
  readonly record?: string;
}

/** Its process is the one whose number stands in `HOME.pid`; afterwards the shell says how it ended. */
function start(home: string, { columns = 100, rows = 30, flags = "", env = {}, record }: Start = {}): Terminal {
  const all = { PATH: "/usr/bin:/bin", HOME, LC_ALL: "C.UTF-8", TERM: "xterm-256color", CHAT_UI: "", ...env };
  const pid = realm.file(`${home}.pid`);
  const inner = `sh -c 'echo $$ > ${pid}; exec ${CLIENT} --home ${realm.file(home)} ${flags}'`;
  const whole = record === undefined ? inner : `script -qefc "${inner.replaceAll("$", "\\$")}" ${record}`;
  return new Terminal(`echo before; ${whole}; echo exit $?; sleep 60`, { columns, rows, env: all, cwd: "/" });
}

const pidOf = (home: string): number => Number(readFileSync(realm.file(`${home}.pid`), "utf8"));

/** What a terminal is like that was given all of this. */
async function after(record: string): Promise<ReadTerminal> {
  const terminal = new ReadTerminal(100, 30);
  const text = readFileSync(record, "utf8");
  await terminal.write(text.slice(text.indexOf("\n") + 1).replace(/\nScript done.*\n$/, ""));
  return terminal;
}

test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
  "%s gives the terminal back, with every mode",
  async (signal) => {
    const record = realm.file(`record-${signal}`);
    using ann = start("ann", { record, flags: "--mouse" });
    await ann.shows("end-to-end");
    const before = await after(record);
    expect(before.xterm.buffer.active.type).toBe("alternate");
    expect(before.xterm.modes).toMatchObject({ bracketedPasteMode: true, mouseTrackingMode: "vt200" });
    process.kill(pidOf("ann"), signal);
    await ann.shows("exit 0");
    const terminal = await after(record);
    expect(terminal.xterm.buffer.active.type).toBe("normal");
    expect(terminal.xterm.modes).toMatchObject({
      bracketedPasteMode: false,
      mouseTrackingMode: "none",
      sendFocusMode: false,
      wraparoundMode: true,
    });
    const written = readFileSync(record, "utf8");
    // The cursor is shown, and kitty's keys are as they were.
    expect(written.lastIndexOf("[?25h")).toBeGreaterThan(written.lastIndexOf("[?25l"));
    expect(written.split("[>1u").length).toBe(written.split("[<u").length);
    expect(ann.screen().trim().split("\n")).toEqual(["before", "exit 0"]);
  },
  60_000,
);

test("who does not wish to see colours is given none", async () => {
  const record = realm.file("record-plain");
  using ann = start("ann", { record, env: { NO_COLOR: "1" } });
  await ann.shows("end-to-end");
  ann.press("F1");
  await ann.shows("Alt+Enter");
  ann.press("C-q");
  await ann.shows("exit 0");
  // oxlint-disable-next-line no-control-regex -- what a terminal is told
  const styles = readFileSync(record, "utf8").matchAll(/\x1b\[([\d;]*)m/g);
  const codes = [...styles].flatMap(([, all = ""]) => all.split(";").map(Number));
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => code >= 30)).toEqual([]);
}, 60_000);

test("another size and back, while something is being written", async () => {
  using ann = start("ann", { columns: 200, rows: 50 });
  await ann.shows("end-to-end");
  ann.press("w", "o", "r", "d", "s");
  await ann.shows(/> words/);
  ann.resize(60, 15);
  await ann.shows(/^> words[^]*\n ● TLS/m);
  expect(ann.lines().every((line) => line.length <= 60)).toBe(true);
  ann.press("m", "o", "r", "e");
  await ann.shows(/^> wordsmore/m);
  ann.resize(200, 50);
  const screen = await ann.shows(/│> wordsmore[^]*\n ● TLS 1\.3 with/);
  expect(screen.split("> words")).toHaveLength(2);
  ann.press("C-u", "C-q");
  await ann.shows("exit 0");
}, 60_000);

test("where nobody has come in yet, certificate files are taken, too, and are not needed afterwards", async () => {
  await using group = await Group.start(["carla"]);
  using carla = start("carla", { columns: 140 });
  await carla.shows("or the files");
  carla.type(join(group.folder, "nothing.crt"));
  await carla.shows(/\* there is no/);
  // The key beside it, and the CA's certificate above, are found.
  carla.type(join(group.realm.dir, "clients", "carla.crt"));
  await carla.shows("these are the files of @carla");
  carla.type(`127.0.0.1:${group.server.port}`);
  await carla.shows("a passphrase for what is kept");
  carla.press("Enter");
  await carla.shows("end-to-end");
  carla.press("C-q");
  expect(await carla.shows("exit 0")).toContain("good until");
  using again = start("carla");
  await again.shows("end-to-end");
}, 60_000);

describe("two rows", () => {
  test("what is said stays in the terminal's own history; a file is not written twice; the rows are gone afterwards", async () => {
    using ann = start("ann", { flags: "--ui=inline" });
    using bob = start("bob", { flags: "--ui=inline" });
    // Both are in it: what was said before one came in is not theirs.
    await Promise.all([ann.shows(/#lobby> [^]*◆ 0\/1/), bob.shows(/#lobby> [^]*◆ 0\/1/)]);
    bob.type("from below");
    await ann.shows(/bob .*│ from below/);
    const file = realm.file("talk.json");
    ann.type(`/export ${file}`);
    await ann.shows(/is in \S+/);
    ann.type(`/export ${file}`);
    await ann.shows("there is a file");
    // What cannot be done stands there again.
    ann.press("C-u");
    const { messages } = JSON.parse(readFileSync(file, "utf8")) as { messages: { text: string }[] };
    expect(messages.at(-1)?.text).toBe("from below");
    ann.resize(60, 15);
    ann.press("h", "e", "y");
    await ann.shows(/^#lobby> hey\n ● TLS {2}E2E/m);
    ann.press("C-u");
    ann.type("/quit");
    await ann.shows("exit 0");
    bob.type("/quit");
    await bob.shows("exit 0");
    const whole = ann.history();
    expect(whole).toMatch(/before\n\n━━ #lobby ━[^]*│ from below\n[^]*exit 0/);
    expect(whole).not.toMatch(/#lobby> |● TLS/);
  }, 60_000);
});

test("10,000 lines are read from their end to their beginning, and back", async () => {
  const lines = Array.from({ length: 200 }, (_, n) =>
    JSON.stringify({
      do: "send",
      to: "#lobby",
      text: [`first of ${n}`, ...Array.from({ length: 49 }, (_none, at) => `line ${n}-${at}`)].join("\n"),
    }),
  );
  const said = await run(CLIENT, ["--json", "--home", realm.file("bob")], { input: `${lines.join("\n")}\n` });
  expect(said.code).toBe(0);
  using ann = start("ann", { rows: 50 });
  // More than the screen has room for begins with the first that was not read.
  await ann.shows("200 unread");
  await ann.shows(/first of 0$/m);
  ann.press("M-End");
  await ann.shows("line 199-48");
  for (let pages = 0; pages < 400 && !ann.screen().includes("first of 0"); pages += 20)
    ann.press(...Array.from({ length: 20 }, () => "PageUp"));
  await ann.shows(/first of 0$/m);
  for (let pages = 0; pages < 400 && !ann.screen().includes("line 199-48"); pages += 20)
    ann.press(...Array.from({ length: 20 }, () => "PageDown"));
  expect(await ann.shows("line 199-48")).not.toContain("first of 0");
  ann.press("C-q");
  await ann.shows("exit 0");
}, 120_000);

test("every key does what the help says", async () => {
  using bob = start("bob", { flags: "--ui=inline" });
  using ann = start("ann", { columns: 120, rows: 40, flags: "--keys ctrl+g=switch" });
  await bob.shows(/#lobby> /);
  await ann.shows(/│ #lobby +2 members/);
  ann.type("/create plans");
  await ann.shows(/│ #plans +1 member/);
  ann.type("/to #lobby");
  await ann.shows(/│ #lobby +2 members/);
  for (const word of ["one", "two"]) ann.type(word);
  // What is on its way cannot be answered yet.
  await ann.shows(/✓ *│ one\n.*✓ *│ two/);
  const keys: readonly (readonly [keys: readonly string[], shows: RegExp])[] = [
    [["C-k"], /conversations ─/],
    [["Escape"], /write a message/],
    [["C-g"], /go to/],
    [["Escape"], /write a message/],
    [["M-2"], /│ #plans +1 member/],
    [["M-1"], /│ #lobby +\d members?/],
    [["M-Down"], /│ #plans +1 member/],
    [["M-n"], /│ #lobby +\d members?/],
    [["M-p"], /│ #plans +1 member/],
    [["C-PPage"], /│ #lobby +\d members?/],
    [["M-Up"], /r reply {2}\+ react {2}e edit {2}d delete/],
    [["r"], /↳ answers/],
    [["Escape"], /write a message/],
    [["M-Up", "e"], /✎ you write it anew/],
    [["Escape"], /write a message/],
    [["Up"], /✎ you write it anew/],
    [["Escape"], /write a message/],
    [["M-Up", "d"], /take this message back/],
    [["n"], /nothing was done/],
    [["M-Up", "+"], /emoji/],
    [["Enter"], /👍 1/],
    [["a", "M-Enter", "b"], /> a\n.*│ {2}b/],
    [["C-u", "BSpace", "BSpace"], /write a message/],
    [[":", "s", "m", "i", "Tab"], /:smile/],
    [["C-u"], /write a message/],
    [["@", "b", "Tab"], /> @bob/],
    [["C-u", "#", "l", "Tab"], /> #lobby/],
    [["C-u", "/", "h", "e", "l", "Tab"], /> \/help/],
    [["C-u", "C-p"], /> two/],
    [["C-u", "C-f"], /search everywhere/],
    [["Escape", "F1"], /─ help ─/],
    [["Escape", "F2"], /^ *#lobby +\d members?/m],
    [["F2"], /│ #lobby +\d members?/],
    [["F3"], /#lobby: \d members?/],
    [["Escape", "F4"], /your devices/],
    [["Escape", "F5"], /settings/],
    [["Escape", "F6"], /│ \d members?, \d online\n/],
    [["F6", "F8"], /nothing can be locked/],
    [["M-a", "C-l", "x"], /> x/],
    [["C-c", "C-c"], /press it again to leave/],
  ];
  for (const [pressed, shows] of keys) {
    for (const key of pressed) {
      ann.press(key);
      // A lone Escape is one when nothing follows it for a moment.
      if (key === "Escape") await ann.shows(/./);
    }
    await ann.shows(shows).catch((error: unknown) => {
      throw new Error(`${pressed.join(" ")}: ${String(error)}`);
    });
  }
  ann.press("C-c");
  expect(await ann.shows("exit 0")).toContain("before");
}, 120_000);
