// What chat-client can be told.
import type { Flag } from "./flags.ts";
import type { CommandWord } from "./help.ts";

export const CLIENT_FLAGS = {
  ip: { kind: "host", usually: "127.0.0.1, or that of the profile", about: "address or name of the server" },
  port: { kind: "port", alias: "p", least: 1, usually: "12345, or that of the profile", about: "port of the server" },
  profile: { kind: "text", about: "which of the identities that were made by joining; not needed where there is one" },
  as: { kind: "text", about: "which identity of the certificate folder; not needed where there is one" },
  certs: {
    kind: "text",
    usually: "certs, where there is no profile",
    about: "folder with ca.crt, NAME.crt and NAME.key; the last two may be in its folder clients",
  },
  p12: { kind: "text", about: "one file NAME.p12 with certificate, key and root, instead of --certs" },
  cert: { kind: "text", about: "certificate file, instead of --as" },
  key: { kind: "text", about: "its key; the file beside it if not given" },
  ca: { kind: "text", about: "root certificate of the realm; ca.crt of --certs if not given" },
  "passphrase-file": { kind: "text", about: "file with the passphrase of the key or of the .p12" },
  home: { kind: "text", about: "where messages are kept; the data folder of this system if not given" },
  "vault-passphrase-file": {
    kind: "text",
    about: "file with the passphrase that protects what is kept; the one of --passphrase-file if not given",
  },
  "new-passphrase-file": { kind: "text", about: "for passwd: file with the new passphrase" },
  "remove-passphrase": { kind: "switch", about: "for passwd: from now on without one" },
  "backup-passphrase-file": { kind: "text", about: "for backup and restore: file with the passphrase of the backup" },
  "with-identity": { kind: "switch", about: "for backup: certificate and private key too" },
  force: { kind: "switch", about: "for backup and restore: in place of what is there" },
  json: { kind: "switch", about: "one JSON object a line, for programs" },
  ui: { kind: "choice", choices: ["line"], default: "line", about: "which interface" },
  "log-level": {
    kind: "choice",
    choices: ["debug", "info", "warn", "error", "silent"],
    default: "warn",
    about: "what is told on stderr",
  },
} as const satisfies Readonly<Record<string, Flag>>;

const { profile, home, json, ui } = CLIENT_FLAGS;

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
  only: { kind: "switch", about: "join, and do not chat yet" },
  json,
  ui,
  "log-level": CLIENT_FLAGS["log-level"],
} as const satisfies Readonly<Record<string, Flag>>;

export const CLIENT_COMMANDS = {
  join: {
    args: ["LINE"],
    about: "come into a realm by an invitation, and chat; LINE may be - for standard input",
    flags: JOIN_FLAGS,
    examples: [
      ["chat-client join 'chat://chat.example.org:12346/#…'", "the whole line, in quotes"],
      ["chat-client join --user bob 'chat://…'", "with an invitation that is for nobody in particular"],
    ],
  },
  backup: { args: ["FILE"], about: "keep messages, names and settings of this device in one file, under a passphrase" },
  restore: { args: ["FILE"], about: "put a backup back, as what is kept on this machine" },
  passwd: { args: [], about: "set, change or remove the passphrase that protects what is kept on this machine" },
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
