// Answers to a person, as lines. What an event tells as well is not told twice.
import type { Command } from "../../port/client.ts";
import type { Replies } from "../../port/replies.ts";
import type { ProvedView } from "../../port/proved-view.ts";
import type { DeviceView } from "../../port/device-view.ts";
import type { ConversationView, MemberView, UserView } from "../../port/conversation-views.ts";
import { sanitizeLine } from "../sanitize.ts";
import { policyOf } from "./event-lines.ts";
import { type LinesWorld, messageLines, PLACE_CHARS, waitingLines } from "./message-lines.ts";
import { counted, sizeOf, spanOf } from "./quantities.ts";
import { adminLines } from "./admin-lines.ts";
import { auditLines, pairLines } from "./realm-lines.ts";
import { vouchedWords, type Whose } from "./device-words.ts";
import { safe } from "./safe.ts";

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;
type Tellers = {
  readonly [K in Command["do"]]?: (reply: Replies[K], command: Of<K>, world: AnswerWorld) => readonly string[];
};

export interface AnswerWorld extends LinesWorld {
  readonly here: string;
}

/** Behind the digits of a device. */
const DEVICE_INDENT = 12;
/** Twelve groups of five digits, four in a row. */
const IN_A_ROW = 4;

const TELLERS: Tellers = {
  whoami: ({ user, name, device, fingerprint, realm }) => [
    safe`  ${name} (@${user}), device ${device}`,
    safe`  certificate ${fingerprint}`,
    safe`  realm       ${realm}`,
  ],
  join: ({ state }, { to }) =>
    state === "asked" ? [safe`* you asked to be let into ${to}: somebody there decides`] : [],
  add: addedLines,
  approve: addedLines,
  deny: (_, { user, to }) => [safe`* @${user} was not let into ${to}`],
  read: ({ unread }, { to }) => [safe`* ${to}: ${unread} unread`],
  privacy: ({ receipts, typing, presence }) => [
    `  receipts ${onOff(receipts)}, typing ${onOff(typing)}, presence ${onOff(presence)}`,
  ],
  mute: ({ muted, until }, { to }, { clockTime }) => {
    if (!muted) return [safe`* ${to} is heard again`];
    return [safe`* ${to} is quiet ${until === undefined ? "for ever" : `until ${clockTime(until)}`}`];
  },
  conversations: ({ conversations }, _, { clockTime }) => conversations.map((one) => conversationLine(one, clockTime)),
  members: ({ members }, _, { names }) =>
    members.map((one) => {
      if (one.verified) names.know(one.user, one.name);
      return personLine(one, one.role);
    }),
  users: ({ users }, _, { names }) =>
    users.map((one) => {
      if (one.verified) names.know(one.user, one.name);
      return personLine(one, "member");
    }),
  history: (reply, command, world) => historyLines(reply, command, world),
  search: ({ messages }, _, world) => {
    if (messages.length === 0) return ["  nothing was found"];
    return shownLines(messages.toReversed(), world);
  },
  save: ({ path, bytes }) => [safe`* saved, ${sizeOf(bytes)}: ${path}`],
  verify: (reply, _, { names }) => verifyLines(reply, names.who(reply.user, reply.name)),
  trust: (_, { user, verified }) => [safe`* @${user} is ${verified ? "verified now" : "not verified any more"}`],
  pair: (reply, _, { clockTime }) => pairLines(reply, clockTime),
  audit: (reply, { user }, { clockTime, names }) =>
    auditLines(reply, user !== undefined && names.isSelf(user) ? undefined : user, clockTime),
  admin: (reply, { request }, { clockTime }) => adminLines(request["do"], reply, clockTime),
  revoke: ({ device }) => [safe`* the device ${device.slice(0, 8)} is out`],
  devices: ({ devices }, _, { clockTime }) => {
    const whose = devices.some(({ current }) => current) ? "your" : "their";
    return devices.flatMap((one) => deviceLines(one, whose, clockTime));
  },
};

export function answerLines<K extends Command["do"]>(
  command: Of<K>,
  reply: Replies[K],
  world: AnswerWorld,
): readonly string[] {
  const teller: Tellers[K] = TELLERS[command.do];
  return teller?.(reply, command, world) ?? [];
}

/** A yes that says nothing of it would hide a name that was mistyped. */
function addedLines({ awaited, there }: Replies["add"], { user, to }: Of<"add" | "approve">): readonly string[] {
  if (there === true) return [safe`* @${user} is in it already`];
  if (awaited !== true) return [];
  return [safe`* no device of @${user} can be brought into ${to} now: they come in by themselves when they are here`];
}

/** The newest `limit` of both: what waits comes last. */
function historyLines(
  { messages, waiting = [] }: Replies["history"],
  { limit }: Of<"history">,
  world: AnswerWorld,
): readonly string[] {
  const room = Math.max(0, limit - waiting.length);
  const held = messages.slice(Math.max(0, messages.length - room));
  return [...shownLines(held, world), ...waiting.flatMap((one) => waitingLines(world, one))];
}

/** All are known before the first is shown: the digits that tell them apart count them all. */
function shownLines(messages: Replies["search"]["messages"], world: AnswerWorld): readonly string[] {
  for (const message of messages) world.shown.add(message);
  const showing = { here: world.here, digits: world.interactive };
  return messages.flatMap((message) => messageLines(world, message, showing));
}

function conversationLine(view: ConversationView, clockTime: (ms: number) => string): string {
  const { conversation, kind, members, unread, role, topic = "", muted, expire = 0, closed } = view;
  const facts = [
    counted(members, "device"),
    `${unread} unread`,
    ...(role === undefined || role === "member" ? [] : [`you are ${role}`]),
    ...(kind === "room" && view.join !== undefined ? [`comes in: ${policyOf(view)}`] : []),
    ...(muted === undefined ? [] : [muted === true ? "quiet" : `quiet until ${clockTime(muted)}`]),
    ...(expire === 0 ? [] : [`messages disappear after ${spanOf(expire)}`]),
    ...(closed === true ? ["ended"] : []),
  ];
  return safe`  ${sanitizeLine(conversation, PLACE_CHARS)}  ${facts.join(", ")}${topic === "" ? "" : `: ${topic}`}`;
}

/**
 * By the digits that the other commands take. What one's own are called is shorter than what the certificate says. Who vouches for it has
 * a line of its own.
 */
function deviceLines(view: DeviceView, whose: Whose, clockTime: (ms: number) => string): readonly string[] {
  const { device, name, user, label, added, until, verified, revoked = false, current, how } = view;
  const facts = [
    ...(current ? ["this one"] : []),
    ...(added === undefined ? [] : [`since ${clockTime(added)}`]),
    ...(revoked ? ["put out"] : [`certified until ${clockTime(until)}`, ...(verified ? [] : ["not proved"])]),
  ];
  const called = label ?? `${sanitizeLine(name)} (@${user})`;
  const more = [...(how === undefined ? [] : [vouchedWords(view, whose)]), ...provedFacts(view)];
  return [
    [safe`  ${device.slice(0, 8)}  ${called}`, ...facts].join(", "),
    ...more.map((fact) => `${" ".repeat(DEVICE_INDENT)}${fact}`),
  ];
}

function personLine(view: MemberView | UserView, role: string): string {
  const { user, name, online, devices, verified, trusted } = view;
  const facts = [
    ...(role === "member" ? [] : [role]),
    online ? "online" : "offline",
    counted(devices, "device"),
    ...(trusted === true ? ["verified"] : []),
    ...(verified ? [] : ["name not proved"]),
    ...provedFacts(view),
  ];
  return `  ${sanitizeLine(name)} (@${sanitizeLine(user)})  ${facts.join(", ")}`;
}

/** The address of the certificate, and the key that was proved with it. */
function provedFacts({ email, openpgp }: ProvedView): readonly string[] {
  if (email === undefined) return [];
  const address = sanitizeLine(email);
  return [openpgp === undefined ? address : safe`${address} by the OpenPGP key ${openpgp}`];
}

function verifyLines(reply: Replies["verify"], who: string): readonly string[] {
  const { user, safetyNumber, verified, qr = [] } = reply;
  const groups = safetyNumber.split(" ");
  const rows = Array.from({ length: Math.ceil(groups.length / IN_A_ROW) }, (_, row) =>
    groups.slice(IN_A_ROW * row, IN_A_ROW * (row + 1)).join(" "),
  );
  return [
    safe`  you and ${who}${verified ? ", verified:" : ", not verified yet:"}`,
    ...provedFacts(reply).map((fact) => `    ${fact}`),
    ...rows.map((row) => safe`    ${row}`),
    ...qr.map((row) => safe`    ${row}`),
    ...(verified ? [] : [safe`  ask them for theirs by another way; if it is the same: /trust ${user}`]),
  ];
}

function onOff(on: boolean): string {
  return on ? "on" : "off";
}
