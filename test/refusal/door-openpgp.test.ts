// Coming in by OpenPGP at the door of a real server: what a stranger learns, what who is invited learns, and what is no proof.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { administer, DoorClock, invite, logged } from "../kit/door.ts";
import { Applicant, entriesOf, type Reply, setOpenpgp } from "../kit/pgp/applicant.ts";
import { KeyServer } from "../kit/pgp/key-server.ts";
import { badKey, goodKey, type TestKey } from "../kit/pgp/keys.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const MINUTE_MS = 60_000;
const CHAT = "chat@example.org";

let realm: TestRealm;
let server: TestServer;
let keys: KeyServer;
const clock = new DoorClock();
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  keys = await KeyServer.start();
  server = await testServer(realm, { doorPort: 0, openpgp: { timeoutMs: 400 } }, clock);
  await setOpenpgp(server, { email: CHAT, allow: "example.org eve@example.com", servers: keys.hkp });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keys[Symbol.asyncDispose]();
  realm.remove();
});
beforeEach(() => {
  keys.clear();
  // Each test has a window of look-ups of its own.
  clock.turn(11 * MINUTE_MS);
});

let last = 1;
/** Of an address that was never wrong, on the network and in the mail. */
function applicant(key: TestKey, email: string): Applicant {
  last += 1;
  return new Applicant(server, clock, { key, email, from: `127.0.1.${last}` });
}

/** With a key that is published. */
async function published(email: string): Promise<{ readonly one: Applicant; readonly key: TestKey }> {
  const key = await goodKey(email);
  await keys.add(key.shown);
  return { one: applicant(key, email), key };
}

const refusal = ({ status, fields }: Reply): unknown => ({ status, error: fields["error"] });

describe("what a stranger learns", () => {
  test("one sentence, whatever is wrong; the log has the reason", async () => {
    const good = await goodKey("mallory@example.net");
    await keys.add(good.shown);
    const notAllowed = await applicant(good, "mallory@example.net").begin();
    const unknown = await applicant(good, "nobody@example.org").begin();
    for (const _ of [1, 2]) await keys.add((await goodKey("two@example.org")).shown);
    const ambiguous = await applicant(good, "two@example.org").begin();
    await keys.add((await badKey("revoked", "old@example.org")).shown);
    const revoked = await applicant(good, "old@example.org").begin();
    keys.mood = "silent";
    const silent = await applicant(good, "any@example.org").begin();
    keys.mood = "redirecting";
    const redirected = await applicant(good, "any@example.org").begin();
    const all = [notAllowed, unknown, ambiguous, revoked, silent, redirected].map(refusal);
    expect(notAllowed.code).toBe("openpgp-refused");
    expect(all).toEqual(all.map(() => refusal(notAllowed)));
    expect(JSON.stringify(all)).not.toMatch(/example|key server|[0-9A-F]{16}/);
    const reasons = server.lines.map(({ fields }) => String(fields["reason"])).join("\n");
    for (const why of [
      "is not among those",
      "there is no OpenPGP key",
      "there are 2 OpenPGP keys",
      "revoked",
      "no answer within",
      "not followed",
    ])
      expect(reasons).toContain(why);
  });

  test("no name of a source while it looks", async () => {
    const { one } = await published("quiet@example.org");
    keys.mood = "slow";
    const { fields } = await one.start();
    const first = await one.post("look", { ticket: fields["ticket"] });
    expect([first.fields["lines"], first.code]).toEqual([undefined, "openpgp-refused"]);
    expect(keys.asked.length).toBeGreaterThan(0);
  });

  test("a domain stands for its own addresses only, an address for itself", async () => {
    for (const email of ["a@sub.example.org", "a@example.org.example.net", "adam@example.com", "eve@example.net"]) {
      const { one } = await published(email);
      expect([email, (await one.begin()).code]).toEqual([email, "openpgp-refused"]);
    }
    const { one } = await published("eve@example.com");
    one.from = "127.0.1.250";
    expect((await one.comesIn()).status).toBe(200);
  });

  test("a wrong code waits like every wrong code, and nothing is looked up", async () => {
    const { one } = await published("guess@example.org");
    const before = logged(server, "door: wrong").length;
    expect((await one.begin({ code: "A".repeat(22) })).code).toBe("invitation-refused");
    expect(logged(server, "door: wrong")).toHaveLength(before + 1);
    expect(keys.asked).toEqual([]);
  });
});

describe("who is allowed without an invitation", () => {
  test("comes in; the log, the certificate and the account say by which key", async () => {
    const { one, key } = await published("ada@example.org");
    const { status, fields } = await one.comesIn();
    expect([status, fields["user"]]).toEqual([200, "ada"]);
    const [leaf = ""] = fields["certificates"] as readonly string[];
    const { altNames } = readCertificate(Buffer.from(leaf, "base64"));
    expect(altNames).toContainEqual({ kind: "email", value: "ada@example.org" });
    const entry = (await entriesOf(server)).find((each) => each.kind === "issued" && each.user === "ada");
    expect(entry).toMatchObject({ how: "openpgp", pgp: key.fingerprint, email: "ada@example.org" });
  });

  test("the same key is the same user, with another device; another key for the address is not, until an owner says so", async () => {
    const { one, key } = await published("bea@example.org");
    expect((await one.comesIn()).fields["user"]).toBe("bea");
    const again = applicant(key, "BEA@Example.org");
    const second = await again.comesIn({ finish: { user: "somebody" } });
    expect([second.status, second.fields["user"]]).toEqual([200, "bea"]);
    keys.clear();
    const { one: thief, key: newKey } = await published("bea@example.org");
    expect((await thief.comesIn()).code).toBe("openpgp-other-key");
    const { code } = await invite(server, { user: "bea", email: "bea@example.org", openpgp: newKey.fingerprint });
    const invited = await thief.comesIn({ start: { code } });
    expect([invited.status, invited.fields["user"]]).toEqual([200, "bea"]);
  });

  test("a lost answer is given once more to the same key of the same person, and to nobody else", async () => {
    const { one } = await published("cut@example.org");
    const first = await one.comesIn();
    const again = await one.comesIn();
    expect(again.fields).toEqual(first.fields);
  });

  test("who is disabled does not come in by the key that was good", async () => {
    const { one } = await published("dis@example.org");
    expect((await one.comesIn()).status).toBe(200);
    expect(await administer(server, { do: "disable", user: "dis" })).toMatchObject({ ok: true });
    expect((await one.comesIn()).code).toBe("account-disabled");
  });

  test("a name that is taken may be another one, with the same proof; not for ever", async () => {
    const { one } = await published("alice@example.org");
    const taken = await published("zoe@example.org");
    expect((await taken.one.comesIn({ finish: { user: "zoe" } })).status).toBe(200);
    const sealed = await one.begin();
    const answer = await one.answer(sealed);
    for (let count = 0; count < 7; count += 1)
      expect((await one.finish(sealed.ticket, answer, { user: "zoe" })).code).toBe("user-taken");
    expect((await one.finish(sealed.ticket, answer, { user: "alice-o" })).fields["user"]).toBe("alice-o");
    expect((await one.finish(sealed.ticket, answer, { user: "alice-p" })).code).toBe("openpgp-ticket");
  });

  test("an allowance that is taken back between the challenge and the answer", async () => {
    const { one } = await published("late@example.org");
    const sealed = await one.begin();
    await setOpenpgp(server, { allow: "eve@example.com" });
    expect((await one.finish(sealed.ticket, await one.answer(sealed))).code).toBe("openpgp-refused");
    await setOpenpgp(server, { allow: "example.org eve@example.com" });
  });
});

describe("what is no proof", () => {
  test("a signature by another key, on another challenge, or none: the ticket is gone", async () => {
    const { one, key } = await published("dora@example.org");
    const other = await goodKey("dora@example.org");
    const elsewhere = await one.begin();
    const replayed = await one.answer(elsewhere);
    const wrongs = [
      async (sealed: Reply) => one.answer(sealed, other),
      async () => replayed,
      async () => "no signature",
      async () => key.shown,
    ];
    for (const wrong of wrongs) {
      const sealed = await one.begin();
      expect((await one.finish(sealed.ticket, await wrong(sealed))).code).toBe("pgp-proof");
      expect((await one.finish(sealed.ticket, await one.answer(sealed))).code).toBe("openpgp-ticket");
    }
  });

  test("an answer that was used, one that comes too late, one before the challenge, one for no ticket", async () => {
    const { one } = await published("emil@example.org");
    const sealed = await one.begin();
    const answer = await one.answer(sealed);
    expect((await one.finish(sealed.ticket, answer)).status).toBe(200);
    expect((await one.finish(sealed.ticket, answer)).code).toBe("openpgp-ticket");
    const slow = await one.begin();
    const late = await one.answer(slow);
    clock.turn(10 * MINUTE_MS);
    expect((await one.finish(slow.ticket, late)).code).toBe("openpgp-ticket");
    expect((await one.look(slow.ticket)).code).toBe("openpgp-ticket");
    expect((await one.finish("nobody", late)).code).toBe("openpgp-ticket");
    keys.mood = "silent";
    const { fields } = await one.start();
    expect((await one.finish(String(fields["ticket"]), late)).code).toBe("openpgp-ticket");
  });

  test("two answers at once: one certificate", async () => {
    const { one } = await published("both@example.org");
    const sealed = await one.begin();
    const answer = await one.answer(sealed);
    const replies = await Promise.all([one.finish(sealed.ticket, answer), one.finish(sealed.ticket, answer)]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  test("a host that is not this server's, a request that proves no key, and what is not understood", async () => {
    const { one } = await published("finn@example.org");
    expect((await one.start({ server: "evil.example.org" })).code).toBe("openpgp-host");
    expect((await one.start({ request: Buffer.from("none").toString("base64") })).code).toMatch(/^request-/);
    expect((await one.start({ request: "?" })).code).toBe("bad-field");
    expect((await one.start({ email: "no address" })).code).toBe("pgp-malformed");
    expect((await one.start({ colour: "red" })).code).toBe("bad-field");
    // Of another of these places.
    expect((await one.start({ ticket: "x" })).code).toBe("bad-field");
    expect((await one.post("look", { ticket: "x", answer: "x" })).code).toBe("bad-field");
    expect((await one.start({ email: ["finn@example.org"] })).code).toBe("bad-field");
    expect((await one.post("look", {})).code).toBe("bad-field");
    expect((await one.post("look", { ticket: "x", seen: -1 })).code).toBe("bad-field");
    expect((await one.post("start", "[]")).code).toBe("bad-request");
    expect((await one.post("start", "{}", "text/plain")).code).toBe("bad-request");
    expect((await one.post("begin", {})).status).toBe(404);
    expect(keys.asked).toEqual([]);
  });
});
