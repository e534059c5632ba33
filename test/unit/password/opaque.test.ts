// Passwords proved and never sent: registration and login between two threads, and what both ends know afterwards.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MESSAGE_BYTES } from "../../../src/password/messages.ts";
import { ALICE, BothSides, OTHER_REALM, turned } from "./both-sides.ts";

const PASSWORD = "correct horse";
let sides: BothSides;
let alice: Awaited<ReturnType<BothSides["register"]>>;

beforeAll(async () => {
  sides = await BothSides.start();
  alice = await sides.register(ALICE, PASSWORD);
});

afterAll(() => sides[Symbol.asyncDispose]());

describe("a password", () => {
  it("gives both ends the same session key, and the client the export key of the registration", async () => {
    const { client, server } = await sides.login({ owner: ALICE, password: PASSWORD, record: alice.record });
    expect(client?.sessionKey).toHaveLength(64);
    expect(server?.sessionKey).toEqual(client?.sessionKey);
    expect(client?.exportKey).toHaveLength(64);
    expect(client?.exportKey).toEqual(alice.exportKey);
    expect(client?.exportKey).not.toEqual(client?.sessionKey);
  });

  it("gives another session key each time", async () => {
    const attempt = { owner: ALICE, password: PASSWORD, record: alice.record };
    const [one, other] = [await sides.login(attempt), await sides.login(attempt)];
    expect(one.server?.sessionKey).not.toEqual(other.server?.sessionKey);
    expect(one.client?.exportKey).toEqual(other.client?.exportKey);
  });

  it("that is wrong gives nothing, however near it is", async () => {
    for (const password of ["correct horsf", "correct horse ", "Correct horse"]) {
      const { client } = await sides.login({ owner: ALICE, password, record: alice.record });
      expect(client).toBeUndefined();
    }
  });

  it("is the same one in both ways to type it", async () => {
    const { record, exportKey } = await sides.register(ALICE, "gr\u00fc\u00dfe");
    const { client } = await sides.login({ owner: ALICE, password: "gru\u0308\u00dfe", record });
    expect(client?.exportKey).toEqual(exportKey);
  });

  it("has one byte at least, and not more than a kilobyte", async () => {
    const refused = { code: "password-length" };
    await expect(sides.client.startLogin("")).rejects.toMatchObject(refused);
    await expect(sides.client.startRegistration("\u00e9".repeat(513))).rejects.toMatchObject(refused);
    const { request } = await sides.client.startLogin("\u00e9".repeat(512));
    expect(request).toHaveLength(128);
  });

  it("makes messages of the lengths that the table says", async () => {
    const bytes = (text: string): number => Buffer.from(text, "base64url").length;
    const registration = await sides.client.startRegistration(PASSWORD);
    const user = ALICE.user;
    const answered = await sides.server.registrationResponse({
      setup: sides.setup,
      user,
      request: registration.request,
    });
    const login = await sides.client.startLogin(PASSWORD);
    const started = await sides.server.startLogin({
      setup: sides.setup,
      user,
      record: alice.record,
      request: login.request,
    });
    const step = { password: PASSWORD, owner: ALICE, state: login.state, response: started.response };
    const done = await sides.client.finishLogin({ ...step, serverKey: undefined });
    expect({
      setup: bytes(sides.setup),
      serverKey: bytes(alice.serverKey),
      registrationRequest: bytes(registration.request),
      registrationResponse: bytes(answered),
      record: bytes(alice.record),
      loginRequest: bytes(login.request),
      loginResponse: bytes(started.response),
      loginFinish: bytes(done?.finish ?? ""),
      serverLoginState: bytes(started.state),
      clientRegistrationState: bytes(registration.state),
      clientLoginState: bytes(login.state),
    }).toEqual(MESSAGE_BYTES);
  });
});

describe("the server", () => {
  it("is known by its key, at the registration and at each login", async () => {
    const published = await sides.server.publicKey(sides.setup);
    expect(alice.serverKey).toBe(published);
    const attempt = { owner: ALICE, password: PASSWORD, record: alice.record };
    const { client, server } = await sides.login({ ...attempt, serverKey: published });
    expect(client?.serverKey).toBe(published);
    expect(server).toBeDefined();
    const refused = { code: "password-server-key" };
    const other = await sides.server.publicKey(await sides.server.createSetup());
    await expect(sides.login({ ...attempt, serverKey: other })).rejects.toMatchObject(refused);
    await expect(sides.register(ALICE, PASSWORD, other)).rejects.toMatchObject(refused);
  });

  it("does not believe the end of another login, nor one that is wrong in a bit", async () => {
    const { state, request } = await sides.client.startLogin(PASSWORD);
    const login = { setup: sides.setup, user: ALICE.user, record: alice.record, request };
    const [started, other] = [await sides.server.startLogin(login), await sides.server.startLogin(login)];
    const step = { password: PASSWORD, owner: ALICE, state, response: started.response, serverKey: undefined };
    const finish = (await sides.client.finishLogin(step))?.finish ?? "";
    expect(await sides.server.finishLogin({ state: other.state, request: finish })).toBeUndefined();
    for (let at = 0; at < MESSAGE_BYTES.loginFinish; at += 1)
      expect(await sides.server.finishLogin({ state: started.state, request: turned(finish, at) })).toBeUndefined();
    expect(await sides.server.finishLogin({ state: started.state, request: finish })).toBeDefined();
  });

  it("of another realm is another server, with the same setup and the same record", async () => {
    const elsewhere = { ...ALICE, realm: OTHER_REALM };
    const { client } = await sides.login({ owner: elsewhere, password: PASSWORD, record: alice.record });
    expect(client).toBeUndefined();
  });
});
