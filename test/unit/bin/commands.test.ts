// Commands that have flags of their own: which word is one, what stands behind it, where its values come from, its help.
import { describe, expect, test } from "vitest";
import { readCommandLine } from "../../../src/bin/cli.ts";
import { CLIENT_COMMANDS, CLIENT_EXAMPLES, CLIENT_FLAGS } from "../../../src/bin/client-flags.ts";
import type { CommandWord } from "../../../src/bin/help.ts";
import { PROGRAM as SERVER } from "../../../src/bin/server-program.ts";
import { Fault } from "../../../src/model/fault.ts";

const DATA = { kind: "text", default: "data", about: "where it all is" } as const;
const PROGRAM = {
  name: "chat-test",
  version: "1.2.3",
  about: "A program for this test.",
  flags: { data: DATA, port: { kind: "port", default: 1, about: "its port" } },
  commands: {
    ask: {
      about: "ask somebody",
      args: ["WHOM", "[WHAT]"],
      flags: {
        data: DATA,
        lasts: { kind: "duration", default: "1h", leastMs: 1_000, mostMs: 86_400_000, about: "how long" },
        loud: { kind: "switch", about: "say more" },
      },
      examples: [["chat-test ask bob", "the usual"]],
    },
    look: { about: "around", args: [] },
  },
  examples: [["chat-test", "as it is"]],
  ownConfig: (given: (flag: string) => unknown) => `${String(given("data"))}/own.json`,
} as const;

interface More {
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function read(line: string, { env = {}, files = {} }: More = {}) {
  return readCommandLine(PROGRAM, {
    argv: line.split(" ").filter((word) => word !== ""),
    env,
    columns: 80,
    readFile: async (path) => files[path] ?? Promise.reject(Object.assign(new Error(`no ${path}`), { code: "ENOENT" })),
  });
}

async function asked(...args: Parameters<typeof read>) {
  const line = await read(...args);
  if (line.kind !== "command") throw new Error(`it is ${line.kind}`);
  return line;
}

async function run(...args: Parameters<typeof read>) {
  const line = await read(...args);
  if (line.kind !== "values") throw new Error(`it is ${line.kind}`);
  return line;
}

async function fault(...args: Parameters<typeof read>): Promise<Fault> {
  const error: unknown = await read(...args).catch((thrown: unknown) => thrown);
  if (!(error instanceof Fault)) throw new TypeError(`no fault: ${JSON.stringify(error)}`);
  return error;
}

describe("a command with flags of its own", () => {
  test("it has its values and no others, in any order", async () => {
    expect(await asked("ask bob")).toEqual({
      kind: "command",
      name: "ask",
      args: ["bob"],
      values: { data: "data", lasts: 3_600_000, loud: false },
    });
    expect(await asked("ask --loud bob --lasts 10m why")).toMatchObject({
      args: ["bob", "why"],
      values: { lasts: 600_000, loud: true },
    });
  });

  test("what is in brackets may be left out, what is not may not, and there is an end", async () => {
    expect((await fault("ask")).message).toBe("ask needs a WHOM");
    expect((await fault("ask bob why now")).message).toBe("unexpected argument: now");
  });

  test("the flags of the program are not its flags, nor the other way round", async () => {
    expect(await fault("ask bob --port 2")).toMatchObject({ code: "usage" });
    expect(await fault("--lasts 1h")).toMatchObject({ code: "usage" });
  });

  test("it is the first word, or it is told so; a command without flags may stand anywhere", async () => {
    expect(await fault("--port 2 ask bob")).toMatchObject({
      code: "usage",
      message: "ask must be the first word",
      hint: "chat-test ask …; chat-test ask --help shows its flags",
    });
    // Also where its own flags stand behind it, which the program does not know.
    expect(await fault("--port 2 ask bob --loud")).toMatchObject({ message: "ask must be the first word" });
    expect((await run("--port 2 look")).command).toEqual({ name: "look", args: [] });
  });

  test("a hint names what can be typed", async () => {
    for (const line of ["ask", "ask bob why now", "ask bob --nope"])
      expect(await fault(line)).toMatchObject({ hint: "chat-test ask --help shows all flags" });
  });

  test("a word that every object has is no command", async () => {
    for (const word of ["toString", "constructor", "__proto__"]) expect((await fault(word)).code).toBe("usage");
  });
});

describe("where its values come from", () => {
  const files = {
    "data/own.json": '{"port": 5, "lasts": "2h", "loud": true}',
    "else/own.json": '{"lasts": "3h"}',
    "given.json": '{"port": 7, "lasts": "4h"}',
  };

  test("the flag, the variable, its own file, the default", async () => {
    const env = { CHAT_LASTS: "5h" };
    const hours = async (...args: Parameters<typeof read>) => (await asked(...args)).values.lasts / 3_600_000;
    expect(await hours("ask bob --lasts 6h", { env, files })).toBe(6);
    expect(await hours("ask bob", { env, files })).toBe(5);
    expect(await hours("ask bob", { files })).toBe(2);
    expect(await hours("ask bob")).toBe(1);
  });

  test("its own file lies where the flag or the variable says, not where the file does", async () => {
    expect((await asked("ask bob --data else", { files })).values).toMatchObject({ lasts: 10_800_000, loud: false });
    expect((await asked("ask bob", { files, env: { CHAT_DATA: "else" } })).values.lasts).toBe(10_800_000);
    const away = { "data/own.json": '{"data": "else"}', "else/own.json": '{"lasts": "3h"}' };
    expect((await asked("ask bob", { files: away })).values).toMatchObject({ data: "else", lasts: 3_600_000 });
  });

  test("a file that is named is read instead of it; one for a command may hold what the program is told, too", async () => {
    expect((await asked("ask bob --config given.json", { files })).values).toMatchObject({
      lasts: 14_400_000,
      loud: false,
    });
    expect((await fault("--config given.json", { files })).message).toContain('"lasts"');
    const plain = { ...files, "plain.json": '{"port": 7}' };
    expect((await run("--config plain.json", { files: plain })).values).toEqual({ data: "data", port: 7 });
    expect((await run("", { files: { "data/own.json": '{"port": 5}' } })).values).toEqual({ data: "data", port: 5 });
    expect((await fault("ask bob --config none.json", { files })).code).toBe("config-unreadable");
  });

  test("its own file may be missing, and may not be nonsense", async () => {
    expect((await run("")).values).toEqual({ data: "data", port: 1 });
    expect((await fault("", { files: { "data/own.json": "{" } })).code).toBe("config-malformed");
    expect((await fault("", { files: { "data/own.json": '{"prot": 1}' } })).message).toContain('"prot"');
    expect((await fault("ask bob", { files: { "data/own.json": '{"lasts": "2 h"}' } })).message).toContain('"lasts"');
  });

  test("its own file that may not be read is told", async () => {
    const world = { argv: [], env: {}, columns: 80 };
    const readFile = () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" }));
    await expect(readCommandLine(PROGRAM, { ...world, readFile })).rejects.toMatchObject({ code: "config-unreadable" });
  });
});

const CLIENT = { ...PROGRAM, flags: CLIENT_FLAGS, commands: CLIENT_COMMANDS, examples: CLIENT_EXAMPLES } as const;
const OWN = [
  ...Object.keys(SERVER.commands).map((word) => ({ word, program: SERVER })),
  ...Object.entries(CLIENT_COMMANDS).flatMap(([word, own]) => ("flags" in own ? [{ word, program: CLIENT }] : [])),
];

describe("help at 80 columns", () => {
  const shown = async (program: typeof SERVER | typeof CLIENT, ...argv: string[]): Promise<string> => {
    const world = { argv, env: {}, columns: 80, readFile: () => Promise.reject(new Error("nothing is read")) };
    const line = await (program === SERVER ? readCommandLine(SERVER, world) : readCommandLine(CLIENT, world));
    return line.kind === "shown" ? line.text : "";
  };

  test.each([[SERVER], [CLIENT]])("$name names its commands, and where their flags are told", async (program) => {
    const text = await shown(program, "--help");
    expect(text).toContain(`${program.name} [command] [flags]`);
    expect(text).toContain(`${program.name} COMMAND --help shows the flags of a command.`);
    for (const word of Object.keys(program.commands)) expect(text).toMatch(new RegExp(`^  ${word} +\\S`, "m"));
  });

  test.each(OWN)("$program.name $word: nothing is wider, all is there", async ({ program, word }) => {
    const commands: Readonly<Record<string, CommandWord>> = program.commands;
    const { flags = {}, examples = [] } = commands[word] ?? {};
    const text = await shown(program, word, "--help");
    const lines = text.split("\n");
    expect(lines[0]).toMatch(new RegExp(`^${program.name} ${word}`));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(examples.map(([one]) => `  ${one}`).filter((one) => !lines.includes(one))).toEqual([]);
    expect(word === "completion" || word === "man" || Object.keys(flags).length > 1).toBe(true);
    expect(Object.keys(flags).filter((flag) => !text.includes(` --${flag} `))).toEqual([]);
  });

  test("a command says its arguments, and its version without them", async () => {
    expect(await shown(SERVER, "invite", "--help")).toMatch(/^chat-server invite \[USER\] \[flags\]\n/);
    expect(await shown(SERVER, "invite", "--version")).toMatch(/^chat-server invite \d+\.\d+\.\d+\n$/);
  });
});
