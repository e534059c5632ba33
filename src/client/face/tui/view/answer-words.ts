// What a command was answered with, as lines in the language of the person. Strangers' text is made safe by `say`. What has no words here is
// told as the lines tell it: history, and what administrators ask for.
import type { Command } from "../../../port/client.ts";
import type { ProvedView } from "../../../port/proved-view.ts";
import type { Replies } from "../../../port/replies.ts";
import type { ConversationView, MemberView, UserView } from "../../../port/conversation-views.ts";
import { answerLines } from "../../lines/answer-lines.ts";
import type { Telling } from "../../lines/event-lines.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { sizeIn, spanIn } from "../words/amounts.ts";
import type { Say } from "../words/say.ts";
import { wayWords } from "./device-words.ts";
import { policyWords } from "./system-words.ts";

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;

export interface Answering {
  readonly say: Say;
  readonly telling: Telling;
}

type Tellers = {
  readonly [K in Command["do"]]?: (reply: Replies[K], command: Of<K>, world: Answering) => readonly string[];
};

const TELLERS: Tellers = {
  whoami: ({ user, name, device, fingerprint, realm }, _, { say }) => [
    say("answer-user", { name, user, device }),
    say("answer-certificate", { fingerprint }),
    say("answer-realm", { realm }),
  ],
  join: ({ state }, { to }, { say }) => (state === "asked" ? [say("answer-asked", { to })] : []),
  add: added,
  approve: added,
  deny: (_, { user, to }, { say }) => [say("answer-denied", { user, to })],
  read: ({ unread }, { to }, { say }) => [say.count("answer-unread", unread, { to })],
  privacy: ({ receipts, typing, presence }, _, { say }) => {
    const how = (on: boolean): string => say(on ? "on" : "off");
    return [say("answer-privacy", { receipts: how(receipts), typing: how(typing), presence: how(presence) })];
  },
  mute: ({ muted, until }, { to }, { say, telling }) => {
    if (!muted) return [say("answer-heard", { to })];
    if (until === undefined) return [say("answer-quiet", { to })];
    return [say("answer-quiet-until", { to, time: telling.clockTime(until) })];
  },
  conversations: ({ conversations }, _, world) => conversations.map((one) => conversationLine(one, world)),
  members: ({ members }, _, { say }) => members.map((one) => personLine(one, one.role, say)),
  users: ({ users }, _, { say }) => users.map((one) => personLine(one, "member", say)),
  save: ({ path, bytes }, _, { say }) => [say("answer-saved", { path, size: sizeIn(say, bytes) })],
  trust: (_, { user, verified }, { say }) => [say(verified ? "answer-trusted" : "answer-untrusted", { user })],
  label: (_, { device, label }, { say }) => [
    say(label === "" ? "answer-label-none" : "answer-label", { device: device.slice(0, 8), label }),
  ],
  revoke: ({ device }, _, { say }) => [say("answer-revoked", { device: device.slice(0, 8) })],
  audit: auditRows,
  pair: ({ line, until, qr }, _, { say, telling }) => [
    ...qr.map((row) => `  ${row}`),
    `  chat-client join '${sanitizeLine(line, 1_000)}'`,
    say("answer-pair", { time: telling.clockTime(until) }),
  ],
};

export function answerWords<K extends Command["do"]>(
  command: Of<K>,
  reply: Replies[K],
  world: Answering,
): readonly string[] {
  const teller: Tellers[K] = TELLERS[command.do];
  return teller === undefined ? answerLines(command, reply, world.telling) : teller(reply, command, world);
}

/** In the order of the log. */
function auditRows(
  { certificates, log }: Replies["audit"],
  { user }: Of<"audit">,
  { say, telling: { clockTime, names } }: Answering,
): readonly string[] {
  const isOwn = user === undefined || names.isSelf(user);
  const rows = certificates.map(({ device, how, at, until, revoked }) =>
    say("audit-row", {
      device: device.slice(0, 8),
      time: clockTime(at),
      way: wayWords(how, isOwn, say),
      end:
        revoked === undefined
          ? say("until", { time: clockTime(until) })
          : say("audit-revoked", { time: clockTime(revoked.at) }),
    }),
  );
  const none = isOwn ? say("audit-none") : say("audit-none-of", { user });
  const read = log === undefined ? say("audit-no-log") : say("audit-log", { n: log.entries, root: log.root });
  return [...(rows.length === 0 ? [none] : rows), read];
}

/** A yes that says nothing of it would hide a name that was mistyped. */
function added(
  { awaited, there }: Replies["add"],
  { user, to }: Of<"add" | "approve">,
  { say }: Answering,
): readonly string[] {
  if (there === true) return [say("answer-there", { user })];
  return awaited === true ? [say("answer-awaited", { user, to })] : [];
}

function conversationLine(view: ConversationView, { say, telling: { clockTime } }: Answering): string {
  const { conversation, kind, members, unread, role, topic = "", muted, expire = 0, closed } = view;
  const facts = [
    say.count("devices", members),
    say.count("unread", unread),
    ...(role === undefined || role === "member" ? [] : [say("you-are-role", { role: say(`role-${role}`) })]),
    ...(kind === "room" && view.join !== undefined ? [say("comes-in", { policy: policyWords(view, say) })] : []),
    ...(muted === undefined ? [] : [muted === true ? say("quiet") : say("quiet-until", { time: clockTime(muted) })]),
    ...(expire === 0 ? [] : [say("messages-gone", { time: spanIn(say, expire) })]),
    ...(closed === true ? [say("ended")] : []),
  ].join(", ");
  return `  ${sanitizeLine(conversation, 65)}  ${facts}${topic === "" ? "" : `: ${sanitizeLine(topic, 300)}`}`;
}

function personLine(view: MemberView | UserView, role: MemberView["role"], say: Say): string {
  const { user, name, online, devices, verified, trusted } = view;
  const facts = [
    ...(role === "member" ? [] : [say(`role-${role}`)]),
    say(online ? "online" : "offline"),
    say.count("devices", devices),
    ...(trusted === true ? [say("verified-fact")] : []),
    ...(verified ? [] : [say("name-not-proved")]),
    ...provedFacts(view, say),
  ];
  return `  ${sanitizeLine(name)} (@${sanitizeLine(user)})  ${facts.join(", ")}`;
}

/** The address of the certificate, and the key that was proved with it. */
export function provedFacts({ email, openpgp }: ProvedView, say: Say): readonly string[] {
  if (email === undefined) return [];
  return [openpgp === undefined ? sanitizeLine(email) : say("by-openpgp", { email, key: openpgp })];
}
