// `chat-server users`, `user`, `rename`, `role`, `disable`, `enable`, `devices`, `conversations`: who and what is there, and what becomes of it.
import type { OwnCommand } from "./cli.ts";
import { administer, type Answer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { bytes, counted, day, facts, table, time } from "./server-words.ts";

type Name = "users" | "user" | "rename" | "role" | "disable" | "enable" | "devices" | "conversations";
export type PeopleCommand = Extract<OwnCommand<typeof SERVER_COMMANDS>, { readonly name: Name }>;

interface UserRow {
  readonly user: string;
  readonly name: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly deviceCount: number;
  readonly email?: string;
  readonly openpgp?: string;
  readonly until?: number;
}

interface DeviceRow {
  readonly user: string;
  readonly device: string;
  readonly since: number;
  readonly until: number;
  readonly how: string;
  readonly serial: string;
  readonly connected: boolean;
  readonly revoked?: number;
}

interface ConversationRow {
  readonly conversation: string;
  readonly kind: string;
  readonly members: number;
  readonly entries: number;
  readonly bytes: number;
  readonly epoch: number;
  readonly closed: boolean;
  readonly newestAt?: number;
}

/** @throws Fault */
export async function people(command: PeopleCommand, say: Say): Promise<void> {
  const { data, json } = command.values;
  const [first = "", second = ""] = command.args;
  switch (command.name) {
    case "users": {
      const users = await wholeList<UserRow>(data, { do: "users" }, { list: "users", after: ({ user }) => user });
      return say(json ? JSON.stringify({ ok: true, users }) : userTable(users));
    }
    case "devices": {
      const given = first === "" ? { do: "devices" } : { do: "devices", user: first };
      const place = ({ user, device }: DeviceRow): string => `${user}/${device}`;
      const devices = await wholeList<DeviceRow>(data, given, { list: "devices", after: place });
      return say(json ? JSON.stringify({ ok: true, devices }) : deviceTable(devices));
    }
    case "conversations": {
      const after = ({ conversation }: ConversationRow): string => conversation;
      const list = { list: "conversations", after };
      const conversations = await wholeList<ConversationRow>(data, { do: "conversations" }, list);
      return say(json ? JSON.stringify({ ok: true, conversations }) : conversationTable(conversations));
    }
    default: {
      const answer = await administer(data, requestOf(command.name, first, second));
      return say(json ? JSON.stringify(answer) : wordsOf(command.name, answer));
    }
  }
}

function requestOf(name: Exclude<Name, "users" | "devices" | "conversations">, user: string, second: string) {
  if (name === "rename") return { do: name, user, name: second };
  if (name === "role") return { do: name, user, role: second };
  return { do: name, user };
}

function wordsOf(name: string, answer: Answer): string {
  const user = `@${String(answer["user"])}`;
  switch (name) {
    case "rename":
      return `${user} is ${String(answer["name"])} from the next certificate on: devices renew themselves in time`;
    case "role":
      return `${user} is ${String(answer["role"])} of the realm`;
    case "disable": {
      const out = (answer["revoked"] as readonly unknown[]).length;
      return `${user} does not come in any more; ${counted(out, "certificate")} revoked`;
    }
    case "enable":
      return `${user} may be invited again: chat-server invite ${user.slice(1)}`;
    default:
      return userWords(answer);
  }
}

function userWords(answer: Answer): string {
  const user = answer as unknown as UserRow & { readonly devices: readonly DeviceRow[]; readonly blobBytes: number };
  const about = facts([
    ["user", `@${user.user}`],
    ["name", user.name],
    ["role", user.disabled ? `${user.role}, disabled` : user.role],
    ["e-mail", user.email],
    ["OpenPGP", user.openpgp],
    ["files", bytes(user.blobBytes)],
    ["good until", user.until === undefined ? "no good certificate" : day(user.until)],
  ]);
  return user.devices.length === 0 ? about : `${about}\n\n${deviceTable(user.devices)}`;
}

function userTable(users: readonly UserRow[]): string {
  if (users.length === 0) return "nobody is here yet: chat-server invite makes an invitation";
  return table(
    ["USER", "ROLE", "DEVICES", "UNTIL", "NAME"],
    users.map(({ user, role, disabled, deviceCount, until, name, email }) => [
      user,
      disabled ? "disabled" : role,
      String(deviceCount),
      until === undefined ? "-" : day(until),
      email === undefined ? name : `${name} <${email}>`,
    ]),
  );
}

function deviceTable(devices: readonly DeviceRow[]): string {
  if (devices.length === 0) return "there is no device";
  return table(
    ["USER", "DEVICE", "SINCE", "UNTIL", "BY", "STATE"],
    devices.map(({ user, device, since, until, how, revoked, connected }) => [
      user,
      device.slice(0, 8),
      day(since),
      day(until),
      how,
      stateOf({ revoked, until, connected }),
    ]),
  );
}

function stateOf({ revoked, until, connected }: { revoked: number | undefined; until: number; connected: boolean }) {
  if (revoked !== undefined) return `revoked ${day(revoked)}`;
  if (connected) return "connected";
  return until < Date.now() ? "ended" : "away";
}

function conversationTable(conversations: readonly ConversationRow[]): string {
  if (conversations.length === 0) return "there is no conversation";
  return table(
    ["CONVERSATION", "KIND", "DEV", "ENTRIES", "SIZE", "EPOCH", "NEWEST"],
    conversations.map((one) => [
      one.conversation.slice(0, 16),
      one.closed ? `${one.kind} †` : one.kind,
      String(one.members),
      String(one.entries),
      bytes(one.bytes),
      String(one.epoch),
      one.newestAt === undefined ? "-" : time(one.newestAt),
    ]),
  );
}

interface Listing<T> {
  /** The name of the list in an answer. */
  readonly list: string;
  /** What the next page comes after. */
  readonly after: (last: T) => string;
}

/** Page after page. */
async function wholeList<T>(data: string, given: Answer, { list, after }: Listing<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const answer = await administer(data, last === undefined ? given : { ...given, after: after(last) });
    all.push(...(answer[list] as readonly T[]));
    if (answer["more"] !== true) return all;
  }
}
