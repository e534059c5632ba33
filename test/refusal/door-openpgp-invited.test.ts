// Invitations that name an address or an OpenPGP key, at the door of a real server: for whom they are good, what who holds one is told,
// and how much is looked up.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readCertificate } from "../../src/pki/certificate.ts";
import { armorOf } from "../../src/pgp/keys.ts";
import { administer, codeIn, DoorClock, enrol, invite, type TestInvitation } from "../kit/door.ts";
import { Applicant, setOpenpgp } from "../kit/pgp/applicant.ts";
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
  await setOpenpgp(server, { email: CHAT, servers: keys.hkp });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keys[Symbol.asyncDispose]();
  realm.remove();
});
beforeEach(() => {
  keys.clear();
  clock.turn(11 * MINUTE_MS);
});

let last = 1;
const at = (): string => {
  last += 1;
  return `127.0.2.${last}`;
};

function applicant(key: TestKey, email: string, at_ = server): Applicant {
  return new Applicant(at_, clock, { key, email, from: at() });
}

/** A key that is published, its holder, and an invitation. */
async function invited(email: string, given?: object): Promise<{ one: Applicant; key: TestKey; code: string }> {
  const key = await goodKey(email);
  await keys.add(key.shown);
  const { code } = await invite(server, { lastsMs: 2 * 3_600_000, ...(given ?? { email }) });
  return { one: applicant(key, email), key, code };
}

describe("an invitation that names an address", () => {
  test("is good for its holder, who is told whom the server asks", async () => {
    const { one, code } = await invited("ada@example.net");
    keys.mood = "silent";
    const { fields } = await one.start({ code });
    const first = await one.post("look", { ticket: fields["ticket"], seen: 0 });
    expect(first.fields).toEqual({ state: "looking", lines: [`asking ${keys.hkp}`] });
    expect((await one.look(fields["ticket"])).code).toBe("pgp-source-failed");
    keys.mood = "honest";
    expect((await one.comesIn({ start: { code } })).fields["user"]).toBe("ada");
    expect((await one.begin({ code })).code).toBe("invitation-refused");
  });

  test("is not good for another address", async () => {
    const { code } = await invited("bob@example.net");
    const { one } = await invited("eve@example.net");
    expect((await one.begin({ code })).code).toBe("openpgp-not-meant");
  });

  test("its holder is told what is wrong with the key", async () => {
    const { one, code } = await invited("two@example.net");
    await keys.add((await goodKey("two@example.net")).shown);
    const ambiguous = await one.begin({ code });
    expect(ambiguous.code).toBe("pgp-ambiguous");
    expect(JSON.stringify(ambiguous.fields)).toMatch(/[0-9A-F]{40}, [0-9A-F]{40}/);
    keys.clear();
    expect((await one.begin({ code })).code).toBe("pgp-not-found");
    await keys.add((await badKey("expired", "two@example.net")).shown);
    expect((await one.begin({ code })).code).toBe("pgp-unusable");
    keys.mood = "broken";
    expect((await one.begin({ code })).code).toBe("pgp-source-failed");
  });

  test("an invitation that names nobody is not one for any address", async () => {
    const { one, code } = await invited("carl@example.net", {});
    expect((await one.begin({ code })).code).toBe("openpgp-not-meant");
  });
});

describe("an invitation that names a key", () => {
  test("is good only with the proof of that key, and not by its code alone", async () => {
    const { one, key, code } = await invited("dan@example.net", { openpgp: "00".repeat(20) });
    expect((await one.comesIn({ start: { code } })).code).toBe("pgp-not-found");
    const pinned = await invite(server, { user: "dan", openpgp: grouped(key.fingerprint) });
    const alone = await enrol(server, { code: pinned.code, from: at() });
    expect([alone.status, codeIn(alone)]).toEqual([400, "openpgp-needed"]);
    expect((await one.comesIn({ start: { code: pinned.code } })).fields["user"]).toBe("dan");
  });

  test("two keys for the address are no matter then", async () => {
    const { one, key } = await invited("ed@example.net");
    await keys.add((await goodKey("ed@example.net")).shown);
    const { code } = await invite(server, { user: "ed", openpgp: key.fingerprint });
    expect((await one.comesIn({ start: { code } })).status).toBe(200);
  });

  test("a key that comes along is believed where its fingerprint is named, and no key server is asked", async () => {
    const { one, key } = await invited("flo@example.net");
    const other = await goodKey("flo@example.net");
    const { code } = await invite(server, { user: "flo", email: "flo@example.net", openpgp: key.fingerprint });
    keys.mood = "silent";
    const armored = await armorOf(key.key);
    expect((await one.begin({ code, key: await armorOf(other.key) })).code).toBe("openpgp-other-pin");
    expect((await one.begin({ code, key: "-----BEGIN" })).code).toBe("pgp-malformed");
    expect((await one.comesIn({ start: { code, key: armored } })).fields["user"]).toBe("flo");
    expect(keys.asked).toEqual([]);
  });

  test("a key that comes along without a named fingerprint is nobody's word", async () => {
    const { code } = await invited("gil@example.net");
    keys.clear();
    const forged = await goodKey("gil@example.net");
    const thief = applicant(forged, "gil@example.net");
    expect((await thief.begin({ code, key: await armorOf(forged.key) })).code).toBe("pgp-not-found");
    const foreign = await invite(server, { openpgp: forged.fingerprint, email: "gil@example.net" });
    const elsewhere = applicant(await goodKey("hal@example.net"), "hal@example.net");
    expect((await elsewhere.begin({ code: foreign.code, key: await armorOf(forged.key) })).code).toBe(
      "openpgp-not-meant",
    );
  });

  test("a guest who comes again without an invitation stays a guest", async () => {
    await setOpenpgp(server, { allow: "example.net" });
    const leaseUntil = Math.floor(clock.now() / 1000) * 1000 + 30 * MINUTE_MS;
    const { one, key, code } = await invited("gast@example.net", { email: "gast@example.net", leaseUntil });
    expect((await one.comesIn({ start: { code } })).status).toBe(200);
    const again = await applicant(key, "gast@example.net").comesIn();
    const [leaf = ""] = again.fields["certificates"] as readonly string[];
    expect(readCertificate(Buffer.from(leaf, "base64")).notAfter.getTime()).toBe(leaseUntil);
    clock.turn(31 * MINUTE_MS);
    expect((await applicant(key, "gast@example.net").comesIn()).code).toBe("lease-over");
    await setOpenpgp(server, { allow: "none" });
  });

  test("that is not a fingerprint cannot be made", async () => {
    const answer = await administer(server, { do: "invite", openpgp: "0xDEADBEEF" });
    expect((answer["error"] as { code: string }).code).toBe("openpgp-fingerprint");
  });

  test("who has another key by now is somebody else until an owner names both", async () => {
    const { one, key } = await invited("ida@example.net", { user: "ida", email: "ida@example.net" });
    const { code } = await invite(server, { email: "ida@example.net" });
    expect((await one.comesIn({ start: { code } })).fields["user"]).toBe("ida");
    keys.clear();
    const newer = await goodKey("ida@example.net");
    await keys.add(newer.shown);
    const second = await invite(server, { email: "ida@example.net" });
    const again = applicant(newer, "ida@example.net");
    expect((await again.comesIn({ start: { code: second.code } })).code).toBe("openpgp-other-key");
    expect(key.fingerprint).not.toBe(newer.fingerprint);
  });
});

describe("look-ups cost others something", () => {
  test("a stranger has so many in ten minutes, and who is invited does not wait for strangers", async () => {
    await setOpenpgp(server, { allow: "example.org" });
    const key = await goodKey("many@example.org");
    const stranger = applicant(key, "many@example.org");
    const codes: (string | undefined)[] = [];
    for (let count = 0; count < 22; count += 1) codes.push((await stranger.start()).code);
    expect(codes).toContain("too-many-requests");
    const asked = keys.asked.length;
    expect((await stranger.start()).status).toBe(429);
    expect(keys.asked).toHaveLength(asked);
    const { one, code } = await invited("jo@example.net");
    one.from = stranger.from;
    expect((await one.comesIn({ start: { code } })).status).toBe(200);
    await setOpenpgp(server, { allow: "none" });
  });
});

describe("before an owner has said anything", () => {
  test("nobody comes in by OpenPGP, nobody is asked, and the door is closed", async () => {
    await using other = await testServer(realm, { doorPort: 0 }, clock);
    const shown = await administer(other, { do: "openpgp" });
    expect(shown).toMatchObject({ ok: true, allowed: [], servers: ["wkd"] });
    expect(shown["key"]).toBeUndefined();
    const key = await goodKey("kim@example.org");
    const invitation: TestInvitation = await invite(other, { email: "kim@example.org" });
    const one = applicant(key, "kim@example.org", other);
    expect((await one.begin({ code: invitation.code })).code).toBe("openpgp-off");
    expect((await one.begin()).code).toBe("openpgp-refused");
    await administer(other, { do: "withdraw", id: invitation.id });
    await expect(one.begin()).rejects.toThrow(/ECONNREFUSED/);
    await setOpenpgp(other, { email: CHAT, allow: "example.org" });
    expect((await one.start()).status).toBe(200);
  });

  test.each([
    ["a list that is none", { allow: "ada@" }, "openpgp-list"],
    ["an address that is none", { email: "chat" }, "openpgp-list"],
    ["a source that is none", { servers: "wkd ftp://keys.example.org" }, "config-pgp-source"],
    ["a field that is none", { allow: 1 }, "bad-field"],
    ["publishing nowhere", { publish: "hkp://127.0.0.1:1" }, "pgp-publish"],
  ])("%s is refused, and nothing changes", async (_, given, code) => {
    const before = await setOpenpgp(server, {});
    expect(await administer(server, { do: "openpgp", ...given })).toMatchObject({ ok: false, error: { code } });
    expect(await setOpenpgp(server, {})).toEqual(before);
  });
});

describe("the directory of a mail domain", () => {
  test("inside the own network it is asked only where the configuration says so", async () => {
    const key = await goodKey("lea@example.org");
    await keys.add(key.shown);
    const base = { advanced: keys.http, direct: keys.http };
    for (const [wkd, code] of [
      [{ base, allowPrivate: true }, undefined],
      [{ base }, "openpgp-refused"],
    ] as const) {
      await using own = await testServer(realm, { doorPort: 0, openpgp: { wkd } }, clock);
      await setOpenpgp(own, { email: CHAT, allow: "example.org" });
      const before = keys.asked.length;
      expect((await applicant(key, "lea@example.org", own).comesIn()).code).toBe(code);
      expect(keys.asked.length > before).toBe(code === undefined);
    }
  });
});

/** As gpg shows it. */
function grouped(fingerprint: string): string {
  return (fingerprint.match(/.{4}/g) ?? []).join(" ").toLowerCase();
}
