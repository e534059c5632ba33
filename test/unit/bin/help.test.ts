// The help of both programs, at the widths of real terminals.
import { describe, expect, test } from "vitest";
import { CLIENT_COMMANDS, CLIENT_EXAMPLES, CLIENT_FLAGS } from "../../../src/bin/client-flags.ts";
import type { Flag } from "../../../src/bin/flags.ts";
import { type Described, helpText } from "../../../src/bin/help.ts";
import { SERVER_COMMANDS } from "../../../src/bin/server-command-flags.ts";
import { SERVER_EXAMPLES, SERVER_FLAGS } from "../../../src/bin/server-flags.ts";

const PROGRAMS: readonly Described[] = [
  { name: "chat-server", about: "The server.", flags: SERVER_FLAGS, examples: SERVER_EXAMPLES },
  {
    name: "chat-client",
    about: "The client.",
    flags: CLIENT_FLAGS,
    commands: CLIENT_COMMANDS,
    examples: CLIENT_EXAMPLES,
  },
];

describe.each(PROGRAMS)("$name --help", (program) => {
  const flags: readonly (readonly [string, Flag])[] = Object.entries(program.flags);

  test.each([60, 80, 100, 200])("at %d columns no line is wider, and commands and defaults are whole", (columns) => {
    const text = helpText(program, columns);
    const lines = text.split("\n");
    const commands = program.examples.map(([command]) => `  ${command}`);
    const descriptions = lines.filter((line) => !commands.includes(line));
    expect(descriptions.filter((line) => line.length > Math.min(columns, 100))).toEqual([]);
    expect(commands.filter((command) => !lines.includes(command))).toEqual([]);
    const heads = flags.map(([name]) => `--${name} `);
    expect(heads.filter((head) => !lines.some((line) => line.includes(head)))).toEqual([]);
    const defaults = flags.flatMap(([, flag]) =>
      "default" in flag && !("usually" in flag) ? [`default ${String(flag.default)})`] : [],
    );
    expect(defaults.filter((value) => !text.includes(value))).toEqual([]);
    expect(lines.filter((line) => line !== line.trimEnd())).toEqual([]);
  });

  test("80 columns hold every example", () => {
    expect(program.examples.map(([command]) => command).filter((command) => command.length > 78)).toEqual([]);
  });
});

test("where the server listens without a flag: as init has written, which is on all addresses; else on this machine", () => {
  const unbroken = (text: string): string => text.replaceAll(/\s+/g, " ");
  const server = unbroken(helpText({ name: "chat-server", about: "", flags: SERVER_FLAGS, examples: [] }, 100));
  expect(server).toContain("for all (default that of chat-server init, else 127.0.0.1)");
  expect(server).toContain("(default that of chat-server init, else 12345)");
  const { flags } = SERVER_COMMANDS.init;
  const init = unbroken(helpText({ name: "chat-server init", about: "", flags, examples: [] }, 100));
  expect(init).toContain("for all (default 0.0.0.0)");
});

test("what a flag may be and what it is without it", () => {
  const flags = {
    colour: { kind: "choice", choices: ["red", "green"], default: "red", about: "of the text" },
    port: { kind: "port", alias: "p", about: "its port" },
    loud: { kind: "switch", about: "say more" },
  } as const;
  expect(helpText({ name: "x", about: "It does.", flags, examples: [["x -p 1", "as one"]] }, 80)).toBe(
    `x [flags]

It does.

Flags:
      --colour   of the text (one of red, green; default red)
  -p, --port     its port
      --loud     say more
      --config   JSON file with values for these flags
  -h, --help     show this help
      --version  show the version

Examples:
  x -p 1
      as one

Each flag is also an environment variable (--colour: CHAT_COLOUR) and a name in
the JSON file of --config. The flag wins, then the variable.`,
  );
});

test("commands stand under their headings, long ones on a line of their own, and the exit codes are told", () => {
  const commands = {
    say: { group: "Chat", args: ["TO", "[TEXT…]"], about: "say it" },
    keep: { group: "Keeping", args: ["[this|that|both|none]", "[NAME]"], about: "keep it" },
    hear: { group: "Chat", args: [], about: "hear it" },
  };
  expect(helpText({ name: "x", about: "It does.", flags: {}, commands, examples: [] }, 80)).toBe(
    `x [command] [flags]

It does.

Chat:
  say TO [TEXT…]  say it
  hear            hear it

Keeping:
  keep [this|that|both|none] [NAME]
                  keep it

Flags:
      --config   JSON file with values for these flags
  -h, --help     show this help
      --version  show the version

Each flag is also an environment variable (--config: CHAT_CONFIG) and a name in
the JSON file of --config. The flag wins, then the variable.

Exit codes: 0 ok, 1 internal, 2 usage, 3 configuration, 4 network, 5 storage,
6 refused, 7 passphrase.`,
  );
});

test("the client's help has no more than 80 columns, and every command a heading", () => {
  const lines = helpText(PROGRAMS[1] ?? { name: "", about: "", flags: {}, examples: [] }, 80).split("\n");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(Object.entries(CLIENT_COMMANDS).filter(([, command]) => !("group" in command))).toEqual([]);
  expect(lines).not.toContain("Commands:");
});
