// What chat-client can be told.
import { GROUP, ONCE_COMMANDS } from "./client-once-flags.ts";
import { LOG_LEVEL, SELF_FLAGS } from "./client-self-flags.ts";
import type { Flag } from "./flags.ts";
import type { CommandWord } from "./help.ts";

export const CLIENT_FLAGS = {
  ...SELF_FLAGS,
  json: { kind: "switch", about: "one JSON object a line, for programs" },
  "new-passphrase-file": { kind: "text", about: "for passwd: file with the new passphrase" },
  "remove-passphrase": { kind: "switch", about: "for passwd: from now on without one" },
  "backup-passphrase-file": { kind: "text", about: "for backup and restore: file with the passphrase of the backup" },
  "with-identity": { kind: "switch", about: "for backup: certificate and private key too" },
  force: { kind: "switch", about: "for backup and restore: in place of what is there" },
  ui: {
    kind: "choice",
    choices: ["tui", "inline", "line", "gui"],
    usually: "tui on a terminal, else line",
    about: "which interface: the whole terminal, two rows at its end, one line after the other, or a window",
  },
  keys: { kind: "text", about: "keys that do something else, as in ctrl+g=switch,f6=none; F1 shows all" },
  mouse: { kind: "switch", about: "wheel and clicks for tui; the terminal's own selection needs Shift then" },
  gui: { kind: "switch", about: "the same as --ui=gui" },
  "log-level": LOG_LEVEL,
} as const satisfies Readonly<Record<string, Flag>>;

const { profile, home, json, ui, gui } = CLIENT_FLAGS;

export const JOIN_FLAGS = {
  user: { kind: "text", about: "the name you want; not needed where the invitation is for somebody" },
  name: { kind: "text", about: "display name, free and not unique" },
  profile: { ...profile, about: "what this identity is called here", usually: "the name" },
  home,
  "vault-passphrase-file": CLIENT_FLAGS["vault-passphrase-file"],
  "new-passphrase-file": {
    kind: "text",
    about: "file with a passphrase for what will be kept on this machine, the key among it",
  },
  pgp: { kind: "text", about: "come in by the OpenPGP key of this e-mail address" },
  "pgp-key": {
    kind: "text",
    usually: "gpg has it",
    about: "file with that key, if gpg is not to use it; the server is told the public half",
  },
  "pgp-fingerprint": { kind: "text", about: "which of several keys of that address" },
  "passphrase-file": { kind: "text", about: "file with the passphrase of --pgp-key; else it is asked for" },
  gpg: { kind: "text", usually: "gpg", about: "the gpg to use, for example gpg2 or a path" },
  "key-servers": { kind: "text", usually: "wkd", about: "where the server's own OpenPGP key is looked up" },
  "server-key": { kind: "text", about: "file with the server's OpenPGP key, instead of looking it up" },
  "server-key-fingerprint": { kind: "text", about: "the fingerprint of that key, instead of looking it up" },
  "trust-line": { kind: "switch", about: "take the server's OpenPGP key on the word of the line alone" },
  only: { kind: "switch", about: "join, and do not chat yet" },
  json,
  ui,
  gui,
  "log-level": CLIENT_FLAGS["log-level"],
} as const satisfies Readonly<Record<string, Flag>>;

const PASSWORD_FILE = { kind: "text", about: "file with the password; else it is asked for" } as const;
const PHRASE_FILE = {
  kind: "text",
  about: "file for the 24 words of the recovery phrase, instead of the terminal",
} as const;
const SKIP_CHECK = { kind: "switch", about: "do not ask three words of the new recovery phrase back" } as const;

/** Of register, login and recover. */
export const ACCOUNT_FLAGS = {
  user: { kind: "text", about: "the name of the account" },
  name: { kind: "text", about: "for register: display name, free and not unique" },
  realm: { kind: "text", about: "fingerprint of the realm's CA, where a host is given and no line" },
  "password-file": PASSWORD_FILE,
  "phrase-file": PHRASE_FILE,
  "skip-phrase-check": SKIP_CHECK,
  profile: JOIN_FLAGS.profile,
  home,
  "vault-passphrase-file": JOIN_FLAGS["vault-passphrase-file"],
  "new-passphrase-file": JOIN_FLAGS["new-passphrase-file"],
  only: { kind: "switch", about: "do not chat yet" },
  json,
  ui,
  gui,
  "log-level": CLIENT_FLAGS["log-level"],
} as const satisfies Readonly<Record<string, Flag>>;

export const PASSWORD_FLAGS = {
  profile,
  home,
  "password-file": { kind: "text", about: "file with the password as it is now; else it is asked for" },
  "new-password-file": { kind: "text", about: "file with the new one, or the first; else it is asked for, twice" },
  "new-phrase": { kind: "switch", about: "make a new recovery phrase, too; with a first password there always is one" },
  "phrase-file": PHRASE_FILE,
  "skip-phrase-check": SKIP_CHECK,
  "vault-passphrase-file": CLIENT_FLAGS["vault-passphrase-file"],
} as const satisfies Readonly<Record<string, Flag>>;

const { send, read, export: exported, profiles, devices, revoke, audit, p12, admin, completion, man } = ONCE_COMMANDS;

export const CLIENT_COMMANDS = {
  send,
  read,
  join: {
    group: GROUP.in,
    args: ["LINE"],
    about: "come into a realm by an invitation, and chat; LINE may be - for standard input",
    flags: JOIN_FLAGS,
    examples: [
      ["chat-client join 'chat://chat.example.org:12346/#…'", "the whole line, in quotes"],
      ["chat-client join --user bob 'chat://…'", "with an invitation that is for nobody in particular"],
      ["chat-client join 'chat://…' --pgp ada@example.org", "by an OpenPGP key that gpg has"],
    ],
  },
  register: {
    group: GROUP.in,
    args: ["LINE"],
    about: "make an account with a password, by an invitation or where the realm is open to everybody, and chat",
    flags: ACCOUNT_FLAGS,
    examples: [
      ["chat-client register 'chat://chat.example.org:12346/#…'", "the whole line of the invitation, in quotes"],
      ["chat-client register --user bob 'chat://…'", "with an invitation that is for nobody in particular"],
    ],
  },
  login: {
    group: GROUP.in,
    args: ["LINE"],
    about: "make this machine a device of an account, by its password, and chat",
    flags: ACCOUNT_FLAGS,
    examples: [
      ["chat-client login 'chat://chat.example.org:12346/#…' --user bob", "the line that register has shown"],
      ["chat-client login chat.example.org --realm 5f3a… --user bob", "with the fingerprint of the realm"],
    ],
  },
  recover: {
    group: GROUP.in,
    args: ["LINE"],
    about: "as login, by the recovery phrase; the account has another password from then on",
    flags: ACCOUNT_FLAGS,
    examples: [["chat-client recover 'chat://chat.example.org:12346/#…' --user bob", "asks for the 24 words"]],
  },
  export: exported,
  profiles,
  devices,
  revoke,
  audit,
  password: {
    group: GROUP.keeping,
    args: [],
    about: "set a password for this user, or change it, and the recovery phrase",
    flags: PASSWORD_FLAGS,
    examples: [
      ["chat-client password", "a first one, by which another machine comes in; or another one"],
      ["chat-client password --new-phrase", "another password and another phrase"],
    ],
  },
  backup: {
    group: GROUP.keeping,
    args: ["FILE"],
    about: "keep messages, names and settings of this device in one file, under a passphrase",
  },
  restore: { group: GROUP.keeping, args: ["FILE"], about: "put a backup back, as what is kept on this machine" },
  passwd: {
    group: GROUP.keeping,
    args: [],
    about: "set, change or remove the passphrase that protects what is kept on this machine",
  },
  p12,
  admin,
  completion,
  man,
} as const satisfies Readonly<Record<string, CommandWord>>;

export const CLIENT_EXAMPLES = [
  [
    "chat-client join 'chat://chat.example.org:12346/#…'",
    "come in by an invitation; afterwards chat-client alone is enough",
  ],
  ["chat-client --as alice", "chat as alice of ./certs, with a server on this machine"],
  [
    "chat-client -ip chat.example.org -p 12345 --certs . --as carol",
    "with ca.crt, carol.crt and carol.key in this folder",
  ],
  ["chat-client -ip chat.example.org --p12 carol.p12", "with everything in one file"],
  ["echo hello | chat-client --as alice", "say one thing and leave"],
  [`echo '{"do":"users"}' | chat-client --as alice --json`, "for programs: docs/lines.md"],
] as const;
