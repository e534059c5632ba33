// The completion script for fish: one line for each word, from the tables alone.
import type { CommandPart, Completing, FlagWord, Wanted } from "./completion-words.ts";

export function fishScript({ program, flags, commands }: Completing): string {
  const name = `__${program.replaceAll("-", "_")}`;
  const own = commands.filter(({ isOwn }) => isOwn).map(({ word }) => word);
  const isPlain = `not __fish_seen_subcommand_from ${own.join(" ")}`;
  const lines = [
    `# fish completion for ${program}: ${program} completion fish | source`,
    `function ${name}_profiles`,
    `  set -l words (commandline -opc)`,
    `  $words[1] profiles --names 2>/dev/null`,
    `end`,
    // How many words that are no flags stand behind the command.
    `function ${name}_behind`,
    `  set -l words (commandline -opc)`,
    `  set -l count 0`,
    `  set -l index 3`,
    `  test "$words[2]" = $argv[1]; or return 1`,
    `  while test $index -le (count $words)`,
    `    switch $words[$index]`,
    `      case ${valueWords(flags, commands).join(" ")}`,
    `        set index (math $index + 1)`,
    `      case '-*'`,
    `      case '*'`,
    `        set count (math $count + 1)`,
    `    end`,
    `    set index (math $index + 1)`,
    `  end`,
    `  test $count -eq $argv[2]`,
    `end`,
    `complete -c ${program} -f`,
    ...commands.map(({ word, about }) => line(program, "__fish_use_subcommand", `-a ${word} -d ${quoted(about)}`)),
    ...flags.map((flag) => flagLine({ program, when: isPlain, name }, flag)),
    ...commands.flatMap((command) => commandLines(program, command, name)),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(program: string, { word, flags, args, isOwn }: CommandPart, name: string): readonly string[] {
  const positional = args.flatMap((arg, index) => {
    const offered = offer(arg, name);
    return offered === undefined ? [] : [line(program, `${name}_behind ${word} ${index}`, offered)];
  });
  const seen = `__fish_seen_subcommand_from ${word}`;
  return [...(isOwn ? flags.map((flag) => flagLine({ program, when: seen, name }, flag)) : []), ...positional];
}

interface Place {
  readonly program: string;
  readonly when: string;
  /** Before the names of the functions. */
  readonly name: string;
}

function flagLine({ program, when, name }: Place, { words, about, value }: FlagWord): string {
  const spelt = words.map((word) => (word.startsWith("--") ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`)).join(" ");
  const needs = value === undefined ? "" : ` -r ${offer(value, name) ?? "-f"}`;
  return line(program, when, `${spelt}${needs} -d ${quoted(about)}`);
}

function offer(wanted: Wanted, name: string): string | undefined {
  switch (wanted.kind) {
    case "text":
      return undefined;
    case "file":
      return "-F";
    case "folder":
      return `-f -a '(__fish_complete_directories)'`;
    case "profile":
      return `-f -a '(${name}_profiles)'`;
    case "words":
      return `-f -a ${quoted(wanted.words.join(" "))}`;
  }
}

function valueWords(flags: readonly FlagWord[], commands: readonly CommandPart[]): readonly string[] {
  const all = [flags, ...commands.map((one) => one.flags)].flat();
  return [...new Set(all.flatMap(({ words, value }) => (value === undefined ? [] : words)))];
}

function line(program: string, when: string, what: string): string {
  return `complete -c ${program} -n ${quoted(when)} ${what}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
