// A first password for who is in without one: by a device of this realm that may come in, once, and by nobody else.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AccountWorld, type FirstBody, logIn, preparePassword, setPassword } from "../../src/client/account.ts";
import { AccountDoor } from "../../src/client/account-door.ts";
import { base64, DoorWithAlice, newRequest, Somebody, text } from "../kit/accounts.ts";
import { administer, certificatesIn, doorPort, enrol, enrolled, identityOf, invite } from "../kit/door.ts";
import { deviceOf, type TestIdentity } from "../kit/realm.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { realmLogIn } from "../kit/realm-log.ts";

let standing: DoorWithAlice;
let server: DoorWithAlice["server"];
let clock: DoorWithAlice["clock"];
beforeAll(async () => {
  standing = await DoorWithAlice.open();
  ({ server, clock } = standing);
});
afterAll(() => standing[Symbol.asyncDispose]());

function at(identity?: TestIdentity): AccountDoor {
  const { fingerprint: realm } = standing.realm;
  const place = { host: "127.0.0.1", port: doorPort(server), realm, clock };
  if (identity === undefined) return new AccountDoor(place);
  return new AccountDoor({ ...place, identity: { certificatePem: identity.certPem, keyPem: identity.keyPem } });
}

/** Somebody who came in by an invitation, and one device of theirs. */
class Member extends Somebody {
  readonly identity: TestIdentity;

  constructor(user: string, identity: TestIdentity) {
    super(server, user);
    this.identity = identity;
  }

  static async comes(user: string): Promise<Member> {
    return new Member(user, await enrolled(server, user));
  }

  /** Asks with this certificate. */
  async as(identity: TestIdentity | undefined = this.identity): Promise<AccountWorld> {
    return { ...(await this.world()), door: at(identity) };
  }

  async prepared(identity = this.identity): Promise<FirstBody> {
    const { password, entropy } = this;
    const first = { password, entropy, contents: Buffer.from("contents") };
    return (await preparePassword(await this.as(identity), first)).body;
  }

  /** How often there is one. */
  async version(): Promise<number> {
    return (await at(this.identity).get("password")).count("version");
  }
}

describe("a device of who has no password", () => {
  test("sets one, by which another machine comes in; the same once more is answered once more", async () => {
    await using bob = await Member.comes("bob");
    expect(await bob.version()).toBe(0);
    const body = await bob.prepared();
    expect(await bob.version()).toBe(0);
    await setPassword(at(bob.identity), body);
    await setPassword(at(bob.identity), body);
    expect(await bob.version()).toBe(1);
    const { opened, certificates } = await bob.logIn();
    expect([String(Buffer.from(opened.contents)), certificates.length]).toEqual(["contents", 2]);
    expect((await bob.recover()).certificates).toHaveLength(2);
  });

  test("and who has one cannot have it set: not by another device, not by what was begun before", async () => {
    await using carol = await Member.comes("carol");
    const second = await enrolled(server, "carol");
    const [body, other] = [await carol.prepared(), await carol.prepared(second)];
    await setPassword(at(carol.identity), body);
    await expect(setPassword(at(second), other)).rejects.toMatchObject({ code: "password-exists" });
    await expect(carol.prepared(second)).rejects.toMatchObject({ code: "password-exists" });
    await expect(setPassword(at(second), other)).rejects.toMatchObject({ code: "registration-expired" });
    await using alice = new Member("alice", await enrolled(server, "alice"));
    await expect(alice.prepared()).rejects.toMatchObject({ code: "password-exists" });
    await carol.logIn();
  });

  test("of two that do so at once one does it", async () => {
    await using dan = await Member.comes("dan");
    const second = await enrolled(server, "dan");
    const bodies = [await dan.prepared(), await dan.prepared(second)];
    const ends = await Promise.allSettled(
      bodies.map((body, index) => setPassword(at(index === 0 ? dan.identity : second), body)),
    );
    expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await dan.version()).toBe(1);
    await dan.logIn();
  });

  test("must not take longer than a minute, nor use what another user has begun", async () => {
    await using eve = await Member.comes("eve");
    await using fay = await Member.comes("fay");
    const late = await eve.prepared();
    await expect(setPassword(at(fay.identity), late)).rejects.toMatchObject({ code: "registration-expired" });
    await expect(setPassword(at(eve.identity), late)).rejects.toMatchObject({ code: "registration-expired" });
    const later = await eve.prepared();
    clock.turn(60_000);
    await expect(setPassword(at(eve.identity), later)).rejects.toMatchObject({ code: "registration-expired" });
    expect([await eve.version(), await fay.version()]).toEqual([0, 0]);
  });

  test("what is no record, and a field too many", async () => {
    await using gus = await Member.comes("gus");
    const body = await gus.prepared();
    const bad = setPassword(at(gus.identity), { ...body, record: text(191) });
    await expect(bad).rejects.toMatchObject({ code: "password-malformed" });
    const door = at(gus.identity);
    await expect(door.post("password/first/start", { request: text(32), user: "gus" })).rejects.toMatchObject({
      code: "bad-field",
    });
    await expect(door.post("password/first/finish", { ...(await gus.prepared()), more: 1 })).rejects.toMatchObject({
      code: "bad-field",
    });
    const long = { ...(await gus.prepared()), vault: base64(33 * 1024) };
    await expect(setPassword(door, long)).rejects.toMatchObject({ code: "bad-field" });
    expect(await gus.version()).toBe(0);
  });
});

describe("nobody else", () => {
  const request = { request: text(32) };

  async function refusedAs(code: string, member: Member, identity?: TestIdentity): Promise<void> {
    const { opaque, password } = member;
    const started = await opaque.startRegistration(password);
    const door = at(identity);
    for (const asked of [
      () => door.get("password"),
      () => door.post("password/first/start", { request: started.request }),
      () => door.post("password/first/finish", request),
      () => door.get("vault"),
    ])
      await expect(asked()).rejects.toMatchObject({ code });
  }

  test("has no certificate, one of another realm, or one that has ended", async () => {
    await using zoe = new Member("zoe", standing.realm.client("zoe"));
    await refusedAs("certificate-required", zoe);
    await refusedAs("certificate-untrusted", zoe, standing.realm.otherCa("zoe"));
    await refusedAs("certificate-untrusted", zoe, standing.realm.selfSigned("zoe"));
    await refusedAs("certificate-expired", zoe, standing.realm.expired("zoe"));
    await refusedAs("certificate-usage", zoe, standing.realm.wrongUsage("zoe"));
    expect(await zoe.version()).toBe(0);
  });

  test("was revoked, also in the middle of it", async () => {
    await using hal = await Member.comes("hal");
    const other = await enrolled(server, "hal");
    const body = await hal.prepared();
    await administer(server, { do: "revoke", target: deviceOf(hal.identity) });
    await expect(setPassword(at(hal.identity), body)).rejects.toMatchObject({ code: "certificate-revoked" });
    await refusedAs("certificate-revoked", hal, hal.identity);
    // Another device of the same user is none of it.
    await setPassword(at(other), await hal.prepared(other));
  });

  test("is disabled, also in the middle of it", async () => {
    await using ida = await Member.comes("ida");
    const body = await ida.prepared();
    expect(await administer(server, { do: "disable", user: "ida" })).toMatchObject({ ok: true });
    // Who is put out is revoked, too.
    await expect(setPassword(at(ida.identity), body)).rejects.toMatchObject({ code: "certificate-revoked" });
    await refusedAs("certificate-revoked", ida, ida.identity);
    // A certificate that nobody revoked, of another program.
    const further = standing.realm.issueClient({ user: "ida" });
    await refusedAs("account-disabled", ida, further);
  });

  test("is a guest whose time is over", async () => {
    const until = clock.now() + 3_600_000;
    const { code } = await invite(server, { user: "jan", leaseUntil: until });
    const keys = newKeyPair("ed25519");
    const identity = identityOf(keys, certificatesIn(await enrol(server, { code, keys })));
    await using jan = new Member("jan", identity);
    expect(await jan.version()).toBe(0);
    clock.turn(3_600_001);
    await expect(jan.prepared()).rejects.toMatchObject({
      code: expect.stringMatching(/^(certificate-expired|lease-over)$/) as string,
    });
  });
});

test("the log has one act for each who did it, and none for who was refused", async () => {
  await using kim = await Member.comes("kim");
  await setPassword(at(kim.identity), await kim.prepared());
  const { certificates } = await logIn(await kim.world(), { password: kim.password, request: newRequest() });
  expect(certificates).toHaveLength(2);
  await server.stop();
  const acts = (await realmLogIn(server.data)).flatMap((one) => (one.kind === "act" ? [one] : []));
  const set = acts.filter(({ act }) => act === "password.set").map(({ by, on }) => [by, on]);
  expect(set).toEqual(["bob", "carol", "dan", "hal", "kim"].map((user) => [user, user]));
});
