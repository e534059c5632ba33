// The words behind `chat-server` and what each is given: the one table, for the command line, its help and its documentation.
import type { CommandWord } from "./help.ts";
import { LIMIT_FLAGS, SERVER_FLAGS } from "./server-flags.ts";

const JSON_FLAG = { kind: "switch", about: "one JSON object instead of words, for programs" } as const;
const { data, ip, port } = SERVER_FLAGS;
const ADMIN_FLAGS = { data, json: JSON_FLAG } as const;
const DAY_MS = 86_400_000;

const BACKUP_PASSPHRASE = { kind: "text", about: "file with the passphrase of the backup" } as const;
const FORCE = { kind: "switch", about: "also where there is a file of that name" } as const;

export const SERVER_COMMANDS = {
  init: {
    about: "make a realm in the data folder: a CA, the server's certificate, and the first owner's invitation",
    args: [],
    flags: {
      data,
      host: { kind: "text", usually: "those that are found", about: "names and addresses by which clients reach it" },
      ip: { kind: "ip", default: "0.0.0.0", about: "address that the server listens on; 0.0.0.0 or :: for all" },
      port: { kind: "port", alias: "p", default: 12345, about: "port that it listens on; 0 lets the system choose" },
      "door-port": { kind: "port", least: 1, default: 12346, about: "port for those who have no certificate yet" },
      name: { kind: "text", default: "Mutual", about: "what the realm is called in its certificates" },
      owner: { kind: "text", about: "who the first owner is; without it whoever uses the invitation chooses a name" },
      "passphrase-file": {
        kind: "text",
        about: "file with a passphrase for the CA's keys; the server then needs it too",
      },
      json: JSON_FLAG,
    },
    examples: [
      ["chat-server init", "on this machine's names and addresses"],
      ["chat-server init --host 'chat.example.org 192.0.2.7' --data /var/lib/mutual", "on a server"],
    ],
  },
  invite: {
    about: "make an invitation and print the line by which somebody joins",
    args: ["[USER]"],
    flags: {
      ...ADMIN_FLAGS,
      expires: { kind: "duration", default: "24h", leastMs: 1_000, mostMs: 90 * DAY_MS, about: "how long it is good" },
      uses: { kind: "count", least: 1, most: 1_000, default: 1, about: "how many devices may use it" },
      role: { kind: "choice", choices: ["owner", "admin", "member"], default: "member", about: "in the realm" },
      until: { kind: "text", about: "a guest: every certificate that comes of it ends then; a date or a time like 7d" },
      name: { kind: "text", about: "display name" },
      email: { kind: "text", about: "address that stands in the certificate, and whose OpenPGP key is good" },
      openpgp: { kind: "text", about: "fingerprint of the OpenPGP key that must be proved" },
      plain: { kind: "switch", about: "without the picture" },
    },
    examples: [
      ["chat-server invite bob", "one device of bob, within a day"],
      ["chat-server invite --uses 20 --expires 7d", "whoever has the line, with a name of their choice"],
      ["chat-server invite eve --until 2026-12-31", "a guest"],
    ],
  },
  invitations: { about: "list the invitations that are still good", args: [], flags: ADMIN_FLAGS },
  registration: {
    about: "say, or decide, who may make an account with a password",
    args: ["[WHO]"],
    flags: ADMIN_FLAGS,
    examples: [
      ["chat-server registration open", "everybody who reaches the server"],
      ["chat-server registration invited", "those who have an invitation"],
    ],
  },
  info: { about: "what nobody need keep secret: the realm, and the line for login", args: [], flags: ADMIN_FLAGS },
  revoke: {
    about: "put a user or a device out of the realm at once, and out of every group",
    args: ["USER|DEVICE"],
    flags: {
      ...ADMIN_FLAGS,
      reason: {
        kind: "choice",
        choices: ["unspecified", "keyCompromise", "superseded", "cessationOfOperation"],
        default: "unspecified",
        about: "what the list of the CA says (RFC 5280)",
      },
    },
    examples: [
      ["chat-server revoke bob", "all devices of bob"],
      ["chat-server revoke 4f1c09aa", "one device, by the beginning of its id"],
    ],
  },
  withdraw: { about: "end an invitation", args: ["ID"], flags: ADMIN_FLAGS },
  users: {
    about: "list everybody: role, devices, until when their certificates are good",
    args: [],
    flags: ADMIN_FLAGS,
  },
  user: { about: "show one user and their devices", args: ["USER"], flags: ADMIN_FLAGS },
  rename: {
    about: "give a user another display name; it is theirs with the next certificate",
    args: ["USER", "NAME"],
    flags: ADMIN_FLAGS,
  },
  role: { about: "make a user owner, admin or member of the realm", args: ["USER", "ROLE"], flags: ADMIN_FLAGS },
  disable: { about: "put a user out, and let none of their devices in any more", args: ["USER"], flags: ADMIN_FLAGS },
  enable: { about: "let a user who was disabled be invited again", args: ["USER"], flags: ADMIN_FLAGS },
  devices: { about: "list devices, of one user or of all", args: ["[USER]"], flags: ADMIN_FLAGS },
  conversations: {
    about: "list conversations by their ids: sizes, and nothing of what is said",
    args: [],
    flags: ADMIN_FLAGS,
  },
  limits: {
    about: "show, or set at once, what a device, an address and a user may take",
    args: [],
    flags: { ...ADMIN_FLAGS, ...LIMIT_FLAGS },
    examples: [
      ["chat-server limits", "what holds now, and where it is from"],
      ["chat-server limits --blob-bytes-per-user 2000000000", "2 GB of files for each user, from now on"],
    ],
  },
  motd: {
    about: "show, or set, the message of the day that everybody is told",
    args: ["[TEXT]"],
    flags: { ...ADMIN_FLAGS, clear: { kind: "switch", about: "there is none any more" } },
    examples: [["chat-server motd 'the server moves on Sunday'", "told to everybody who is there, and who comes"]],
  },
  maintenance: {
    about: "show, begin (on) or end (off) a time in which only owners are let in; nothing is lost",
    args: ["[ON|OFF]"],
    flags: ADMIN_FLAGS,
  },
  stats: { about: "how the server is: load, sizes, memory", args: [], flags: ADMIN_FLAGS },
  backup: {
    about: "write everything that a server needs into one sealed file, while it runs",
    args: ["FILE"],
    flags: { ...ADMIN_FLAGS, "passphrase-file": BACKUP_PASSPHRASE, force: FORCE },
    examples: [
      ["chat-server backup /mnt/backup/monday.backup", "with a passphrase that is made and shown once"],
      ["chat-server backup weekly.backup --passphrase-file backup.pass --force", "by a timer"],
    ],
  },
  restore: {
    about: "put a backup in the place of a data folder; everything is checked first",
    args: ["FILE"],
    flags: {
      ...ADMIN_FLAGS,
      "passphrase-file": BACKUP_PASSPHRASE,
      force: { kind: "switch", about: "also where there is a realm already: it is kept beside" },
    },
    examples: [["chat-server restore monday.backup --data new --passphrase-file backup.pass", "on a new machine"]],
  },
  drill: {
    about: "prove that a backup works: restore it elsewhere, start it, connect, remove it again",
    args: ["FILE"],
    flags: {
      json: JSON_FLAG,
      "passphrase-file": BACKUP_PASSPHRASE,
      "keys-passphrase-file": { kind: "text", about: "file with the passphrase of the keys in it, if they have one" },
      place: { kind: "text", usually: "that for temporary files", about: "folder with room for all of it" },
    },
  },
  doctor: {
    about: "look at everything that goes wrong with servers, and say what to do",
    args: [],
    flags: { ...ADMIN_FLAGS, certs: SERVER_FLAGS.certs, ip, port, "passphrase-file": SERVER_FLAGS["passphrase-file"] },
  },
  openpgp: {
    about: "who may come in by an OpenPGP key, where keys are looked up, and the realm's own key",
    args: [],
    flags: {
      ...ADMIN_FLAGS,
      email: { kind: "text", about: "address under which the realm has a key of its own; the key is made" },
      allow: { kind: "text", about: "domains and addresses that need no invitation; none for nobody" },
      servers: { kind: "text", usually: "wkd", about: "where keys are looked up, in this order: wkd, key servers" },
      publish: { kind: "text", about: "send the realm's public key to this key server" },
      export: { kind: "switch", about: "print the realm's public key" },
    },
    examples: [
      ["chat-server openpgp --email chat@example.org --publish hkps://keys.example.net", "make its key, and show it"],
      ["chat-server openpgp --allow 'example.org ada@example.com'", "these may come in without an invitation"],
      ["chat-server invite ada --openpgp 'FINGERPRINT'", "only who proves this key"],
    ],
  },
} as const satisfies Readonly<Record<string, CommandWord>>;
