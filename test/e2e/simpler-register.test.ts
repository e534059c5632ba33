// The simpler chat, whole: register with a password, log in by a challenge, a group that one asks to join and whose admin lets in. When
// a member leaves there is another key: who has left opens nothing of what is said afterwards, with their vault and all the server has.
import { cpSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import { AccountRealm, PASSWORD } from "../kit/account-realm.ts";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { StolenVault } from "../kit/stolen-vault.ts";
import { entriesIn, inStore } from "../kit/stored.ts";

const LONG_MS = 60_000;
const NAMES = ["ada", "bea", "cyd", "dan"] as const;
type Name = (typeof NAMES)[number];
/** Where each of them chats: bea has registered on another machine. */
const HOMES: Readonly<Record<Name, string>> = { ada: "ada", bea: "bea-2", cyd: "cyd", dan: "dan" };

let realm: AccountRealm;
const clients = new Map<Name, ClientProgram>();
const clientOf = (name: Name): ClientProgram => {
  const client = clients.get(name);
  if (client === undefined) throw new Error(`${name} is not here`);
  return client;
};

async function start(name: Name): Promise<ClientProgram> {
  const client = realm.own.client(HOMES[name]);
  clients.set(name, client);
  await client.event(({ event }) => event === "ready", LONG_MS);
  return client;
}

beforeAll(async () => {
  realm = await AccountRealm.start();
  for (const name of NAMES) await realm.register(name);
  const { code, stderr } = await realm.logIn("bea", HOMES.bea);
  if (code !== 0) throw new Error(stderr);
  for (const name of NAMES) await start(name);
}, 240_000);
afterAll(async () => {
  for (const client of clients.values()) await client.end();
  await realm[Symbol.asyncDispose]();
}, LONG_MS);

// ---- a room

async function conversationOf(name: Name, room: string): Promise<Json> {
  const { conversations } = await clientOf(name).done({ do: "conversations" });
  const found = (conversations as readonly Json[]).find(({ conversation }) => conversation === room);
  if (found === undefined) throw new Error(`${name} has no ${room}`);
  return found;
}

/** Ada's, and everybody can ask to come in. */
async function founded(room: string, history: "all" | "none"): Promise<LogId> {
  await clientOf("ada").done({ do: "create", name: room, join: "ask", listed: true, history });
  for (const client of clients.values())
    await client.event(({ change, conversation }) => change === "listed" && conversation === room, LONG_MS);
  return String((await conversationOf("ada", room))["id"]) as LogId;
}

/** Ada is told of it. */
async function asks(name: Name, room: string): Promise<void> {
  expect(await clientOf(name).ask({ do: "join", to: room })).toMatchObject({ ok: true, state: "asked" });
  await clientOf("ada").event(
    ({ event, user, conversation }) => event === "asked" && user === name && conversation === room,
    LONG_MS,
  );
}

/** Ada lets them in, and they know what it is called. */
async function approves(name: Name, room: string): Promise<void> {
  await clientOf("ada").done({ do: "approve", to: room, user: name }, LONG_MS);
  await clientOf(name).event(({ change, conversation }) => change === "renamed" && conversation === room, LONG_MS);
}

/** What was told before it to anybody has come: it is said in the lobby after it. */
async function settled(text: string): Promise<void> {
  await clientOf("ada").says(text);
  for (const client of clients.values()) await client.hears(text, LONG_MS);
}

/** Whoever does not know what it is called is told its id. */
const textsIn = (name: Name, room: string, log: LogId): readonly string[] =>
  clientOf(name)
    .messages()
    .filter(({ conversation }) => conversation === room || conversation === log)
    .map(({ text }) => String(text));

it("whoever has registered logs in on another machine by a challenge: the password is never said, a wrong one gets nothing", async () => {
  expect(await realm.logIn("bea", "nowhere", "not the password at all")).toMatchObject({ code: 6, stdout: "" });
  const { server } = realm.own;
  const isIn = (line: Json): boolean => line["msg"] === "door: let in by a password" && line["user"] === "bea";
  expect(server.log().filter(isIn)).toHaveLength(1);
  expect(server.stdout.join("\n")).not.toContain(PASSWORD);
  for (const name of NAMES) expect(await clientOf(name).ask({ do: "whoami" })).toMatchObject({ ok: true, user: name });
}, 120_000);

it("nobody reads before the admin has let them in, and then they do", async () => {
  const room = "#orchard";
  const log = await founded(room, "none");
  const [ada, bea, cyd, dan] = [clientOf("ada"), clientOf("bea"), clientOf("cyd"), clientOf("dan")];
  for (const name of ["bea", "cyd", "dan"] as const) await asks(name, room);
  await ada.says("nobody is here yet", room);
  await settled("look around");
  for (const name of ["bea", "cyd", "dan"] as const) expect(textsIn(name, room, log)).toEqual([]);
  for (const name of ["bea", "dan"] as const) await approves(name, room);
  await ada.says("welcome, both of you", room);
  await bea.hears("welcome, both of you", LONG_MS);
  await dan.says("thank you", room);
  await settled("and now?");
  for (const name of ["bea", "dan"] as const)
    expect(textsIn(name, room, log)).toEqual(["welcome, both of you", "thank you"]);
  // Cyd waits; then it is a no; and there is no key of it on that machine.
  await ada.done({ do: "deny", to: room, user: "cyd" });
  await cyd.event(({ event, conversation }) => event === "denied" && conversation === room, LONG_MS);
  const outside = { ok: false, error: { code: "no-such-conversation" } };
  expect(await cyd.ask({ do: "history", to: room, limit: 50 })).toMatchObject(outside);
  expect(await cyd.ask({ do: "send", to: room, text: "let me in" })).toMatchObject(outside);
  expect(textsIn("cyd", room, log)).toEqual([]);
  await cyd.end();
  expect(hasKeys("cyd", log)).toBe(false);
  await start("cyd");
}, 180_000);

const hasKeys = (home: string, log: LogId): boolean => {
  using vault = new StolenVault(realm.file(home));
  return vault.hasKeysOf(log);
};

// ---- leaving

const [LAST, NEXT, ANSWER] = ["the key is under the third pot", "under the fifth pot now", "found it"] as const;

const copyOf = (name: Name): string => `${HOMES[name]}-copy`;

/** Everything that is on this machine, now. */
async function copied(name: Name): Promise<void> {
  await clientOf(name).end();
  cpSync(realm.file(HOMES[name]), realm.file(copyOf(name)), { recursive: true });
  await start(name);
}

/** Resolves with her last epoch. */
async function beaLeaves(room: string): Promise<number> {
  const { epoch } = await conversationOf("ada", room);
  expect(await clientOf("bea").ask({ do: "leave", to: room })).toMatchObject({ ok: true, state: "left" });
  const isGone = ({ event, user, change, conversation }: Json): boolean =>
    event === "member" && user === "bea" && change === "left" && conversation === room;
  for (const name of ["ada", "dan"] as const) await clientOf(name).event(isGone, LONG_MS);
  return Number(epoch);
}

/** What a copy makes of the three messages with all that the server has, in every way that there is. */
async function attempts(home: string, log: LogId): Promise<Readonly<Record<string, readonly string[]>>> {
  const { data } = realm.own;
  const entries = await entriesIn(data, log);
  const messages = entries.filter(({ kind }) => kind === "app");
  const writers = await inStore(data, (store) => store.devices([...new Set(messages.map(({ sender }) => sender))]));
  const chains = new Map(writers.map(({ device, certificates }) => [String(device), certificates]));
  using stolen = new StolenVault(realm.file(home));
  const ways = {
    "as it came": await stolen.reads(log, entries),
    "without the changes of the group": await stolen.reads(log, messages),
    "by the copies for newcomers": await stolen.readsCopies(log, messages, chains),
  };
  const isOne = (text: string): boolean => text === LAST || text === NEXT || text === ANSWER;
  return Object.fromEntries(Object.entries(ways).map(([way, read]) => [way, read.filter(isOne)]));
}

it("a member leaves: the epoch grows, and what is said afterwards nobody opens with what they took along; the others go on", async () => {
  const room = "#garden";
  const log = await founded(room, "all");
  for (const name of ["bea", "dan"] as const) {
    await asks(name, room);
    await approves(name, room);
  }
  await clientOf("ada").says("now we are three", room);
  for (const name of ["bea", "dan"] as const) await clientOf(name).hears("now we are three", LONG_MS);
  for (const name of ["ada", "bea", "dan"] as const) await copied(name);
  await clientOf("ada").says(LAST, room);
  await clientOf("bea").hears(LAST, LONG_MS);
  const hers = await beaLeaves(room);
  for (const name of ["ada", "dan"] as const) expect((await conversationOf(name, room))["epoch"]).toBeGreaterThan(hers);

  await clientOf("ada").says(NEXT, room);
  await clientOf("dan").hears(NEXT, LONG_MS);
  await clientOf("dan").says(ANSWER, room);
  await clientOf("ada").hears(ANSWER, LONG_MS);
  // The server gives her nothing of it.
  await settled("this is for all");
  expect(textsIn("bea", room, log)).toEqual([LAST]);
  // What she had stays hers to read.
  const { messages = [] } = await clientOf("bea").ask({ do: "history", to: room, limit: 50 });
  expect((messages as readonly Json[]).map(({ text }) => text).slice(-2)).toEqual(["now we are three", LAST]);
  expect(await clientOf("bea").ask({ do: "send", to: room, text: "nobody" })).toMatchObject({ ok: false });

  // And if it did: her copy opens what was said while she was in, and nothing of after; what she has now, nothing at all.
  await clientOf("bea").end();
  await realm.own.stop();
  expect(await attempts(copyOf("bea"), log)).toEqual({
    "as it came": [LAST],
    "without the changes of the group": [LAST],
    "by the copies for newcomers": [LAST],
  });
  expect(hasKeys(HOMES.bea, log)).toBe(false);
  // It is all there: such a copy of one who stayed opens all of it. (Nobody follows a change of the group that they made themselves.)
  const stayed = [await attempts(copyOf("ada"), log), await attempts(copyOf("dan"), log)];
  expect(stayed.map((ways) => ways["as it came"])).toContainEqual([LAST, NEXT, ANSWER]);

  await realm.own.start();
  await clientOf("dan").says("and we go on", room);
  await clientOf("ada").hears("and we go on", LONG_MS);
}, 240_000);
