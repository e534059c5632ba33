// Requests that the enrolment door refuses although the code is good: none of them takes a use of it, and none ends up in the log.
import { createPublicKey } from "node:crypto";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AltName } from "../../src/pki/alt-name.ts";
import { newDeviceId } from "../../src/pki/authority.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { toPem } from "../../src/pki/pem.ts";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Handle } from "../../src/model/ids.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import { makeRequest } from "../../src/pki/request.ts";
import {
  ABOUT,
  administer,
  basic,
  CACERTS,
  certificatesIn,
  codeIn,
  ENROL,
  enrol,
  invite,
  type Knock,
  type KnockAnswer,
  knock,
  logged,
  REENROL,
  requestBody,
  type TestInvitation,
} from "../kit/door.ts";
import { openssl } from "../kit/openssl.ts";
import { deviceOf, makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let open: TestInvitation;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  server = await testServer(realm, { doorPort: 0 });
  open = await invite(server, { uses: 50 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

async function usesLeft(id: string): Promise<unknown> {
  const answer = await administer(server, { do: "invitations" });
  return (answer["invitations"] as readonly { id: string; uses: number }[]).find((one) => one.id === id)?.uses;
}

const named = (user?: string, device?: string): AltName[] =>
  Object.entries({ user, device }).flatMap(([kind, value]) =>
    value === undefined ? [] : [{ kind: "uri" as const, value: `urn:mutual-chat:${kind}:${value}` }],
  );
const good = (): Buffer => Buffer.from(requestBody(newKeyPair("ed25519")), "base64");

/** With a good code, whatever else. */
function post(body: string | Uint8Array, over: Knock = {}): Promise<KnockAnswer> {
  const headers = { "content-type": "application/pkcs10", accept: "application/json", ...basic("zoe", open.code) };
  return knock(server, { method: "POST", path: ENROL, body, ...over, headers: { ...headers, ...over.headers } });
}

describe("what is no certificate request", () => {
  const bent = (): Buffer => {
    const bytes = good();
    return Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]);
  };
  const ofAnotherKey = (): Buffer => {
    const [mine, other] = [newKeyPair("ed25519"), newKeyPair("ed25519")];
    return makeRequest({ subject: [], altNames: [] }, { privateKey: other.privateKey, publicKey: mine.publicKey });
  };
  const ofWeakKey = (): string =>
    openssl(["req", "-new", "-newkey", "rsa:1024", "-noenc", "-keyout", "/dev/null", "-subj", "/CN=x"]);

  test.each<readonly [string, string, () => string | Uint8Array]>([
    ["nothing", "request-malformed", () => ""],
    ["not base64", "request-malformed", () => "!"],
    ["base64 of nothing like it", "request-malformed", () => Buffer.from("hello").toString("base64")],
    ["a certificate", "request-malformed", () => realm.authority.root.der],
    ["one cut short", "request-malformed", () => good().subarray(0, -1).toString("base64")],
    ["one with a byte behind it", "request-malformed", () => Buffer.concat([good(), Buffer.of(0)]).toString("base64")],
    ["two", "request-malformed", () => toPem("CERTIFICATE REQUEST", good()).repeat(2)],
    ["PEM of another kind", "request-malformed", () => toPem("CERTIFICATE", good())],
    ["one whose signature is bent", "request-proof", () => bent().toString("base64")],
    ["one signed by another key", "request-proof", () => ofAnotherKey().toString("base64")],
    ["one for a weak key", "key-type", () => ofWeakKey()],
  ])("%s: %s", async (_what, code, body) => {
    const before = await usesLeft(open.id);
    const answer = await post(body());
    expect([answer.status, codeIn(answer)]).toEqual([400, code]);
    expect(await usesLeft(open.id)).toBe(before);
  });

  test.each(["text/plain", "application/json", "application/x-www-form-urlencoded", "application/pkcs7-mime"])(
    "one that is said to be %s",
    async (type) => {
      const answer = await post(good().toString("base64"), { headers: { "content-type": type } });
      expect([answer.status, codeIn(answer)]).toEqual([400, "request-malformed"]);
    },
  );

  test("more than 64 KiB are told so, whether announced or not, and are not kept", async () => {
    const exact = await post("A".repeat(64 * 1024));
    expect([exact.status, codeIn(exact)]).toEqual([400, "request-malformed"]);
    const answer = await post("A".repeat(64 * 1024 + 1));
    expect([answer.status, codeIn(answer)]).toEqual([413, "too-large"]);
    const unannounced = await post("A".repeat(300_000), { headers: { "transfer-encoding": "chunked" } });
    expect([unannounced.status, codeIn(unannounced)]).toEqual([413, "too-large"]);
  });

  test("in the forms that tools send it is taken: DER, PEM, base64 in lines", async () => {
    const lines = good().toString("base64").replaceAll(/.{64}/g, "$&\r\n");
    const pem = toPem("CERTIFICATE REQUEST", good());
    const old = toPem("CERTIFICATE REQUEST", good()).replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
    const forms = [good(), pem, old, lines];
    for (const [at, body] of forms.entries())
      expect((await post(body, { headers: basic(`form${at}`, open.code) })).status).toBe(200);
    const typed = { "content-type": "Application/PKCS10; charset=us-ascii", ...basic("form9", open.code) };
    expect((await post(good().toString("base64"), { headers: typed })).status).toBe(200);
  });
});

describe("who it is for", () => {
  const refusedAs = async (answer: Promise<KnockAnswer>): Promise<string> => {
    const { status } = await answer;
    expect(status).toBe(400);
    return codeIn(await answer);
  };

  test("a request that names somebody else than the invitation", async () => {
    const { code, id } = await invite(server, { user: "bob" });
    const altNames = named("eve", newDeviceId());
    expect(await refusedAs(enrol(server, { code, altNames }))).toBe("request-identity");
    expect(await refusedAs(enrol(server, { code, altNames: named("bob") }))).toBe("request-identity");
    expect(await refusedAs(enrol(server, { code, altNames: named("bob", "short") }))).toBe("request-identity");
    expect(await usesLeft(id)).toBe(1);
    // Names that the invitation does not leave open are not looked at, whoever says them.
    const [leaf] = certificatesIn(await enrol(server, { code, user: "eve" }));
    expect(leaf?.includes("urn:mutual-chat:user:bob")).toBe(true);
    expect(leaf?.includes("eve")).toBe(false);
  });

  test("a device id that is taken, by a certificate or by a device that was here", async () => {
    const device = newDeviceId();
    const mine = await invite(server, { user: "carl", uses: 5 });
    expect((await enrol(server, { code: mine.code, altNames: named("carl", device) })).status).toBe(200);
    expect(await refusedAs(enrol(server, { code: mine.code, altNames: named("carl", device) }))).toBe("device-taken");
    const alice = realm.client("alice");
    const connected = await server.connect(alice);
    await connected.hello();
    connected.close();
    expect(await refusedAs(enrol(server, { code: mine.code, altNames: named("carl", deviceOf(alice)) }))).toBe(
      "device-taken",
    );
  });

  test("a name that is taken: by who came by invitation, by who has only a certificate of files", async () => {
    await enrol(server, { code: open.code, user: "dora" });
    expect(await refusedAs(enrol(server, { code: open.code, user: "dora" }))).toBe("user-taken");
    expect(await refusedAs(enrol(server, { code: open.code, altNames: named("dora", newDeviceId()) }))).toBe(
      "user-taken",
    );
    expect(await refusedAs(enrol(server, { code: open.code, user: "alice" }))).toBe("user-taken");
    const second = await invite(server, { user: "dora" });
    expect((await enrol(server, { code: second.code, user: "dora" })).status).toBe(200);
  });

  test.each(["Bob", ".bob", "b b", "b/b", "bob\n", "bоb", "@bob", "a".repeat(33), "constructor!"])(
    "%j is no name",
    async (user) => expect(await refusedAs(enrol(server, { code: open.code, user }))).toBe("handle-invalid"),
  );

  test("nobody has said it", async () => {
    expect(await refusedAs(enrol(server, { code: open.code }))).toBe("user-missing");
  });

  test("a key that has a certificate already", async () => {
    const keys = newKeyPair("ed25519");
    const [one, two] = [await invite(server, { user: "ed" }), await invite(server, { user: "ed" })];
    expect((await enrol(server, { code: one.code, keys })).status).toBe(200);
    expect(await refusedAs(enrol(server, { code: two.code, keys }))).toBe("key-used");
    expect(createPublicKey(keys.privateKey).equals(keys.publicKey)).toBe(true);
  });
});

test("an account that is disabled: neither by its own invitation nor by one for anybody", async () => {
  const data = mkdtempSync(join(tmpdir(), "mutual-disabled-"));
  const store = await openSqliteStore({
    file: join(data, "chat.db"),
    clock: systemClock,
    onFailed: (error) => expect.unreachable(error.message),
  });
  const account = { user: "mallory" as Handle, role: "member", disabled: true, name: "Mallory" } as const;
  const whole = { ...account, email: undefined, openpgp: undefined, createdAt: 0 };
  expect(await store.realm.change({ logSize: 0, entries: [], accounts: [whole] })).toBe("ok");
  await store.close();
  await using own = await testServer(realm, { data, doorPort: 0 });
  for (const given of [{ user: "mallory" }, {}]) {
    const { code } = await invite(own, given);
    const answer = await enrol(own, { code, user: "mallory" });
    expect([answer.status, codeIn(answer)]).toEqual([403, "account-disabled"]);
  }
  expect((await administer(own, { do: "invitations" }))["invitations"]).toMatchObject([{ uses: 1 }, { uses: 1 }]);
});

describe("places that are not there", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/favicon.ico"],
    ["GET", ENROL],
    ["PUT", ENROL],
    ["POST", CACERTS],
    ["POST", ABOUT],
    ["DELETE", ABOUT],
    ["GET", "/.well-known/est/csrattrs"],
    ["POST", "/.well-known/est/serverkeygen"],
    ["POST", "/.well-known/est/x/simpleenroll"],
    ["GET", "/.well-known/est/../../../etc/passwd"],
    ["GET", "//mutual/v1/realm"],
    ["GET", `/${"a".repeat(4_000)}`],
    ["OPTIONS", "*"],
  ])("%s %s", async (method, path) => {
    const answer = await knock(server, { method, path, headers: { accept: "application/json" } });
    expect([answer.status, codeIn(answer)]).toEqual([404, "not-here"]);
  });

  test("a query changes nothing", async () => {
    expect(await knock(server, { path: `${ABOUT}?a=b` })).toEqual(await knock(server));
    const about = { realm: realm.fingerprint, agent: "test", chat: { port: server.port } };
    expect(JSON.parse((await knock(server)).body)).toMatchObject(about);
  });
});

test("a server without the key of a CA certifies nobody, tells strangers nothing of its folders, and says it in its log", async () => {
  const certs = mkdtempSync(join(tmpdir(), "mutual-no-ca-"));
  cpSync(realm.dir, certs, { recursive: true });
  rmSync(join(certs, "issuing.key"));
  await using own = await testServer(realm, { doorPort: 0, certs });
  const { code } = await invite(own, { user: "bob" });
  const enrolled = await enrol(own, { code });
  expect([enrolled.status, codeIn(enrolled)]).toEqual([503, "no-issuer"]);
  const cas = await knock(own, { path: CACERTS });
  expect(cas.status).toBe(503);
  const renewed = await knock(own, {
    method: "POST",
    path: REENROL,
    headers: { "content-type": "application/pkcs10", accept: "application/json" },
    body: requestBody(newKeyPair("ed25519")),
    identity: realm.client("alice"),
  });
  expect([renewed.status, codeIn(renewed)]).toEqual([503, "no-issuer"]);
  // Nobody of them has guessed anything: nobody waited.
  expect(logged(own, "door: wrong")).toEqual([]);
  for (const { body } of [enrolled, cas, renewed]) expect(body).not.toContain(certs);
  expect(logged(own, "nobody can be certified")).toContainEqual({
    certs,
    reason: "this server cannot certify anybody: the key of its CA is not there",
    hint: expect.stringContaining(certs) as string,
  });
  rmSync(certs, { recursive: true, force: true });
});
