// Requests about accounts at the enrolment door that must be refused: used twice, too late, exchanged, forged, garbage, too long.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeBy, logIn, recover, register, type RegisterBody } from "../../src/client/account.ts";
import { AccountDoor } from "../../src/client/account-door.ts";
import { macOfRequest } from "../../src/password/request-mac.ts";
import { deedBytes } from "../../src/password/session-proof.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { newKeyPair, plainKeyPem } from "../../src/pki/keys.ts";
import { toPem } from "../../src/pki/pem.ts";
import { makeRequest } from "../../src/pki/request.ts";
import {
  base64,
  doorFrom,
  DoorWithAlice,
  finishBody,
  freshAddress,
  newRequest,
  openRegistration,
  post,
  Somebody,
  text,
} from "../kit/accounts.ts";
import { codeIn, doorPort, invite, logged } from "../kit/door.ts";

let standing: DoorWithAlice;
let server: DoorWithAlice["server"];
let clock: DoorWithAlice["clock"];
let alice: DoorWithAlice["alice"];
beforeAll(async () => {
  standing = await DoorWithAlice.open();
  ({ server, clock, alice } = standing);
});
afterAll(() => standing[Symbol.asyncDispose]());

describe("states", () => {
  test("are good once: a login that was ended is not ended again", async () => {
    const world = await alice.world();
    const started = await alice.opaque.startLogin(alice.password);
    const answer = await world.door.post("login/start", { user: "alice", request: started.request });
    const given = { password: alice.password, owner: world.owner, serverKey: undefined };
    const step = { ...given, state: started.state, response: answer.text("response") };
    const done = await alice.opaque.finishLogin(step);
    const state = answer.text("state");
    const sessionKey = done?.sessionKey ?? new Uint8Array();
    const mac = macOfRequest(sessionKey, { ...world.owner, request: deedBytes("enrol 1", state, [""]) });
    const body = { state, finish: done?.finish ?? "", mac: mac.toString("base64") };
    expect((await post(server, ["login/finish", body])).status).toBe(200);
    const again = await post(server, ["login/finish", body]);
    expect([again.status, codeIn(again)]).toEqual([400, "login-expired"]);
  });

  test("are good for a minute", async () => {
    const [first, second] = [await standing.begun("alice"), await standing.begun("alice")];
    clock.turn(59_000);
    expect(codeIn(await clock.hurried(post(server, ["login/finish", finishBody(first.state)])))).toBe("login-refused");
    clock.turn(1_000);
    expect(codeIn(await post(server, ["login/finish", finishBody(second.state)]))).toBe("login-expired");
  });

  test("are good for what they were given for", async () => {
    const { state } = await standing.begun("alice");
    const signature = base64(64);
    expect(codeIn(await post(server, ["recovery/finish", { state, signature }]))).toBe("recovery-expired");
    expect(codeIn(await post(server, ["login/finish", finishBody(state)]))).toBe("login-expired");
    expect(codeIn(await post(server, ["login/finish", finishBody(text(32))]))).toBe("login-expired");
  });

  test("those of one address push out its own oldest, and nobody else's", async () => {
    const start = async (from: string): Promise<string> =>
      (JSON.parse((await post(server, ["recovery/start", { user: "alice" }], { from })).body) as { state: string })
        .state;
    const kept = await start(freshAddress());
    const from = freshAddress();
    const all: string[] = [];
    for (let count = 0; count < 17; count += 1) all.push(await start(from));
    const end = async (state: string) =>
      codeIn(await clock.hurried(post(server, ["recovery/finish", { state, signature: base64(64) }])));
    expect(await end(all[0] ?? "")).toBe("recovery-expired");
    expect(await end(all[1] ?? "")).toBe("recovery-refused");
    expect(await end(kept)).toBe("recovery-refused");
  });
});

describe("proofs", () => {
  test("a request that was exchanged on its way is refused, and nobody is certified", async () => {
    const { door, ...world } = await alice.world();
    const bent = {
      post: (path: string, body: Readonly<Record<string, unknown>>, session?: string) =>
        door.post(path, path === "login/finish" ? { ...body, pkcs10: newRequest().toString("base64") } : body, session),
    };
    const before = logged(server, "door: let in by a password").length;
    const bad = logIn({ ...world, door: bent }, { password: alice.password, request: newRequest() });
    await expect(clock.hurried(bad)).rejects.toMatchObject({ code: "login-refused" });
    expect(logged(server, "door: let in by a password")).toHaveLength(before);
    expect(logged(server, "door: a wrong password").at(-1)).toMatchObject({ user: "alice", code: "login-refused" });
  });

  test("a signature of another phrase, and one over another request", async () => {
    await using other = new Somebody(server, "alice");
    await expect(clock.hurried(other.recover())).rejects.toMatchObject({ code: "recovery-refused" });
    const { door, ...world } = await alice.world();
    const bent = {
      post: (path: string, body: Readonly<Record<string, unknown>>, session?: string) =>
        door.post(
          path,
          path === "recovery/finish" ? { ...body, pkcs10: newRequest().toString("base64") } : body,
          session,
        ),
    };
    const bad = recover({ ...world, door: bent }, { entropy: alice.entropy, request: newRequest() });
    await expect(clock.hurried(bad)).rejects.toMatchObject({ code: "recovery-refused" });
  });

  test("a change of the password needs the proof of the same login, for each of its steps", async () => {
    const admitted = await alice.logIn(undefined);
    const { request } = await alice.opaque.startRegistration("another password");
    const wrong = { session: admitted.session, request, proof: base64(32) };
    expect(codeIn(await clock.hurried(post(server, ["password/start", wrong])))).toBe("login-refused");
    const used = await post(server, ["password/start", wrong]);
    expect(codeIn(used)).toBe("login-expired");
    const body = { version: 1, record: text(192), vault: base64(200), proof: base64(32) };
    expect(codeIn(await post(server, ["password/finish", body], { session: text(32) }))).toBe("login-expired");
    expect(codeIn(await post(server, ["password/finish", body]))).toBe("login-expired");
    await alice.logIn(undefined);
  });

  test("a change made from an older state is refused, and the newer one stays", async () => {
    const world = await alice.world();
    const stale = await alice.logIn(undefined);
    await changeBy(world, () => alice.logIn(undefined), { password: alice.password, entropy: undefined });
    const admit = async () => ({ ...(await alice.logIn(undefined)), version: stale.version, vault: stale.vault });
    const late = changeBy(world, admit, { password: "too late", entropy: undefined });
    await expect(late).rejects.toMatchObject({ code: "password-changed" });
    await alice.logIn(undefined);
  });
});

describe("making an account", () => {
  test("without an invitation it takes an open realm", async () => {
    await using bob = new Somebody(server, "bob");
    await expect(bob.register()).rejects.toMatchObject({ code: "registration-closed" });
    await openRegistration(server);
    const [leaf] = await bob.register();
    expect(readCertificate(leaf ?? Buffer.alloc(0)).commonNames).toEqual(["bob"]);
    await openRegistration(server, "invited");
    await using cid = new Somebody(server, "cid");
    await expect(cid.register()).rejects.toMatchObject({ code: "registration-closed" });
    await bob.logIn();
  });

  test("a code that is not good, one for somebody else, a name that is taken, a password that is there", async () => {
    await using dan = new Somebody(server, "dan");
    await expect(clock.hurried(dan.register({ code: "AAAAAAAAAAAAAAAAAAAAAA" }))).rejects.toMatchObject({
      code: "invitation-refused",
    });
    const { code } = await invite(server, { user: "eve" });
    await expect(dan.register({ code })).rejects.toMatchObject({ code: "request-identity" });
    await using taken = new Somebody(server, "alice");
    const free = (await invite(server)).code;
    await expect(taken.register({ code: free })).rejects.toMatchObject({ code: "password-exists" });
    const own = (await invite(server, { user: "alice" })).code;
    await expect(taken.register({ code: own })).rejects.toMatchObject({ code: "password-exists" });
    await dan.register({ code: free });
  });

  test("the same once more is answered once more; with another key, or another password, it is not", async () => {
    await using fay = new Somebody(server, "fay");
    const { code } = await invite(server, { user: "fay" });
    const body = await fay.prepare({ code });
    const send = (changed: Partial<RegisterBody> = {}) =>
      register(doorFrom(server, freshAddress()), { ...body, ...changed });
    const first = await send();
    expect(await send()).toEqual(first);
    await expect(clock.hurried(send({ pkcs10: newRequest().toString("base64") }))).rejects.toMatchObject({
      code: "invitation-refused",
    });
    await expect(send({ record: (await fayAgain()).record })).rejects.toMatchObject({ code: "registration-expired" });
    await fay.logIn();

    async function fayAgain(): Promise<RegisterBody> {
      await openRegistration(server);
      await using other = new Somebody(server, "fay-too");
      const made = await other.prepare();
      await openRegistration(server, "invited");
      return made;
    }
  });

  test("a request that names somebody is refused: the server does that", async () => {
    await using gus = new Somebody(server, "gus");
    const names = [
      { kind: "uri", value: "urn:mutual-chat:user:alice" },
      { kind: "uri", value: `urn:mutual-chat:device:${"a".repeat(32)}` },
    ] as const;
    const request = makeRequest({ subject: [], altNames: names }, newKeyPair("ed25519"));
    const { code } = await invite(server);
    await expect(gus.register({ code, request })).rejects.toMatchObject({ code: "request-identity" });
    await expect(alice.logIn(request)).rejects.toMatchObject({ code: "request-identity" });
  });
});

describe("garbage", () => {
  const places = ["register/invited", "register/start", "register/finish", "login/start", "login/finish"].concat([
    "recovery/start",
    "recovery/finish",
    "password/start",
    "password/finish",
    "device",
  ]);

  test.each(places)("%s: what is no JSON object, has a field too many, or of another kind", async (place) => {
    const user = { user: "alice" };
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      '"x"',
      "\u{0}",
      { ...user, more: 1 },
      { user: 7 },
      { user: "A B" },
      { user: ["alice"] },
    ]) {
      const answer = await post(server, [place, body]);
      expect([answer.status, codeIn(answer)]).toEqual([400, expect.stringMatching(/^(bad-|handle-invalid)/)]);
    }
  });

  test("a machine that another device vouches for says no more than it has to", async () => {
    const answer = await post(server, ["device", { request: base64(200), mac: base64(32), more: 1 }]);
    expect([answer.status, codeIn(answer)]).toEqual([400, "bad-field"]);
  });

  test("messages of the password protocol that are none, and a body that is too long", async () => {
    const bad = await post(server, ["login/start", { user: "alice", request: text(95) }]);
    expect(codeIn(bad)).toBe("password-malformed");
    const { state } = await standing.begun("alice");
    expect(codeIn(await post(server, ["login/finish", { ...finishBody(state), finish: text(63) }]))).toBe(
      "password-malformed",
    );
    expect(codeIn(await post(server, ["login/finish", finishBody(state)]))).toBe("login-expired");
    for (const place of [...places, "vault"]) {
      const long = await post(server, [place, { user: "alice", request: "x".repeat(70_000) }]);
      expect([place, long.status]).toEqual([place, 413]);
    }
  });

  test("other places and methods are nowhere", async () => {
    for (const place of ["login", "login/start/", "constructor", "__proto__", "../realm"])
      expect((await post(server, [place, {}])).status).toBe(404);
  });
});

describe("the vault of a device", () => {
  const at = (identity?: { certPem: string; keyPem: string }): AccountDoor =>
    new AccountDoor({
      host: "127.0.0.1",
      port: doorPort(server),
      realm: standing.realm.fingerprint,
      clock,
      ...(identity === undefined ? {} : { identity: { certificatePem: identity.certPem, keyPem: identity.keyPem } }),
    });

  test("is for devices of this realm: nobody else reads or replaces it", async () => {
    const strangers = [undefined, standing.realm.expired("alice"), standing.realm.client("zoe")];
    const codes = ["certificate-required", "certificate-expired", "no-password"];
    for (const [index, identity] of strangers.entries()) {
      await expect(at(identity).get("vault")).rejects.toMatchObject({ code: codes[index] });
      const put = at(identity).post("vault", { version: 1, vault: base64(500) });
      await expect(put).rejects.toMatchObject({ code: codes[index] });
    }
  });

  test("goes on from the version that is there, and a whole one fits", async () => {
    const keys = newKeyPair("ed25519");
    const { certificates, version } = await alice.logIn(newRequest(keys));
    const certPem = certificates.map((der) => toPem("CERTIFICATE", der)).join("");
    const door = at({ certPem, keyPem: plainKeyPem(keys.privateKey) });
    const whole = base64(1024 * 1024);
    await expect(door.post("vault", { version: version + 1, vault: whole })).rejects.toMatchObject({
      code: "password-changed",
    });
    const before = (await door.get("vault")).text("vault");
    expect((await door.post("vault", { version, vault: whole })).count("version")).toBe(version + 1);
    expect((await door.get("vault")).text("vault")).toBe(whole);
    await expect(door.post("vault", { version, vault: before })).rejects.toMatchObject({ code: "password-changed" });
    await door.post("vault", { version: version + 1, vault: before });
    await alice.logIn(undefined);
  });
});
