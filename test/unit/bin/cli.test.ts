import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../src/bin/cli.ts";
import { exitOf, inLines } from "../../../src/bin/exit-codes.ts";
import { Fault } from "../../../src/model/fault.ts";

const PROGRAM = {
  name: "chat-test",
  version: "1.2.3",
  about: "a program for this test",
  flags: {
    ip: { kind: "host", about: "where the server is", default: "127.0.0.1" },
    port: { kind: "port", alias: "p", about: "its port", default: 12345 },
    bind: { kind: "ip", about: "an address" },
    json: { kind: "switch", about: "one object a line" },
    ui: { kind: "choice", choices: ["line", "tui"], about: "which face" },
  },
  commands: {
    save: { about: "into a file", args: ["FILE"] },
    look: { about: "around", args: [] },
    say: { about: "something", args: ["TO", "[TEXT…]"] },
  },
  examples: [["chat-test -ip 127.0.0.1 -p 12345", "as the owner wrote it"]],
} as const;

function read(argv: string[], more: { env?: Record<string, string>; files?: Record<string, string> } = {}) {
  return readCommandLine(PROGRAM, {
    argv,
    env: more.env ?? {},
    columns: 80,
    readFile: async (path) =>
      more.files?.[path] ?? Promise.reject(Object.assign(new Error(`no ${path}`), { code: "ENOENT" })),
  });
}

async function values(...args: Parameters<typeof read>) {
  const line = await read(...args);
  if (line.kind !== "values") throw new Error("no values");
  return line.values;
}

async function fault(...args: Parameters<typeof read>): Promise<Fault> {
  const error: unknown = await read(...args).catch((thrown: unknown) => thrown);
  if (!(error instanceof Fault)) throw new TypeError(`no fault: ${String(error)}`);
  return error;
}

describe("the command line", () => {
  test("-ip and -p, with a single dash", async () => {
    expect(await values(["-ip", "10.0.0.1", "-p", "999"])).toEqual({
      ip: "10.0.0.1",
      port: 999,
      bind: undefined,
      json: false,
      ui: undefined,
    });
    expect(await values(["--ip=::1", "--port=1"])).toMatchObject({ ip: "::1", port: 1 });
    expect(await values(["-ip", "chat.example.org"])).toMatchObject({ ip: "chat.example.org", port: 12345 });
  });

  test("flag before environment before file before default", async () => {
    const files = { "f.json": '{"port": 3, "json": true, "ui": "tui"}' };
    const env = { CHAT_PORT: "2", CHAT_CONFIG: "f.json" };
    expect(await values(["-p", "1"], { files, env })).toMatchObject({ port: 1, json: true, ui: "tui" });
    expect(await values([], { files, env })).toMatchObject({ port: 2 });
    expect(await values(["--config", "f.json"], { files })).toMatchObject({ port: 3, ip: "127.0.0.1" });
    expect(await values(["--json=false"], { files, env })).toMatchObject({ json: false });
    expect(await values([], { env: { CHAT_JSON: "yes", CHAT_PORT: "" } })).toMatchObject({ json: true, port: 12345 });
  });

  test.each([
    [["--nope"]],
    [["-q"]],
    [["extra"]],
    [["-p", "1", "-p", "2"]],
    [["-p", "65536"]],
    [["-p", "-1"]],
    [["-p", "1e3"]],
    [["-p", "0x10"]],
    [["-p", "08"]],
    [["-p", ""]],
    [["-p"]],
    [["-ip", "256.1.1.1"]],
    [["-ip", "1.2.3"]],
    [["-ip", "a b"]],
    [["-ip", "-x"]],
    [["--bind", "localhost"]],
    [["--ui", "gui"]],
  ])("refused: %j", async (argv) => {
    const error = await fault(argv);
    expect(error.code).toBe("usage");
    expect(error.hint).toBeDefined();
    expect(error.message).toMatch(/^[a-z-].*[^.]$/);
    expect(exitOf(error)).toBe("usage");
  });

  test("a choice that is none is named, with those there are", async () => {
    for (const [argv, env] of [
      [["--ui", "gui"], {}],
      [[], { CHAT_UI: "gui" }],
    ] as const)
      expect(await fault([...argv], { env })).toMatchObject({
        message: expect.stringContaining('"gui"') as string,
        hint: "one of: line, tui",
      });
  });

  test("a command and what it is given, among flags", async () => {
    const of = async (...argv: string[]) => {
      const line = await read(argv);
      return line.kind === "values" ? [line.command, line.values.port] : [];
    };
    expect(await of("-p", "1")).toEqual([undefined, 1]);
    expect(await of("look")).toEqual([{ name: "look", args: [] }, 12345]);
    expect(await of("-p", "1", "save", "0012")).toEqual([{ name: "save", args: ["0012"] }, 1]);
    expect(await of("save", "a b", "-p", "1")).toEqual([{ name: "save", args: ["a b"] }, 1]);
    expect((await fault(["save"])).message).toBe("save needs a FILE");
    expect((await fault(["save", "a", "b"])).message).toBe("unexpected argument: b");
    expect((await fault(["look", "a"])).message).toBe("unexpected argument: a");
    expect(await of("say", "bob")).toEqual([{ name: "say", args: ["bob"] }, 12345]);
    expect(await of("say", "bob", "-", "-p", "1")).toEqual([{ name: "say", args: ["bob", "-"] }, 1]);
    expect(await of("say", "bob", "a", "b c", "--", "--d", "-p")).toEqual([
      { name: "say", args: ["bob", "a", "b c", "--d", "-p"] },
      12345,
    ]);
    expect((await fault(["say"])).message).toBe("say needs a TO");
    for (const word of ["toString", "__proto__"]) expect((await fault([word])).code).toBe("usage");
  });

  test("a wrong environment or file names itself", async () => {
    expect((await fault([], { env: { CHAT_PORT: "x" } })).message).toContain("CHAT_PORT");
    expect(await fault(["--config", "none"])).toMatchObject({
      code: "config-unreadable",
      message: "cannot read the configuration file none: there is no such file",
      hint: expect.stringContaining("--config") as string,
    });
    expect((await fault(["--config", "f"], { files: { f: "{" } })).code).toBe("config-malformed");
    expect((await fault(["--config", "f"], { files: { f: "[]" } })).code).toBe("config-malformed");
    expect((await fault(["--config", "f"], { files: { f: '{"prot": 1}' } })).message).toContain('"prot"');
    expect((await fault(["--config", "f"], { files: { f: '{"port": "x"}' } })).message).toContain('"port"');
  });

  test("help and version are text", async () => {
    const help = await read(["--help"]);
    expect(help).toMatchObject({ kind: "shown" });
    expect(help.kind === "shown" ? help.text : "").toMatch(/--ip[\s\S]*chat-test -ip 127.0.0.1 -p 12345[\s\S]*CHAT_IP/);
    expect(await read(["--version"])).toEqual({ kind: "shown", text: "chat-test 1.2.3\n" });
  });
});

test("a fault in lines, a defect with its stack", () => {
  expect(inLines(new Fault("usage", "no", { hint: "so" }))).toBe("error: no\nhint: so\n");
  expect(inLines(new TypeError("oops"))).toMatch(/^error: TypeError: oops\n[\s\S]*hint: /);
  expect(exitOf(new TypeError("oops"))).toBe("internal");
  expect(exitOf(Object.assign(new Error("x"), { code: "EADDRINUSE" }))).toBe("network");
  expect(exitOf(new Fault("vault-locked", "x"))).toBe("storage");
});
