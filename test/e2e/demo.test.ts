// `make demo` as a newcomer meets it: in terminals of two sizes, with keys and mouse, and ended in every way there is.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { TERMINALS, Terminal } from "../kit/tmux.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SCRIPT = join(ROOT, "scripts/demo.ts");

let realm: TestRealm;
let folder: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-demo-"));
});
afterEach(async () => {
  await nothingRuns();
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing that UTF-8 could be guessed from. */
const env = (of = realm): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: folder,
  TERM: "xterm-256color",
  LC_ALL: "C",
  CERTS: of.dir,
});
const open = (columns: number, rows: number, of = realm): Terminal =>
  new Terminal(`exec ${process.execPath} ${SCRIPT} --folder ${folder}`, { columns, rows, env: env(of), cwd: ROOT });

/** What has the folder on its command line, by its number; not the terminal that it runs in. */
function running(what = ""): readonly number[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  const ours = all.filter((line) => line.includes(folder) && line.includes(what) && !line.includes(TERMINALS));
  return ours.map((line) => Number(line.trim().split(" ", 1)[0]));
}

const inside = (...args: readonly string[]): string =>
  execFileSync("tmux", ["-S", "tmux", ...args], { cwd: join(folder, "terminal"), encoding: "utf8" });

async function nothingRuns(): Promise<void> {
  await expect.poll(() => running(), { timeout: 15_000 }).toEqual([]);
}

/** Both are in the lobby: what was said before is for nobody who came later. */
const READY =
  /^(?=[\s\S]*^\* you are alice)(?=[\s\S]*│\* you are bob)(?=[\s\S]*^alice #lobby>)(?=[\s\S]*│bob #lobby>)/m;

describe("in a terminal", () => {
  it.each([
    [160, 45],
    [80, 24],
  ])(
    "of %d columns and %d rows: the log above, alice and bob below, the keys in the last line",
    async (columns, rows) => {
      using terminal = open(columns, rows);
      await terminal.shows(READY);
      expect(
        terminal
          .lines()
          .at(rows - 1)
          ?.trim(),
      ).toBe("Alt+←→ or mouse: alice, bob  ·  /quit: leave  ·  Ctrl-q: end");
      expect(terminal.lines()[0]).toMatch(/^── server, port \d+ ─+$/);
      await terminal.shows(/INFO: ready .*\n[\s\S]*INFO: ready /);
      // One line each, cut at the edge and not wrapped, and no JSON.
      const log = terminal.lines().slice(
        1,
        terminal.lines().findIndex((line) => line.startsWith("── alice")),
      );
      expect(log.filter((line) => line !== "" && !/^\[\d\d:\d\d:\d\d\] INFO: [^{]+$/.test(line))).toEqual([]);
      terminal.type("grüße 👋");
      await terminal.shows(/│\d\d:\d\d alice: grüße 👋/);
      terminal.press("C-q");
      await terminal.shows("the demonstration has ended");
      await nothingRuns();
    },
  );

  it("Alt and an arrow, or a click, chooses who types; the log cannot be entered; /quit of both ends it", async () => {
    using terminal = open(120, 30);
    await terminal.shows(READY);
    const active = (): string => inside("display-message", "-p", "#{pane_title}").trim();
    expect(active()).toBe("alice");
    terminal.press("M-Right");
    terminal.type("from bob");
    await terminal.shows(/bob: from bob *│/);
    terminal.click(5, 3);
    terminal.press("C-b", "o");
    expect(active()).toBe("bob");
    terminal.click(5, 20);
    await expect.poll(active, { timeout: 10_000 }).toBe("alice");
    terminal.press("M-Up");
    await expect.poll(active, { timeout: 10_000 }).toBe("bob");
    terminal.press("C-u", "C-u");
    terminal.type("/quit");
    await expect.poll(active, { timeout: 10_000 }).toBe("alice");
    terminal.type("/quit");
    await terminal.shows("the demonstration has ended");
  });

  it.each<readonly [string, (terminal: Terminal) => void]>([
    ["the window is closed", (terminal) => terminal.close()],
    ["it is told to end", () => running(SCRIPT).forEach((pid) => process.kill(pid, "SIGTERM"))],
    [
      "it is killed, and then the window is closed",
      (terminal) => {
        running(SCRIPT).forEach((pid) => process.kill(pid, "SIGKILL"));
        terminal.close();
      },
    ],
  ])("nothing is left when %s, and it can be started again", async (_how, end) => {
    using terminal = open(80, 24);
    await terminal.shows(READY);
    expect(running().length).toBeGreaterThanOrEqual(4);
    end(terminal);
    await nothingRuns();
    using again = open(80, 24);
    await again.shows(READY);
    again.press("C-q");
    await again.shows("the demonstration has ended");
  });

  it("one that runs already is not disturbed, and the second says so", async () => {
    using terminal = open(80, 24);
    await terminal.shows(READY);
    using second = open(80, 24);
    const screen = await second.shows("hint:");
    expect(screen.match(/^(?:error|hint): .*$/gm)).toEqual([
      "error: the demonstration is running in another terminal",
      "hint: end it there with Ctrl-q, then start it again",
    ]);
    terminal.type("still here");
    await terminal.shows(/│\d\d:\d\d alice: still here/);
    terminal.press("C-q");
    await terminal.shows("the demonstration has ended");
  });

  it("one that nobody looks at any more is replaced, and a server that it left is ended", async () => {
    using terminal = open(80, 24);
    await terminal.shows(READY);
    // As if it had been killed before anybody saw it: alive, with nobody attached.
    inside("set-option", "-t", "demo", "destroy-unattached", "off");
    running(SCRIPT).forEach((pid) => process.kill(pid, "SIGKILL"));
    terminal.close();
    const [server = 0] = running("chat-server");
    expect(server).toBeGreaterThan(0);
    using again = open(80, 24);
    await again.shows(READY);
    expect(running("chat-server")).not.toContain(server);
    again.press("C-q");
    await again.shows("the demonstration has ended");
  });

  it("what a client says when it fails can be read", async () => {
    using own = await makeRealm({ clients: ["alice", "bob"] });
    await own.revoke("alice");
    using terminal = open(120, 30, own);
    const screen = await terminal.shows("chat-client has ended; Enter closes this pane");
    expect(screen).toMatch(/^error: /m);
    terminal.press("Enter");
    // Beside the other pane its title would stand further to the right: what is typed goes to the one that is left.
    await terminal.shows(/^── bob ─+\n[\s\S]*^bob #lobby>/m);
    terminal.type("/quit");
    await terminal.shows("the demonstration has ended");
  });

  it("says in two lines why its server does not start", async () => {
    using first = open(80, 24);
    await first.shows(READY);
    first.press("C-q");
    await first.shows("the demonstration has ended");
    const data = join(folder, "terminal", "server");
    rmSync(data, { recursive: true });
    writeFileSync(data, "");
    using second = open(200, 24);
    const screen = await second.shows("hint:");
    expect(screen.match(/^(?:error|hint): .*$/gm)).toEqual([
      `error: the server ended: ${data} is not a folder`,
      "hint: give the server a folder it may write to, with --data",
    ]);
  });
});

describe("without a terminal", () => {
  const play = () => {
    const child = spawn(process.execPath, [SCRIPT, "--folder", folder], {
      env: env(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    return { child, said: () => said, exited: once(child, "exit") as Promise<[number | null, string | null]> };
  };

  it("holds a conversation by itself, and leaves nothing", async () => {
    const demo = play();
    expect(await demo.exited).toEqual([0, null]);
    expect(demo.said()).toContain("all messages arrived");
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each(["SIGINT", "SIGHUP", "SIGTERM"] as const)(
    "%s in the middle: programs and data go with it",
    async (signal) => {
      const demo = play();
      await expect.poll(() => running("chat-client").length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
      demo.child.kill(signal);
      const [code] = await demo.exited;
      expect(code).toBe({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signal]);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it("what a killed one left is ended and removed by the next", async () => {
    const killed = play();
    await expect.poll(() => running("chat-client").length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
    killed.child.kill("SIGKILL");
    await killed.exited;
    expect(running("chat-server")).toHaveLength(1);
    expect(await play().exited).toEqual([0, null]);
    expect(running("chat-server")).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
