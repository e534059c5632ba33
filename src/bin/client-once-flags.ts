// The commands of chat-client that ask one thing and leave: what each can be told.
import { ACT_ROWS } from "../client/face/admin-acts.ts";
import { LOG_LEVEL, SELF_FLAGS } from "./client-self-flags.ts";
import type { OwnCommand } from "./cli.ts";
import type { Flag, Values } from "./flags.ts";
import type { CommandWord } from "./help.ts";
import { shellCommands } from "./shell-commands.ts";

const DAY_MS = 86_400_000;

/** Headings of the help. */
export const GROUP = {
  chat: "Chat (without a command: type, read and leave with Ctrl+D)",
  in: "Getting in",
  keeping: "Keeping",
  scripts: "For scripts and realm owners",
} as const;

const JSON_FLAG = { kind: "switch", about: "JSON instead of words, one object a line" } as const;

/** What each of them has at its end. */
const ONCE_FLAGS = {
  json: JSON_FLAG,
  timeout: {
    kind: "duration",
    default: "30s",
    leastMs: 1_000,
    mostMs: DAY_MS,
    about: "how long the server is waited for; then it ends with exit code 4",
  },
  ...SELF_FLAGS,
  "log-level": LOG_LEVEL,
} as const satisfies Readonly<Record<string, Flag>>;

export type OnceValues = Values<typeof ONCE_FLAGS>;

const { profile, home, as, certs, cert, key, ca } = SELF_FLAGS;
const FORCE = { kind: "switch", about: "without a question" } as const;

export const ONCE_COMMANDS = {
  send: {
    group: GROUP.chat,
    args: ["TO", "[TEXT…]"],
    about: "say one thing, wait until the server has it, and leave",
    flags: {
      file: { kind: "text", about: "send this file; TEXT is said with it" },
      expire: {
        kind: "duration",
        leastMs: 5_000,
        mostMs: 365 * DAY_MS,
        about: "it disappears everywhere after this time, for example 10m or 7d",
      },
      bot: { kind: "switch", about: "mark it as said by a program" },
      ...ONCE_FLAGS,
    },
    examples: [
      ["chat-client send @bob 'the backup is done'", "to a person"],
      ["df -h | chat-client send plans", "standard input, to the room #plans"],
      ["chat-client send '#plans' --file report.pdf 'have a look'", "a file"],
      ["chat-client send plans -- --this begins with dashes", "behind -- everything is text"],
    ],
  },
  read: {
    group: GROUP.chat,
    args: ["[TO]"],
    about: "show the newest messages of a conversation, or of all",
    flags: {
      limit: {
        kind: "count",
        least: 0,
        most: 100_000,
        usually: "20, or all that are unread",
        about: "how many; 0 with --follow: only what comes from now on",
      },
      unread: { kind: "switch", about: "only what was not read yet" },
      mark: { kind: "switch", about: "mark what is shown as read" },
      follow: { kind: "switch", alias: "f", about: "go on with what comes, until a signal or until nobody reads" },
      ...ONCE_FLAGS,
    },
    examples: [
      ["chat-client read plans --limit 5", "the last five of #plans"],
      ["chat-client read --unread --mark", "what is new, everywhere, once"],
      ["chat-client read plans --limit 0 --follow | head -n 1", "wait for the next message"],
      ["chat-client read --limit 0 --follow --json | jq -r .text", "for programs: docs/lines.md, docs/scripts.md"],
    ],
  },
  export: {
    group: GROUP.keeping,
    args: ["TO"],
    about: "write down everything that this device holds of a conversation",
    flags: {
      format: { kind: "choice", choices: ["text", "json", "html"], default: "text", about: "as what" },
      output: { kind: "text", alias: "o", about: "the file to write; standard output if not given" },
      force: { kind: "switch", about: "in place of what is there" },
      ...ONCE_FLAGS,
    },
    examples: [
      ["chat-client export plans --format html -o plans.html", "a page without scripts, for any browser"],
      ["chat-client export @bob --format json | jq '.messages | length'", "for programs"],
    ],
  },
  profiles: {
    group: GROUP.keeping,
    args: ["[rename|default|remove]", "[PROFILE]", "[NEW]"],
    about: "list the identities that are kept here, or change the list",
    flags: {
      names: { kind: "switch", about: "only their names, for completion in a shell" },
      vault: { kind: "switch", about: "for remove: delete what is kept of it, too, its key among that" },
      force: FORCE,
      json: JSON_FLAG,
      home,
    },
    examples: [
      ["chat-client profiles", "what there is"],
      ["chat-client profiles default work", "the one that is taken without --profile"],
      ["chat-client profiles rename bob-2 work", "another name"],
      ["chat-client profiles remove work --vault", "forget it altogether, after a question"],
    ],
  },
  devices: {
    group: GROUP.keeping,
    args: ["[USER|add|rename|remove]", "[DEVICE]", "[NAME…]"],
    about: "list your devices, or those of somebody else; make another machine one of yours",
    flags: ONCE_FLAGS,
    examples: [
      ["chat-client devices", "yours: how each came in, and which one vouches for it"],
      ["chat-client devices add", "shows a line and a QR picture for the other machine, and waits for it"],
      ["chat-client devices rename 4f1c09aa old laptop", "what you call it; nobody else is told; - takes it away"],
      ["chat-client devices remove 'old laptop'", "out, at once and for ever; or by the beginning of its id"],
      ["chat-client devices @add", "of a user who is called like one of these words"],
    ],
  },
  revoke: {
    group: GROUP.keeping,
    args: ["DEVICE"],
    about: "put one of your own devices out, at once and for ever",
    flags: ONCE_FLAGS,
    examples: [["chat-client revoke 4f1c09aa", "by the beginning of its id, or by the name that you gave it"]],
  },
  audit: {
    group: GROUP.keeping,
    args: ["[USER]"],
    about: "list every certificate that was ever issued in your name, or in USER's",
    flags: ONCE_FLAGS,
  },
  p12: {
    group: GROUP.keeping,
    args: ["FILE"],
    about:
      "write certificate, key and CA into one PKCS#12 file, for the key store of the system; " +
      "not for a second chat-client: one device belongs in one vault",
    flags: {
      "passphrase-file": { kind: "text", about: "file with the passphrase for the new file; else it is asked for" },
      force: { kind: "switch", about: "in place of what is there" },
      profile,
      as,
      certs,
      cert,
      key,
      ca,
      home,
      "vault-passphrase-file": SELF_FLAGS["vault-passphrase-file"],
    },
    examples: [
      ["chat-client p12 me.p12", "of the one profile that there is"],
      ["pk12util -i me.p12 -d sql:$HOME/.pki/nssdb", "into the key store of Chromium"],
      ["chat-client --p12 me.p12 -ip chat.example.org", "the other direction"],
    ],
  },
  admin: {
    group: GROUP.scripts,
    args: ["ACT", "[FIELD=VALUE…]"],
    about: "for owners and admins of the realm: what chat-server does on its own machine, from here",
    flags: ONCE_FLAGS,
    list: { title: "Acts", rows: ACT_ROWS },
    examples: [
      ["chat-client admin invite bob", "an invitation; also with uses=3 lastsMs=7d role=admin"],
      ["chat-client admin invitations", "those that are still good"],
      ["chat-client admin revoke bob --json", "the answer as the server gives it"],
    ],
  },
  ...shellCommands("chat-client", GROUP.scripts),
} as const satisfies Readonly<Record<string, CommandWord>>;

export type OnceCommand = OwnCommand<typeof ONCE_COMMANDS>;
