// What a look-up must refuse: sources that misbehave, hosts inside our network, keys that are not the address's or cannot be used.

import { once } from "node:events";
import { createServer as createSecureServer } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../src/model/fault.ts";
import { resolveHost } from "../../src/pgp/get.ts";
import { parseFingerprint } from "../../src/pgp/keys.ts";
import { lookUp, type LookupWish } from "../../src/pgp/lookup.ts";
import type { Source } from "../../src/pgp/source.ts";
import { selfSigned } from "../kit/pgp/self-signed.ts";
import { KeyServer, type Mood } from "../kit/pgp/key-server.ts";
import { badKey, endedId, goodKey, withForeignId, withForgedId, type Flaw, type TestKey } from "../kit/pgp/keys.ts";
import { faultOf } from "../kit/pgp/refusal.ts";

const ADA = "ada@example.org";
let server: KeyServer;
let other: KeyServer;
let ada: TestKey;
beforeAll(async () => {
  server = await KeyServer.start();
  other = await KeyServer.start();
  ada = await goodKey(ADA);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});
beforeEach(() => {
  server.clear();
  other.clear();
});

const hkp = (one: KeyServer): Source => ({ kind: "hkp", url: one.hkp });

function ask(more: Partial<LookupWish> = {}): Promise<unknown> {
  return lookUp({ email: ADA, nowMs: Date.now(), sources: [hkp(server)], ...more });
}

function refused(more: Partial<LookupWish> = {}): Promise<Fault> {
  return faultOf(ask(more));
}

const MISBEHAVIOUR: readonly (readonly [mood: Mood, why: RegExp, timeoutMs: number])[] = [
  ["silent", /no answer within 0.3 seconds/, 300],
  ["slow", /no answer within 0.3 seconds/, 300],
  ["huge", /its answer is larger than 262144 bytes/, 10_000],
  ["redirecting", /another address/, 10_000],
  ["garbage", /not a key/, 10_000],
  ["broken", /status 500/, 10_000],
];
test.each(MISBEHAVIOUR)("a source that is %s has failed, and says why", async (mood, why, timeoutMs) => {
  await server.add(ada.shown);
  await ask();
  server.mood = mood;
  const before = server.asked.length;
  const fault = await refused({ timeoutMs });
  expect(fault.code).toBe("pgp-source-failed");
  expect(fault.message).toContain(server.hkp);
  expect(fault.message).toMatch(why);
  // Neither followed nor tried again.
  expect(server.asked).toHaveLength(before + 1);
});

test("a source that nobody listens at, and one that cuts every connection", async () => {
  const probe = createServer((socket) => socket.resetAndDestroy()).listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  const sources: Source[] = [{ kind: "hkp", url: `hkp://127.0.0.1:${port}` }];
  expect((await refused({ sources })).code).toBe("pgp-source-failed");
  probe.close();
  await once(probe, "close");
  expect((await refused({ sources })).code).toBe("pgp-source-failed");
});

test("all sources failed: all are named; one was asked in vain: not found is not said", async () => {
  server.mood = "broken";
  other.mood = "garbage";
  const all = await refused({ sources: [hkp(server), hkp(other)] });
  expect(all.code).toBe("pgp-source-failed");
  expect(all.message).toContain(server.hkp);
  expect(all.message).toContain(other.hkp);
  other.mood = "honest";
  expect((await refused({ sources: [hkp(server), hkp(other)] })).code).toBe("pgp-source-failed");
});

test("nobody has it", async () => {
  expect((await refused({ sources: [hkp(server), hkp(other)] })).code).toBe("pgp-not-found");
  expect((await refused({ sources: [] })).code).toBe("pgp-not-found");
});

test("two keys for the address: both are listed, and no other source is asked", async () => {
  const second = await goodKey(ADA);
  await server.add(ada.shown, second.shown);
  await other.add(ada.shown);
  const fault = await refused({ sources: [hkp(server), hkp(other)] });
  expect(fault.code).toBe("pgp-ambiguous");
  expect(fault.message).toContain(ada.fingerprint);
  expect(fault.message).toContain(second.fingerprint);
  expect(other.asked).toEqual([]);
});

test("a pinned key that the source does not have is not replaced by the one it has", async () => {
  await server.add((await goodKey(ADA)).shown);
  server.mood = "everything";
  expect((await refused({ pinned: parseFingerprint(ada.fingerprint) })).code).toBe("pgp-not-found");
});

test("a pinned key of another address", async () => {
  const bob = await goodKey("bob@example.org");
  await server.add(bob.shown);
  expect((await refused({ pinned: parseFingerprint(bob.fingerprint) })).code).toBe("pgp-not-found");
});

const FLAWS: readonly (readonly [flaw: Flaw, why: RegExp])[] = [
  ["expired", /expired on \d{4}-\d\d-\d\d/],
  ["revoked", /revoked/],
  ["no-encryption", /encryption key/],
  ["no-signing", /signing key/],
  ["weak", /1024 bits/],
];
test.each(FLAWS)("a key that is %s: refused, and a source after this cannot outvote it", async (flaw, why) => {
  const key = await badKey(flaw, ADA);
  await server.add(key.shown);
  await other.add(ada.shown);
  const fault = await refused({ sources: [hkp(server), hkp(other)] });
  expect(fault.code).toBe("pgp-unusable");
  expect(fault.message).toContain(key.fingerprint);
  expect(fault.message).toMatch(why);
  expect(other.asked).toEqual([]);
});

test("a key is judged at the time that is handed in", async () => {
  const key = await badKey("expired", ADA);
  await server.add(key.shown);
  await ask({ nowMs: key.key.createdMs + 3_600_000 });
  expect((await refused({ nowMs: key.key.createdMs - 3_600_000 })).code).toBe("pgp-not-found");
});

test("an address that the key did not sign, or took back, is not its address", async () => {
  const eve = await withForeignId(await goodKey("eve@example.org"), ada);
  const before = await badKey("revoked-id", ADA, "lovelace@example.net");
  const twins = await goodKey("ada@example.organic", "xada@example.org", "ada@example.org.example.net");
  const mallory = await withForgedId(await goodKey("mallory@example.org"), ADA);
  const ended = await endedId(ADA);
  await server.add(eve.shown, before.shown, twins.shown, mallory.shown, ended.shown);
  server.mood = "everything";
  expect((await refused()).code).toBe("pgp-not-found");
  // Yet it was its address while the second statement was not made, and the first one is still there.
  const nowMs = ended.key.createdMs + 3_600_000;
  expect(await lookUp({ email: ADA, nowMs, sources: [hkp(server)] })).toMatchObject({
    key: { fingerprint: ended.fingerprint },
  });
  expect((await refused({ email: "eve@example.org", pinned: parseFingerprint(ada.fingerprint) })).code).toBe(
    "pgp-not-found",
  );
});

test("no address", async () => {
  expect((await refused({ email: "ada" })).code).toBe("pgp-malformed");
});

test("a look-up that is stopped ends with the reason, before and while a source is asked", async () => {
  const reason = new Error("enough");
  await expect(ask({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(server.asked).toEqual([]);
  server.mood = "silent";
  const stop = new AbortController();
  const asking = ask({ signal: stop.signal, onProgress: () => setImmediate(() => stop.abort(reason)) });
  await expect(asking).rejects.toBe(reason);
});

test("a name server that never answers is a time-out", async () => {
  const resolve = (): Promise<readonly string[]> => new Promise(() => undefined);
  const fault = await refused({ sources: [{ kind: "wkd" }], timeoutMs: 50, resolve });
  expect(fault.code).toBe("pgp-source-failed");
  expect(fault.message).toContain("no answer within 0.05 seconds");
});

test.each([
  [["127.0.0.1"]],
  [["::1"]],
  [["10.0.0.7"]],
  [["169.254.169.254"]],
  [["::ffff:127.0.0.1"]],
  [["fd00::1"]],
  [["1.1.1.1", "127.0.0.1"]],
])("a domain that leads to %s is not asked", async (addresses) => {
  await server.add(ada.shown);
  const base = { advanced: `http://wkd.test:${server.port}`, direct: `http://wkd.test:${server.port}` };
  const asked: string[] = [];
  const resolve = async (host: string): Promise<readonly string[]> => [asked.push(host), addresses][1] as string[];
  const fault = await refused({ sources: [{ kind: "wkd", base }], resolve });
  expect(fault.code).toBe("pgp-source-failed");
  expect(fault.message).toContain("not a public address");
  expect([asked, server.asked]).toEqual([["wkd.test"], []]);
});

test("an address in place of a name is guarded as well, and localhost by the system's own answer", async () => {
  await server.add(ada.shown);
  for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"]) {
    const base = { advanced: `http://${host}:${server.port}`, direct: `http://${host}:${server.port}` };
    const fault = await refused({ sources: [{ kind: "wkd", base }], resolve: resolveHost });
    expect(fault.message).toContain("not a public address");
  }
  expect(server.asked).toEqual([]);
});

test("the connection goes to the address that was checked: a second answer cannot differ", async () => {
  await server.add(ada.shown);
  // The first answer is the test's server; any further one leads nowhere.
  const answers = [["127.0.0.1"]];
  const resolve = async (): Promise<readonly string[]> => answers.shift() ?? ["192.0.2.1"];
  const base = { advanced: `http://wkd.test:${server.port}`, direct: "http://wkd.test" };
  await ask({ sources: [{ kind: "wkd", base, allowPrivate: true }], resolve });
  expect([answers, server.asked.length]).toEqual([[], 1]);
});

test("a page under a certificate that no public authority signed", async () => {
  const { key, cert } = selfSigned("wkd.test");
  const secure = createSecureServer({ key, cert }, (_request, response) => response.end(ada.key.bytes));
  secure.listen(0, "127.0.0.1");
  await once(secure, "listening");
  const { port } = secure.address() as AddressInfo;
  const base = { advanced: `https://wkd.test:${port}`, direct: `https://wkd.test:${port}` };
  const source: Source = { kind: "wkd", base, allowPrivate: true };
  const fault = await refused({ sources: [source], resolve: async () => ["127.0.0.1"] });
  expect(fault.code).toBe("pgp-source-failed");
  expect(fault.message).toMatch(/self.signed certificate/);
  secure.closeAllConnections();
  secure.close();
  await once(secure, "close");
});
