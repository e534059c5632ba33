// The manual page of a program in man(7) macros, made from the tables of its command line.
import { valueOf } from "./completion-words.ts";
import { EXIT, EXIT_ABOUT, type ExitName } from "./exit-codes.ts";
import { envName, type Flag, shownDefault } from "./flags.ts";
import type { CommandWord, Described } from "./help.ts";

export interface ManualOf extends Described {
  readonly version: string;
}

/** Of the words on this page. */
const DATE = "2026-11-21";

/** mandoc(1) warns of longer ones. */
const LINE = 78;

interface Prose {
  /** Paragraphs. */
  readonly description: readonly string[];
  /** A path and what it is. */
  readonly files: readonly (readonly [path: string, about: string])[];
  readonly seeAlso: readonly string[];
}

const PROSE: Readonly<Record<string, Prose>> = {
  "chat-client": {
    description: [
      "Without a command it connects and chats: a line that is typed goes to the conversation in the prompt, /help lists what else there is, and Ctrl+D leaves. In a pipe every line of standard input is a message to #lobby; with --json commands and events are one JSON object a line.",
      "Who you are is a profile that join, register, login or recover has made, or the certificate files of a folder. Messages are encrypted between the devices of the members of a conversation; the server cannot read them.",
      "Commands with flags of their own come first on the line. Only one chat-client can have an identity open at a time.",
    ],
    files: [
      [
        "~/.local/share/mutual-chat",
        "what is kept, where --home does not say otherwise: a sealed vault for each device",
      ],
      ["~/.local/share/mutual-chat/profiles.json", "the list of profiles; nothing secret"],
      ["~/.local/state/mutual-chat", "what must not be copied along with a vault"],
      [
        "certs",
        "ca.crt, and NAME.crt and NAME.key, here or in its folder clients, for those who have certificates as files",
      ],
    ],
    seeAlso: ["chat-server"],
  },
  "chat-server": {
    description: [
      "Without a command it runs a realm: it takes connections by mutual TLS 1.3 from devices that its own certificate authority has certified, keeps and delivers what they encrypt for each other, and can read none of it.",
      "The commands make a realm and administer it, over a socket in the data folder of the running server or, where none runs, on its data. They are run as the user of the server. SIGHUP makes it read certificates and revocation lists again; SIGTERM and SIGINT end it in order.",
    ],
    files: [
      [
        "chat-data",
        "the data folder, where --data does not say otherwise: database, blobs, the socket for administration",
      ],
      ["chat-data/chat-server.json", "what init has found out, read as the file of --config"],
      ["chat-data/realm", "the CA and the server's certificate that init has made"],
      ["certs", "the same as make certs lays it out, for a realm without init"],
    ],
    seeAlso: ["chat-client"],
  },
};

const COMMON: readonly (readonly [flag: string, flags: Flag])[] = [
  ["config", { kind: "text", about: "JSON file with values for these flags" }],
  ["help", { kind: "switch", alias: "h", about: "show the help" }],
  ["version", { kind: "switch", about: "show the version" }],
];

export function manualOf({ name, version, about, flags, commands = {}, examples }: ManualOf): string {
  const { description = [], files = [], seeAlso = [] } = PROSE[name] ?? {};
  const words = Object.entries(commands);
  return [
    `.TH ${name.toUpperCase()} 1 "${DATE}" "mutual-chat ${escaped(version)}" "Mutual"`,
    ".nh",
    ".ad l",
    ".SH NAME",
    `${escaped(name)} \\- ${escaped(uncapped(about))}`,
    ".SH SYNOPSIS",
    ...synopsis([name], { flags }),
    ...words
      .flatMap(([word, { args, flags: own = flags }]) => synopsis([name, word], { args, flags: own }))
      .slice(0, -1),
    ".SH DESCRIPTION",
    ...description.flatMap((text, index) => (index === 0 ? [] : [".PP"]).concat(sentence(text))),
    ...(words.length === 0 ? [] : [".SH COMMANDS", ...words.flatMap(([word, command]) => commandPart(word, command))]),
    ".SH OPTIONS",
    ...[...Object.entries(flags), ...COMMON].flatMap(([flag, meaning]) => flagPart(flag, meaning)),
    ".SH ENVIRONMENT",
    ...sentence(
      "Each flag, of the commands too, is also an environment variable: its name in capitals behind CHAT_, with _ for -. The flag wins, then the variable, then the file of --config.",
    ),
    ...Object.keys(flags)
      .slice(0, 3)
      .flatMap((flag) => term(`\\fB${escaped(envName(flag))}\\fR`, `as --${flag}`)),
    ...(files.length === 0
      ? []
      : [".SH FILES", ...files.flatMap(([path, what]) => term(`\\fI${escaped(path)}\\fR`, what))]),
    ".SH EXIT STATUS",
    ...Object.entries(EXIT).flatMap(([exit, code]) =>
      term(`\\fB${code}\\fR`, `${exit}: ${EXIT_ABOUT[exit as ExitName]}`),
    ),
    ...examplesPart(examples),
    ".SH SEE ALSO",
    seeAlso.map((other) => `.BR ${escaped(other)} (1)`).join(" ,\n"),
    "",
  ].join("\n");
}

function synopsis(
  words: readonly string[],
  { args = [], flags }: Pick<Described, "args" | "flags">,
): readonly string[] {
  const all = [...args, ...(Object.keys(flags).length === 0 ? [] : ["[flags]"])];
  const behind = all.map((arg) => ` \\fI${escaped(arg)}\\fR`).join("");
  return [`\\fB${escaped(words.join(" "))}\\fR${behind}`, ".br"];
}

function commandPart(word: string, { args, about, flags, examples = [], list }: CommandWord): readonly string[] {
  const behind = args.map((arg) => ` \\fI${escaped(arg)}\\fR`).join("");
  const own = Object.entries(flags ?? {}).flatMap(([flag, meaning]) => flagPart(flag, meaning));
  const rows = (list?.rows ?? []).flatMap(([head, what]) => term(`\\fB${escaped(head)}\\fR`, what));
  const shown = examples.flatMap(([command, what]) => term(`\\fB${escaped(command)}\\fR`, what));
  return [
    ...term(`\\fB${escaped(word)}\\fR${behind}`, `${capped(about)}.`),
    ...(rows.length + own.length + shown.length === 0 ? [] : [".RS", ...rows, ...own, ...shown, ".RE"]),
  ];
}

function flagPart(name: string, flag: Flag): readonly string[] {
  const short = flag.alias === undefined ? "" : `\\fB\\-${escaped(flag.alias)}\\fR, `;
  const value = flag.kind === "switch" ? "" : ` \\fI${valueWord(name, flag)}\\fR`;
  const usual = shownDefault(flag);
  const choices = flag.kind === "choice" ? [`one of ${flag.choices.join(", ")}`] : [];
  const details = [...choices, ...(usual === undefined ? [] : [`default ${usual}`])].join("; ");
  return term(
    `${short}\\fB\\-\\-${escaped(name)}\\fR${value}`,
    details === "" ? flag.about : `${flag.about} (${details})`,
  );
}

const VALUES: Readonly<Record<string, string>> = {
  port: "PORT",
  count: "NUMBER",
  duration: "TIME",
  ip: "ADDRESS",
  host: "HOST",
  choice: "WORD",
  file: "FILE",
  folder: "FOLDER",
  profile: "PROFILE",
};

function valueWord(name: string, flag: Flag): string {
  const kind = flag.kind === "text" ? valueOf(name, flag)?.kind : flag.kind;
  return VALUES[kind ?? ""] ?? "TEXT";
}

function examplesPart(examples: Described["examples"]): readonly string[] {
  if (examples.length === 0) return [];
  return [".SH EXAMPLES", ...examples.flatMap(([command, what]) => term(`\\fB${escaped(command)}\\fR`, what))];
}

/** `head` is roff, `text` is not. */
function term(head: string, text: string): readonly string[] {
  return [".TP", head, ...sentence(text)];
}

/** Lines of text that are not too long to be looked at; nothing at their beginning is a request. */
function sentence(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").map(escaped)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= LINE) lines.push(word);
    else lines.splice(-1, 1, `${last} ${word}`);
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line));
}

// groff_char(7): what stands for itself has to be named where roff would make typographic signs of it.
const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "…": "...",
};

function escaped(text: string): string {
  return Array.from(text, (sign) => NAMED[sign] ?? unicode(sign)).join("");
}

function unicode(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  return code < 0x80 ? sign : `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}

function capped(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function uncapped(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}
