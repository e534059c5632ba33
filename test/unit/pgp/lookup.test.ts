// The look-up against key servers that behave: which source is asked, in which order, and what is taken from its answer.

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseAddress } from "../../../src/pgp/address.ts";
import type { Resolve } from "../../../src/pgp/get.ts";
import { parseFingerprint } from "../../../src/pgp/keys.ts";
import { lookUp, type LookupWish } from "../../../src/pgp/lookup.ts";
import { nameOf, parseSource, serverOf, type Source } from "../../../src/pgp/source.ts";
import { wkdHash } from "../../../src/pgp/wkd.ts";
import { KeyServer } from "../../kit/pgp/key-server.ts";
import { badKey, goodKey, inOneBlock, withForeignId, type TestKey } from "../../kit/pgp/keys.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

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

function wish(sources: readonly Source[], more: Partial<LookupWish> = {}): LookupWish {
  return { email: ADA, nowMs: Date.now(), sources, ...more };
}

const hkp = (one: KeyServer): Source => ({ kind: "hkp", url: one.hkp });

/** The test's server as the Web Key Directory; the names are not known to any name server. */
function wkd(): Source {
  const base = { advanced: `http://advanced.test:${server.port}`, direct: `http://direct.test:${server.port}` };
  return { kind: "wkd", base, allowPrivate: true };
}

/** The names in `known` are this machine, the others do not exist. */
function resolver(known: readonly string[]): { readonly resolve: Resolve; readonly asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    asked.push(host);
    if (known.includes(host)) return ["127.0.0.1"];
    throw Object.assign(new Error(`no ${host}`), { code: "ENOTFOUND" });
  };
  return { resolve, asked };
}

test("a key server has the key", async () => {
  await server.add(ada.shown, (await goodKey("bob@example.org")).shown);
  const lines: string[] = [];
  const found = await lookUp(wish([hkp(server)], { onProgress: (line) => lines.push(line) }));
  expect(found).toEqual({ key: ada.key, source: server.hkp, failed: [] });
  expect(lines).toEqual([`asking ${server.hkp}`]);
  expect(server.asked).toEqual(["/pks/lookup?op=get&options=mr&exact=on&search=ada%40example.org"]);
});

test("the sources are asked in order, until one knows the address", async () => {
  await server.add((await goodKey("bob@example.org")).shown);
  await other.add(ada.shown);
  const lines: string[] = [];
  const { resolve } = resolver(["advanced.test"]);
  const sources = [wkd(), hkp(server), hkp(other), { kind: "hkp", url: "hkp://192.0.2.1" } as const];
  const found = await lookUp(wish(sources, { resolve, onProgress: (line) => lines.push(line) }));
  expect(found.source).toBe(other.hkp);
  expect(lines).toEqual(["asking WKD of example.org", `asking ${server.hkp}`, `asking ${other.hkp}`]);
});

test("the Web Key Directory: the advanced method, one question to the name server", async () => {
  await server.add(ada.shown);
  const { resolve, asked } = resolver(["advanced.test", "direct.test"]);
  const found = await lookUp(wish([wkd()], { email: "Ada@Example.org", resolve }));
  expect(found.key.fingerprint).toBe(ada.fingerprint);
  expect(server.asked).toEqual([`/.well-known/openpgpkey/example.org/hu/${wkdHash("ada")}?l=Ada`]);
  expect(asked).toEqual(["advanced.test"]);
});

test("the direct method only if the host of the advanced one does not exist", async () => {
  await server.add(ada.shown);
  const { resolve, asked } = resolver(["direct.test"]);
  expect((await lookUp(wish([wkd()], { resolve }))).key.fingerprint).toBe(ada.fingerprint);
  expect(server.asked).toEqual([`/.well-known/openpgpkey/hu/${wkdHash("ada")}?l=ada`]);
  expect(asked).toEqual(["advanced.test", "direct.test"]);
  server.mood = "broken";
  const fault = await faultOf(lookUp(wish([wkd()], { resolve: resolver(["advanced.test", "direct.test"]).resolve })));
  expect(fault.code).toBe("pgp-source-failed");
  expect(server.asked).toHaveLength(2);
});

test("neither host exists: the source has failed", async () => {
  const fault = await faultOf(lookUp(wish([wkd()], { resolve: resolver([]).resolve })));
  expect(fault.code).toBe("pgp-source-failed");
  expect(fault.message).toContain("WKD of example.org");
});

test("several keys in one block: only those of the address count", async () => {
  const eve = await withForeignId(await goodKey("eve@example.org"), ada);
  const twin = await goodKey("ada@example.organic", "xada@example.org");
  await server.add(await inOneBlock(eve, ada, twin));
  server.mood = "everything";
  expect((await lookUp(wish([hkp(server)]))).key.fingerprint).toBe(ada.fingerprint);
});

test("a key that has ended does not stand in the way of the one after it", async () => {
  await server.add((await badKey("expired", ADA)).shown, ada.shown);
  expect((await lookUp(wish([hkp(server)]))).key.fingerprint).toBe(ada.fingerprint);
});

test("a pinned key is asked for by its fingerprint, and others do not count", async () => {
  const second = await goodKey(ADA);
  await server.add(ada.shown, second.shown);
  const pinned = parseFingerprint(second.fingerprint);
  expect((await lookUp(wish([hkp(server)], { pinned }))).key.fingerprint).toBe(second.fingerprint);
  expect(server.asked.at(-1)).toContain(`search=0x${second.fingerprint}`);
  server.mood = "everything";
  expect((await lookUp(wish([hkp(server)], { pinned }))).key.fingerprint).toBe(second.fingerprint);
});

test("a connection that breaks is tried once more", async () => {
  await server.add(ada.shown);
  server.mood = "cutting-once";
  expect((await lookUp(wish([hkp(server)]))).failed).toEqual([]);
  expect(server.asked).toHaveLength(2);
});

test("a source that fails is named, and the next is asked", async () => {
  await other.add(ada.shown);
  server.mood = "broken";
  const { key, failed } = await lookUp(wish([hkp(server), hkp(other)]));
  expect(key.fingerprint).toBe(ada.fingerprint);
  expect(failed.map(({ code }) => code)).toEqual(["pgp-source-failed"]);
  expect(failed[0]?.message).toContain(server.hkp);
  expect(failed[0]?.message).toContain("500");
});

test("how a source is written", async () => {
  expect(parseSource("wkd")).toEqual({ kind: "wkd" });
  expect(serverOf("hkp://keys.example.org").href).toBe("http://keys.example.org:11371/");
  expect(serverOf("hkp://keys.example.org:80").href).toBe("http://keys.example.org/");
  expect(serverOf("hkps://keys.example.org").href).toBe("https://keys.example.org/");
  expect(serverOf("https://keys.example.org:8443").href).toBe("https://keys.example.org:8443/");
  expect(serverOf("http://[::1]:8080").href).toBe("http://[::1]:8080/");
  expect(nameOf(parseSource("hkps://keys.example.org"), parseAddress(ADA))).toBe("hkps://keys.example.org");
  for (const text of ["", "keys.example.org", "ldap://x", "hkp://a/path", "hkp://u:p@a", "http://", "http://a b"]) {
    expect((await faultOf(() => parseSource(text))).code).toBe("config-pgp-source");
  }
});
