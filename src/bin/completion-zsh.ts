// The completion script for zsh: _arguments of each command, from the tables alone.
import type { CommandPart, Completing, FlagWord, Wanted } from "./completion-words.ts";

export function zshScript({ program, flags, commands }: Completing): string {
  const name = `_${program.replaceAll("-", "_")}`;
  return `#compdef ${program}
# zsh completion for ${program}: source <(${program} completion zsh), behind compinit; or as a file _${program} in $fpath
${name}_profiles() {
  local -a names
  names=(\${(f)"$(\${words_program:-${program}} profiles --names 2>/dev/null)"})
  compadd -a names
}

${name}() {
  local words_program=$words[1] curcontext=$curcontext state line
  typeset -A opt_args
  if (( CURRENT > 2 )); then
    local command=$words[2]
    case $command in
${commands
  .filter(({ isOwn }) => isOwn)
  .map((one) => branch(one, name))
  .join("\n")}
    esac
  fi
  local -a commands
  commands=(
${commands.map(({ word, about }) => `    ${quoted(`${word}:${about}`)}`).join("\n")}
  )
  _arguments -S \\
${flags.map((flag) => `    ${flagSpec(flag, name)} \\`).join("\n")}
    '1: :->command' \\
    '*:file:_files'
  [[ $state == command ]] && _describe command commands
}

if [[ $funcstack[1] == _${program} ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

function branch({ word, flags, args }: CommandPart, name: string): string {
  const specs = [
    ...flags.map((flag) => flagSpec(flag, name)),
    ...args.map((arg) => quoted(`:${said(arg)}:${action(arg, name)}`)),
  ];
  return `      ${word})
        shift words
        (( CURRENT-- ))
        _arguments -S \\
${specs.map((spec) => `          ${spec}`).join(" \\\n")}
        return
        ;;`;
}

/** `{--port,-p}'[about]:value:action'` */
function flagSpec({ words, about, value }: FlagWord, name: string): string {
  const text = `[${about.replaceAll(/[[\]:\\]/g, String.raw`\$&`)}]`;
  const behind = value === undefined ? "" : `:${said(value)}:${action(value, name)}`;
  const [first = ""] = words;
  if (words.length === 1) return quoted(`${first}${text}${behind}`);
  return `${quoted(`(${words.join(" ")})`)}{${words.join(",")}}${quoted(`${text}${behind}`)}`;
}

function said({ kind }: Wanted): string {
  return kind === "words" ? "word" : kind;
}

function action(wanted: Wanted, name: string): string {
  switch (wanted.kind) {
    case "text":
      return " ";
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "profile":
      return `${name}_profiles`;
    case "words":
      return `(${wanted.words.join(" ")})`;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
