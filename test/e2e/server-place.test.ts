// The packaged chat-server in the places it may be put: data folders that are none, both families of addresses, a name to signal.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClientProgram, Program, SERVER, ServerProgram, run } from "../kit/executables.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { Terminal } from "../kit/tmux.ts";

let realm: TestRealm;
let folder: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"], hosts: ["127.0.0.1", "::1"] });
  folder = mkdtempSync(join(tmpdir(), "mutual-place-"));
});
afterAll(() => {
  realm.remove();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const fresh = (): string => {
  count += 1;
  return join(folder, String(count));
};
const flags = (data = fresh()): string[] => ["--certs", realm.dir, "--data", data];

describe("a data folder where nothing can be", () => {
  /** Ends by itself: a server that hangs would be killed after a while, and have no exit code. */
  const refused = async (data: string): Promise<string> => {
    const { code, stdout, stderr } = await run(SERVER, ["-ip", "127.0.0.1", "-p", "0", ...flags(data)]);
    expect({ code, listening: stdout.includes("listening") }).toEqual({ code: 5, listening: false });
    expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+--data$/);
    return stderr;
  };

  it.each(["/proc/x", "/proc/self/x/y", "/sys/x"])("in a folder of the kernel: %s", async (data) => {
    expect(await refused(data)).toContain("cannot make the folder /");
  });

  it("a file in its place, or above it", async () => {
    const file = fresh();
    writeFileSync(file, "a file");
    for (const data of [file, join(file, "data"), join(file, "a", "b")])
      expect(await refused(data)).toContain(`${file} is not a folder`);
    expect(readFileSync(file, "utf8")).toBe("a file");
  });

  it("a link that leads nowhere, or in a circle", async () => {
    const link = fresh();
    symlinkSync(join(folder, "nowhere"), link);
    for (const data of [link, join(link, "data")]) expect(await refused(data)).toContain(`${link} is a link`);
    const circle = fresh();
    symlinkSync(circle, circle);
    expect(await refused(circle)).toContain("ELOOP");
  });

  it("a folder that may only be read", async () => {
    // As nobody where the tests run as root, for whom every folder can be written.
    const place = fresh();
    const own = join(place, "certs");
    const data = join(place, "data");
    mkdirSync(data, { recursive: true });
    execFileSync("cp", ["-r", realm.dir, own]);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) execFileSync("chown", ["-R", "65534:65534", own]);
    if (isRoot) for (const above of [folder, place]) chmodSync(above, 0o755);
    chmodSync(data, 0o555);
    const as = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    for (const [at, sentence] of [
      [data, "cannot write the message store"],
      [join(data, "below"), "cannot make the folder"],
    ] as const) {
      const server = new Program(SERVER, ["-p", "0", "--certs", own, "--data", at], as);
      expect(await server.exited).toEqual({ code: 5, signal: null });
      expect(server.stderr.join("\n")).toMatch(new RegExp(`^error: ${sentence} .*EACCES.*\\nhint: `));
    }
    chmodSync(data, 0o755);
  });
});

it("a data folder deep below what is there is made, private all the way", async () => {
  const data = join(fresh(), "var", "lib", "mutual");
  await using server = await ServerProgram.start(flags(data));
  const modes = execFileSync("stat", ["-c", "%a", data, dirname(data), dirname(dirname(data))]).toString();
  expect(modes.trim().split("\n")).toEqual(["700", "700", "700"]);
  expect(server.isOver).toBe(false);
});

describe("who is to be signalled", () => {
  it("the log says the process id as JSON, and the process is called chat-server", async () => {
    await using server = await ServerProgram.start(flags());
    expect(server.log().find(({ msg }) => msg === "listening")).toMatchObject({ pid: server.pid });
    expect(readFileSync(`/proc/${server.pid}/comm`, "utf8")).toBe("chat-server\n");
    // What `ps` shows is still what was typed.
    expect(readFileSync(`/proc/${server.pid}/cmdline`, "utf8")).toContain(realm.dir);
    const found = execFileSync("pgrep", ["-x", "chat-server"]).toString().trim().split("\n").map(Number);
    expect(found).toContain(server.pid);
    server.kill("SIGHUP");
    await server.until(() => server.log().find(({ msg }) => String(msg).includes("read again")));
  });

  it("for people too", async () => {
    await using server = new Program(SERVER, ["-p", "0", "--log-format", "pretty", ...flags()]);
    const line = await server.until(() => server.stdout.find((each) => each.includes("listening")));
    expect(line).toContain(` pid=${server.pid} `);
  });

  it("a signal as soon as it listens is obeyed", async () => {
    await using server = await ServerProgram.start(flags());
    server.kill("SIGHUP");
    server.kill("SIGTERM");
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });
});

describe("in a terminal", () => {
  it("SIGHUP reads the certificates again; a terminal that is closed ends the server, in order", async () => {
    const data = fresh();
    const command = ["exec", SERVER, "-p", "0", ...flags(data)].join(" ");
    using terminal = new Terminal(command, { columns: 120, rows: 20, env: { PATH: process.env["PATH"] }, cwd: folder });
    const screen = await terminal.shows("listening");
    const pid = Number(/ pid=(\d+) /.exec(screen)?.[1]);
    const isRunning = (): boolean => existsSync(`/proc/${pid}/exe`);
    process.kill(pid, "SIGHUP");
    await terminal.shows("read again");
    expect(isRunning()).toBe(true);
    terminal.close();
    await expect.poll(isRunning, { timeout: 10_000 }).toBe(false);
    await using again = await ServerProgram.start(flags(data));
    expect(again.log().find(({ msg }) => msg === "database opened")).toMatchObject({ unclean: false, created: false });
  });
});

describe("addresses of IPv6", () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ["::1", ["::1"], ["::1"]],
    ["::", ["::1", "127.0.0.1"], ["::1", "127.0.0.1"]],
  ])("a server on %s and clients at %j", async (ip, [first = "", second = first], seen) => {
    const home = fresh();
    await using server = await ServerProgram.start(flags(), 0, ip);
    const client = (name: string, at: string): ClientProgram =>
      ClientProgram.start(
        ["-ip", at, "-p", String(server.port), "--certs", realm.dir].concat("--as", name, "--home", join(home, name)),
      );
    await using alice = client("alice", first);
    await using bob = client("bob", second);
    await Promise.all([alice.ready(), bob.ready()]);
    expect(await alice.ask({ do: "send", to: "#lobby", text: "over six" })).toMatchObject({ ok: true });
    expect(await bob.received(1)).toEqual(["over six"]);
    const connected = server.log().filter(({ msg }) => msg === "connected");
    expect(new Set(connected.map(({ address }) => address))).toEqual(new Set(seen));
    expect(server.log().find(({ msg }) => msg === "listening")).toMatchObject({ ip });
  });
});
