// The packaged client in a real terminal: what a person sees of lines that wait, of answers, and of leaving.
import { join } from "node:path";
import { expect, it } from "vitest";
import { CLIENT } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";
import { Terminal } from "../kit/tmux.ts";

const lines = (screen: string): readonly string[] =>
  screen
    .split("\n")
    .filter((line) => line !== "")
    // In the history the digits that name a message stand before its time.
    .map((line) => line.replace(/^(?:[0-9a-f]{4,} )?\d\d:\d\d/, "HH:MM"));

const start = (group: Group, size: { columns: number; rows: number }): Terminal => {
  const flags = ["-p", String(group.server.port), "--certs", group.realm.dir, "--home", join(group.folder, "home")];
  const place = { ...size, env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8" }, cwd: "/" };
  return new Terminal(`${CLIENT} ${flags.join(" ")}; echo exit $?`, place);
};

it("answers stand in the order of the questions; a line written offline waits, is sent and told", async () => {
  await using group = await Group.start(["alice"]);
  using terminal = start(group, { columns: 100, rows: 40 });
  const first = lines(await terminal.shows("you are alice"));
  expect(first[0]).toBe(`* connecting to 127.0.0.1 port ${group.server.port}`);
  terminal.type("at once");
  for (const question of ["/who", "/history", "/conversations"]) terminal.type(question);
  const answers = lines(await terminal.shows("unread")).filter((line) => /^(?: {2}|HH:MM|--:--)/.test(line));
  expect(answers).toEqual([
    "  alice (@alice)  online, 1 device",
    // Perhaps it is on its way, or has not come back.
    expect.stringMatching(/^(?:HH:MM|--:--) alice: at once(?: \[waiting\])?$/),
    "  #lobby  1 device, 0 unread",
  ]);
  group.server.kill("SIGTERM");
  await terminal.shows("* not connected: the server is stopping; trying again");
  terminal.type("first");
  terminal.type("second");
  terminal.type("/history 2");
  const waiting = lines(await terminal.shows("second [waiting]")).filter((line) => line.includes("[waiting]"));
  expect(waiting.slice(-2)).toEqual(["--:-- alice: first [waiting]", "--:-- alice: second [waiting]"]);
  await group.restart();
  const sent = lines(await terminal.shows("* sent:"));
  expect(sent.filter((line) => line.startsWith("* sent"))).toEqual(["* sent: the 2 lines that waited"]);
  expect(
    sent.some((line) => line.includes("new device")),
    "that we came ourselves is no news",
  ).toBe(false);
  group.server.kill("SIGKILL");
  await group.server.exited;
  await terminal.shows(/\* not connected: (?!the server is stopping)/);
  terminal.type("third");
  terminal.type("/quit");
  const end = lines(await terminal.shows(/^exit \d/m));
  expect(end.slice(end.indexOf("exit 0") - 1)[0]).toBe("* 1 line waits; it is sent the next time you start");
});

it("the prompt says where a line goes, and takes along what is being typed; the help fits into 80 columns", async () => {
  await using group = await Group.start(["alice"]);
  using terminal = start(group, { columns: 80, rows: 70 });
  await terminal.shows("you are alice");
  terminal.type("/to @bob");
  await terminal.shows(/^alice @bob> *$/m);
  terminal.type("/to #lobby");
  terminal.press("h", "a", "l");
  await terminal.shows(/^\* what you type goes to #lobby now\nalice #lobby> hal$/m);
  terminal.press("C-u");
  terminal.type("/help");
  const help = lines(await terminal.shows("/quit"));
  // A line that is too long would go on in the first column.
  const shown = help.slice(help.indexOf("alice #lobby> /help") + 1);
  expect(shown.filter((line) => !/^(?: {2}\S|[a-z ]+:$|alice #lobby>)/.test(line))).toEqual([]);
  expect(shown.length).toBeGreaterThan(45);
});
