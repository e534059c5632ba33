// What a command line is completed with: from the tables of both programs, in the words of every shell.
import { describe, expect, test } from "vitest";
import { PROGRAM as CLIENT } from "../../../src/bin/client-program.ts";
import { completingOf, valueOf } from "../../../src/bin/completion-words.ts";
import { completionFor } from "../../../src/bin/completion.ts";
import type { Flag } from "../../../src/bin/flags.ts";
import type { CommandWord } from "../../../src/bin/help.ts";
import { PROGRAM as SERVER } from "../../../src/bin/server-program.ts";
import type { Fault } from "../../../src/model/fault.ts";

interface Tables {
  readonly name: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly commands: Readonly<Record<string, CommandWord>>;
}
const PROGRAMS: readonly Tables[] = [CLIENT, SERVER];
const FLAGS = PROGRAMS.flatMap(({ name, flags, commands }) =>
  [flags, ...Object.values(commands).map((one) => one.flags ?? {})].flatMap((table) =>
    Object.entries(table).map(([flag, meaning]) => [name, flag, meaning] as const),
  ),
);

describe("what may stand behind a flag", () => {
  test.each(FLAGS)("%s --%s", (_name, flag, meaning) => {
    const wanted = valueOf(flag, meaning)?.kind ?? "switch";
    // By what the help says of it.
    const isFile = /^(?:(?:for \w+: )?file |one file|certificate file)/.test(meaning.about);
    const isFolder = /^(?:data )?folder /.test(meaning.about);
    const told = isFile ? ["file"] : isFolder ? ["folder"] : ["text", "file", "folder", "profile"];
    expect(meaning.kind === "text" ? told : ["text", "words", "switch"]).toContain(wanted);
  });

  test("choices, profiles, and what stands behind a command", () => {
    const { flags, commands } = completingOf(CLIENT);
    const value = (word: string): unknown => flags.find(({ words }) => words.includes(word))?.value;
    expect(value("--log-level")).toEqual({ kind: "words", words: ["debug", "info", "warn", "error", "silent"] });
    expect([value("--profile"), value("--home"), value("--p12"), value("-p"), value("--json")]).toEqual([
      { kind: "profile" },
      { kind: "folder" },
      { kind: "file" },
      { kind: "text" },
      undefined,
    ]);
    const args = (word: string): unknown => commands.find((one) => one.word === word)?.args;
    expect(args("profiles")).toEqual([
      { kind: "words", words: ["rename", "default", "remove"] },
      { kind: "profile" },
      { kind: "text" },
    ]);
    // What stands in capitals is nothing that can be listed.
    expect(args("devices")).toEqual([
      { kind: "words", words: ["add", "rename", "remove"] },
      { kind: "text" },
      { kind: "text" },
    ]);
    expect([args("backup"), args("send"), args("completion")]).toEqual([
      [{ kind: "file" }],
      [{ kind: "text" }, { kind: "text" }],
      [{ kind: "words", words: ["bash", "zsh", "fish"] }],
    ]);
  });
});

describe.each(["bash", "zsh", "fish"])("%s", (shell) => {
  test.each(PROGRAMS.map((program) => [program.name, program] as const))(
    "%s: every command and every flag",
    (_name, program) => {
      const script = completionFor(shell, program);
      const words = Object.keys(program.commands).filter((word) => !new RegExp(`\\b${word}\\b`).test(script));
      expect(words).toEqual([]);
      const spelt = (flag: string): string => (shell === "fish" ? `-l ${flag} ` : `--${flag}`);
      const own = FLAGS.filter(([name, flag]) => name === program.name && !script.includes(spelt(flag)));
      expect(own).toEqual([]);
      expect(script.endsWith("\n")).toBe(true);
    },
  );
});

test.each(["", "tcsh", "toString"])("a shell that is none: %j", (shell) => {
  expect(() => completionFor(shell, CLIENT)).toThrow(
    expect.objectContaining({ code: "usage", hint: "one of: bash, zsh, fish" }) as Fault,
  );
});
