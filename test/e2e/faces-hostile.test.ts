// Text that acts on terminals, from one packaged client to another in a real terminal: by messages, names of files, answers, edits. Nothing
// of it takes effect. What the sender's client does not even send is refused there; terminals and texts more: test/unit/client/face/tui.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { inTerminal } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import type { Terminal } from "../kit/tmux.ts";

const HOSTILE = {
  "erase the screen": "\u{1b}[2J\u{1b}[Hcleared",
  "the title": "\u{1b}]0;pwned\u0007t",
  "the clipboard": "\u{1b}]52;c;cHduZWQ=\u0007c",
  "ask for the cursor": "\u{1b}[6nr",
  "a control of one byte": "\u009b31mC1",
  "a string of one byte": "\u009d0;pwned\u009cx",
  "ask for the state": '\u{1b}P$q"p\u{1b}\\d',
  "leave the screen": "\u{1b}[?1049l e",
  "a link": "\u{1b}]8;;http:evil.example\u0007click\u{1b}]8;;\u0007",
  "turn around": "\u202egpj.exe",
  "go to the margin": "a\rFAKE",
  "go back": "\b\b\bb",
  "a colour": "\u{1b}[31mred",
  "markup of others": "{red-fg}T{/red-fg}{clear}",
  "more markup": "^rmarkup^:",
  "no character": "a\u0000b",
  "a tower": `Z${"\u0335".repeat(80)}`,
} as const;

const SIZE = { columns: 110, rows: 70 };
/** Of the bar between the list and the conversation. */
const BAR = 27;

let realm: OwnRealm;
let mal: ClientProgram;
let ann: Terminal;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
  await realm.joined(await realm.invite("mal"), "mal");
  mal = realm.client("mal");
  await mal.ready();
  await mal.done({ do: "create", name: "trap", join: "open", listed: true });
  ann = inTerminal(realm, "ann", { size: SIZE });
  await ann.shows("TLS 1.3");
  // Who could set the clipboard may.
  ann.tmux("set-option", "-g", "set-clipboard", "on");
  await ann.shows("there is #trap");
  ann.type("/join #trap");
  await ann.shows(/^ +#trap/m);
  ann.type("/to #trap");
  await ann.shows(/│ #trap/);
}, 60_000);
afterAll(async () => {
  ann.close();
  await mal.end();
  await realm[Symbol.asyncDispose]();
});

/** As it was before, but for what was said. */
async function isUntouched(): Promise<void> {
  const title = (): string => ann.tmux("display-message", "-p", "#{alternate_on} #{pane_title}").trim();
  // What comes is new for as long as it takes to be seen.
  await expect.poll(title).toBe("1 #trap - Mutual");
  const lines = ann.lines().slice(0, SIZE.rows);
  expect(ann.tmux("list-buffers")).toBe("");
  expect(lines.slice(0, -1).map((line) => line[BAR])).toEqual(Array.from({ length: SIZE.rows - 1 }, () => "│"));
  expect(lines.at(-1)).toMatch(/● TLS 1\.3 .*end-to-end encrypted/);
  // Nothing that was asked for was typed by the terminal.
  expect(lines.at(-2)).toContain("write a message");
  const screen = ann.screen();
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  expect(screen).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  expect(screen).not.toMatch(/\u0335{5}/);
  const colours = ann.colours();
  expect(colours).not.toContain("\u{1b}[31m");
  expect(colours).not.toContain("\u{1b}]8;");
}

test("messages of seventeen kinds are text", async () => {
  for (const text of Object.values(HOSTILE)) await mal.says(text, "#trap");
  await mal.says("the last of them", "#trap");
  await ann.shows("the last of them");
  await isUntouched();
  const screen = ann.screen();
  for (const seen of ["␛[2J␛[Hcleared", "␛]0;pwned␇t", "␛[6nr", "�31mC1", "a␍FAKE", "␛[31mred", "{red-fg}T", "a␀b"])
    expect(screen).toContain(seen);
});

test("names of files, answers to them, and what was written anew are text", async () => {
  const folder = realm.file("files");
  mkdirSync(folder);
  const names = Object.values(HOSTILE).filter((name) => !/[/\0]/.test(name));
  expect(names.length).toBeGreaterThan(14);
  for (const name of names) {
    const path = join(folder, name);
    writeFileSync(path, "x");
    const { message } = await mal.done({ do: "file", to: "#trap", path });
    await mal.done({ do: "send", to: "#trap", text: "about it", replyTo: message });
  }
  const said = await mal.says("so far good", "#trap");
  await mal.done({ do: "edit", to: "#trap", message: said["message"], text: HOSTILE["a colour"] });
  await ann.shows(/│ ␛\[31mred \(edited\)/);
  await isUntouched();
  expect(ann.screen()).toContain("▤ aFAKE");
});

test("what was found, who somebody is, and who is here are text, too", async () => {
  ann.type("/search FAKE");
  await ann.shows(/#trap +mal +a␍FAKE/);
  expect(ann.colours()).not.toContain("\u{1b}[31m");
  ann.press("Escape");
  await expect.poll(() => ann.screen()).not.toContain("search everywhere");
  ann.type("/reply ^ well");
  await ann.shows("↳ mal: ␛[31mred");
  await isUntouched();
});

test("names of rooms, topics, labels, reactions and people that act are not even taken", async () => {
  const bad = HOSTILE["a colour"];
  const said = await mal.says("something", "#trap");
  const { device } = await mal.done({ do: "whoami" });
  const refused = async (command: Json): Promise<unknown> => ((await mal.ask(command))["error"] as Json)["code"];
  expect(await refused({ do: "create", name: bad })).toBe("bad-room-name");
  expect(await refused({ do: "rename", to: "#trap", text: bad })).toBe("bad-room-name");
  expect(await refused({ do: "topic", to: "#trap", text: bad })).toBe("bad-topic");
  expect(await refused({ do: "label", device, label: bad })).toBe("bad-label");
  expect(await refused({ do: "react", to: "#trap", message: said["message"], emoji: bad })).toBe("bad-emoji");
  expect((await realm.admin("invite", "eve", "--name", bad)).code).not.toBe(0);
  await mal.done({ do: "topic", to: "#trap", text: HOSTILE["a tower"] });
  await ann.shows(/#trap.*Z/);
  await isUntouched();
});
