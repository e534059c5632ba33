// The completion script for bash: one function, from the tables alone. Needs no bash-completion.
import type { Completing, FlagWord, Wanted, Words } from "./completion-words.ts";

export function bashScript({ program, flags, commands }: Completing): string {
  const name = `_${program.replaceAll("-", "_")}`;
  const valueWords = [...new Set([flags, ...commands.map((one) => one.flags)].flatMap(withValue))];
  return `# bash completion for ${program}: source <(${program} completion bash)
${name}_profiles() {
  "\${1:-${profileProgram(program)}}" profiles --names 2>/dev/null
}

${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' count=0 index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      ${valueWords.join(" | ")}) ((index++)) ;;
      -*) ;;
      *) if [[ -z $command ]]; then command=\${COMP_WORDS[index]}; else ((count++)); fi ;;
    esac
  done
  case $command in
${commands.map((one) => branch(one.word, one, name)).join("\n")}
    '')
${values(flags, name)}
      if [[ $current == -* ]]; then
        ${words(flags.flatMap((flag) => flag.words))}
      else
        ${words(commands.map(({ word }) => word))}
      fi
      ;;
  esac
}

complete -F ${name} ${program}
`;
}

/** Only the client has profiles. */
function profileProgram(program: string): string {
  return program.replace("server", "client");
}

function branch(word: string, { flags, args }: Words, name: string): string {
  const positional = args.flatMap((arg, index) => {
    const given = offer(arg, name);
    return given === undefined ? [] : [`          ${index}) ${given} ;;`];
  });
  return `    ${word})
${values(flags, name)}
      if [[ $current == -* ]]; then
        ${words(flags.flatMap((flag) => flag.words))}
      else
        case $count in
${[...positional, "          *) ;;"].join("\n")}
        esac
      fi
      ;;`;
}

function values(flags: readonly FlagWord[], name: string): string {
  const cases = flags.flatMap(({ words: all, value }) =>
    value === undefined ? [] : [`        ${spellings(all).join(" | ")}) ${offer(value, name) ?? ":"}; return ;;`],
  );
  return `      case $previous in
${cases.join("\n")}
      esac`;
}

function offer(wanted: Wanted, name: string): string | undefined {
  switch (wanted.kind) {
    case "text":
      return undefined;
    case "file":
      return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current")`;
    case "folder":
      return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current")`;
    case "profile":
      return `mapfile -t COMPREPLY < <(compgen -W "$(${name}_profiles "\${COMP_WORDS[0]}")" -- "$current")`;
    case "words":
      return words(wanted.words);
  }
}

function words(all: readonly string[]): string {
  return `mapfile -t COMPREPLY < <(compgen -W '${all.join(" ")}' -- "$current")`;
}

function withValue(flags: readonly FlagWord[]): readonly string[] {
  return flags.flatMap(({ words: all, value }) => (value === undefined ? [] : spellings(all)));
}

/** `-ip` is the same as `--ip`. */
function spellings(all: readonly string[]): readonly string[] {
  return [...all, ...all.filter((word) => word.startsWith("--")).map((word) => word.slice(1))];
}
