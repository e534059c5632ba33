// The simpler chat, whole: a user and a password; the server keeps the conversation as ciphertext only, and another machine has all of
// it by the password alone, when the first machine is gone and nobody else is online.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import { decodeMessage } from "../../src/mls/bytes.ts";
import { openEnvelope } from "../../src/mls/envelope.ts";
import { AccountRealm, PASSWORD } from "../kit/account-realm.ts";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { formsOf } from "../kit/forms.ts";
import { entriesIn } from "../kit/stored.ts";
import { foundIn } from "../kit/vault.ts";

const LONG_MS = 60_000;
const WAIT = { timeout: LONG_MS, interval: 200 };
const ROOM = "ledger-of-lighthouses";
const TOPIC = "zwischen Ebbe und Flut";
const SAID = [
  ["eve", "the lamp of Alexandria burned cypress wood"],
  ["fay", "then who carried it up, thirty storeys?"],
  ["eve", "mules: übrigens eight at a time"],
] as const;
/** What nobody but the three of them may read. */
const SECRETS = [ROOM, TOPIC, PASSWORD, ...SAID.map(([, text]) => text)];

let realm: AccountRealm;
let room: LogId;
/** What eve's first machine showed of it. */
let shown: readonly Json[];

const asShown = ({ from, text, message, seq }: Json): Json => ({ user: (from as Json)["user"], text, message, seq });
const historyOf = async (client: ClientProgram): Promise<readonly Json[]> =>
  (await client.history(`#${ROOM}`)).map((line) => asShown(line));

/** Eve and fay talk; in the end the server has the keys of the room's archive, sealed under eve's password. */
async function talk(): Promise<void> {
  await using eve = realm.own.client("eve");
  await using fay = realm.own.client("fay");
  await Promise.all([eve.ready(), fay.ready()]);
  await eve.done({ do: "create", name: ROOM, join: "invite", history: "all" });
  await eve.done({ do: "topic", to: `#${ROOM}`, text: TOPIC });
  await eve.done({ do: "add", to: `#${ROOM}`, user: "fay" });
  await fay.event((one) => one["event"] === "conversation" && one["conversation"] === `#${ROOM}`, LONG_MS);
  for (const [user, text] of SAID) {
    await (user === "eve" ? eve : fay).says(text, `#${ROOM}`);
    for (const client of [eve, fay]) await client.hears(text, LONG_MS);
  }
  await isLaidBy(() => eve.done({ do: "policy", to: `#${ROOM}`, join: "ask" }));
  shown = await historyOf(eve);
  const { conversations } = await eve.done({ do: "conversations" });
  room = (conversations as readonly Json[]).find(({ conversation }) => conversation === `#${ROOM}`)?.["id"] as LogId;
}

/** `change` makes another epoch: soon after it a client replaces the keys that are laid by, and all of before are among them. */
async function isLaidBy(change: () => Promise<unknown>): Promise<void> {
  const { server } = realm.own;
  const before = server.log().length;
  await change();
  await server.until(() => {
    const asked = server
      .log()
      .slice(before)
      .filter(({ path, status }) => path === "/mutual/v1/vault" && status === 200);
    const begun = asked.findIndex(({ method }) => method === "GET");
    return begun !== -1 && asked.slice(begun).some(({ method }) => method === "POST") ? true : undefined;
  }, LONG_MS);
}

beforeAll(async () => {
  realm = await AccountRealm.start();
  await realm.register("eve");
  await realm.own.joined(await realm.own.invite("fay"), "fay");
  await talk();
  // Her machine is gone, and nobody is online from now on.
  rmSync(realm.file("eve"), { recursive: true });
}, 180_000);
afterAll(() => realm[Symbol.asyncDispose](), LONG_MS);

it("what is looked for is found in every form in which it could lie there", () => {
  const folder = realm.file("forms");
  mkdirSync(folder);
  const text = ROOM;
  for (const [name, before] of ["", "a", "ab"].entries()) {
    const bytes = Buffer.from(`${before}${text} and more`);
    for (const encoding of ["base64", "base64url", "hex"] as const)
      writeFileSync(join(folder, `${encoding}-${name}`), bytes.toString(encoding));
  }
  writeFileSync(join(folder, "upper"), Buffer.from(text).toString("hex").toUpperCase());
  writeFileSync(join(folder, "utf8"), `"${text}"`);
  writeFileSync(join(folder, "utf16"), `"${text}"`, "utf16le");
  const found = foundIn(folder, formsOf(text)).map((line) => line.slice(0, line.indexOf(":")));
  expect(new Set(found)).toEqual(new Set(readdirSync(folder)));
});

it("the server keeps it as ciphertext only", async () => {
  const said = realm.own.server.stdout.join("\n");
  await realm.own.stop();
  const entries = await entriesIn(realm.own.data, room);
  const kept = new Map(entries.map((entry) => [String(entry.mid), entry]));
  expect(shown.map(({ user, text }) => [user, text])).toEqual(SAID);
  for (const { message, text } of shown) {
    const entry = kept.get(String(message));
    if (entry === undefined) throw new Error(`the server does not have: ${String(text)}`);
    const sealed = openEnvelope(entry.body);
    expect([entry.kind, decodeMessage(sealed.message).wireformat]).toEqual(["app", "mls_private_message"]);
    expect(sealed.copy?.length).toBeGreaterThan(String(text).length);
  }
  for (const secret of SECRETS) {
    expect(foundIn(realm.own.data, formsOf(secret))).toEqual([]);
    expect(said).not.toContain(secret);
  }
  await realm.own.start();
});

it("a wrong password gets nothing: no device, no key, no name", async () => {
  const ran = await realm.logIn("eve", "thief", "mules by the dozen, I guess");
  expect(ran).toEqual({
    code: 6,
    stdout: "",
    stderr: expect.stringMatching(/^error: the name or the password is wrong\nhint: /) as string,
  });
  expect(realm.asked("login/finish")).toBe(0);
  const left = existsSync(realm.file("thief")) ? readdirSync(realm.file("thief"), { recursive: true }) : [];
  expect(left).toEqual([]);
  await using client = realm.own.client("thief");
  expect(await client.exited).toMatchObject({ code: 3 });
  expect(client.stdout).toEqual([]);
});

it("the right one brings it to an empty machine, all of it, each message once and by whom it was", async () => {
  expect(await realm.logIn("eve", "elsewhere")).toMatchObject({ code: 0, stderr: "" });
  await using eve = realm.own.client("elsewhere");
  await eve.event(({ event }) => event === "ready", LONG_MS);
  await expect.poll(() => eve.history(`#${ROOM}`).catch(() => []), WAIT).toHaveLength(SAID.length);
  expect(await historyOf(eve)).toEqual(shown);
  for (const { from } of await eve.history(`#${ROOM}`)) expect(from).toMatchObject({ verified: true });
  expect(eve.said().filter(({ event }) => event === "alarm")).toEqual([]);
  // And it goes on: who comes back later reads what is said from here.
  await eve.says("I lost a machine, and not a word", `#${ROOM}`);
  await using fay = realm.own.client("fay");
  expect(await fay.hears("I lost a machine, and not a word", LONG_MS)).toMatchObject({ from: { user: "eve" } });
}, 180_000);
