// Codes that are not good, at the enrolment door: all are told the same, each is logged, each waits longer, and a used one is used.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import {
  administer,
  certificatesIn,
  codeIn,
  DoorClock,
  enrol,
  type EnrolWish,
  invite,
  type KnockAnswer,
  logged,
} from "../kit/door.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const LONGEST_MS = 30_000;
const HOUR_MS = 3_600_000;

let realm: TestRealm;
let server: TestServer;
const clock = new DoorClock();
const codes: string[] = [];
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  server = await testServer(realm, { doorPort: 0 }, clock);
  // Somebody else may come in all the time: the door is open.
  codes.push((await invite(server, { lastsMs: 80 * 24 * HOUR_MS, uses: 100 })).code);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

/** An address that was never wrong. */
let last = 1;
const stranger = (): string => {
  last += 1;
  return `127.0.0.${last}`;
};

async function goodCode(given: object = {}): Promise<string> {
  const { code } = await invite(server, { ...given });
  codes.push(code);
  return code;
}

/** Lets the answer wait for as long as the server says, on the server's clock. */
async function hurried(wish: EnrolWish): Promise<KnockAnswer> {
  const before = logged(server, "door: wrong").length;
  const answer = enrol(server, wish);
  let isThere = false;
  const seen = answer.finally(() => (isThere = true));
  await expect.poll(() => isThere || logged(server, "door: wrong").length > before, { timeout: 10_000 }).toBe(true);
  clock.turn(LONGEST_MS);
  return seen;
}

async function spent(given: object = {}): Promise<string> {
  const code = await goodCode({ user: "carol", ...given });
  expect((await enrol(server, { code, from: stranger() })).status).toBe(200);
  return code;
}

describe("codes that are not good", () => {
  const UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA";
  const kinds: Readonly<Record<string, () => Promise<string>>> = {
    used: () => spent(),
    expired: async () => {
      const code = await goodCode({ lastsMs: 1_000 });
      clock.turn(1_000);
      return code;
    },
    withdrawn: async () => {
      const { code, id } = await invite(server);
      codes.push(code);
      expect(await administer(server, { do: "withdraw", id })).toMatchObject({ ok: true, id });
      return code;
    },
    malformed: async () => "short",
    empty: async () => "",
    "cut short": async () => (await goodCode()).slice(0, -1),
    "too long": async () => `${await goodCode()}A`,
    "of other letters": async () => "+/+/+/+/+/+/+/+/+/+/+/",
    "in other words": async () => "ü'; DROP TABLE invitation; --",
  };

  test.each(Object.keys(kinds))(
    "%s: the very bytes that an unknown one is told, and a line in the log",
    async (kind) => {
      for (const headers of [{}, { accept: "*/*" }]) {
        const code = await kinds[kind]?.();
        const unknown = await hurried({ code: UNKNOWN, from: stranger(), headers });
        const from = stranger();
        expect(await hurried({ code: code ?? "", from, headers })).toEqual(unknown);
        expect(unknown.status).toBe(401);
        expect(unknown.headers.map((header) => header.toLowerCase())).toContain(
          'www-authenticate: basic realm="enrolment", charset="utf-8"',
        );
        const mine = logged(server, "door: wrong").filter(({ address }) => address === from);
        expect(mine).toEqual([{ address: from, wrong: 1, waitMs: 1_000 }]);
      }
    },
  );

  test("whose request is nonsense, too: only who has a good code hears what is wrong with it", async () => {
    const wish = { altNames: [{ kind: "uri", value: "urn:mutual-chat:user:eve" }] } as const;
    const unknown = await hurried({ code: UNKNOWN, from: stranger() });
    expect(await hurried({ code: UNKNOWN, from: stranger(), ...wish })).toEqual(unknown);
    expect(await hurried({ code: await spent(), from: stranger(), ...wish })).toEqual(unknown);
    const good = await enrol(server, { code: await goodCode(), from: stranger(), ...wish });
    expect([good.status, codeIn(good)]).toEqual([400, "request-identity"]);
  });

  test("each guess of an address waits twice as long as the one before, and nobody else waits for it", async () => {
    const from = stranger();
    for (const _ of [1, 2, 3, 4, 5, 6, 7]) expect((await hurried({ code: UNKNOWN, from })).status).toBe(401);
    const waits = logged(server, "door: wrong").filter(({ address }) => address === from);
    expect(waits.map(({ waitMs }) => waitMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(waits.map(({ wrong }) => wrong)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await hurried({ code: UNKNOWN, from: stranger() });
    expect(logged(server, "door: wrong").at(-1)).toMatchObject({ wrong: 1, waitMs: 1_000 });
  });

  test("the answer comes when its time is over, not before", async () => {
    const before = logged(server, "door: wrong").length;
    let isThere = false;
    const answer = enrol(server, { code: UNKNOWN, from: stranger() }).finally(() => (isThere = true));
    await expect.poll(() => logged(server, "door: wrong").length).toBe(before + 1);
    clock.turn(900);
    // A request of somebody else goes all its way meanwhile.
    expect((await enrol(server, { code: await goodCode({ user: "dave" }), from: stranger() })).status).toBe(200);
    expect(isThere).toBe(false);
    clock.turn(LONGEST_MS);
    expect((await answer).status).toBe(401);
  });

  test("who was wrong and is right then does not wait", async () => {
    const from = stranger();
    await hurried({ code: UNKNOWN, from });
    const before = logged(server, "door: wrong").length;
    expect((await enrol(server, { code: await goodCode({ user: "frank" }), from })).status).toBe(200);
    expect(logged(server, "door: wrong")).toHaveLength(before);
  });

  test("without a code at all there is nothing to guess: told so, and it does not wait", async () => {
    const before = logged(server, "door: wrong").length;
    for (const authorization of ["", "Bearer x", "Basic ====", "Basic bm9jb2xvbg=="]) {
      const answer = await enrol(server, { code: "", from: stranger(), headers: { authorization } });
      expect([answer.status, codeIn(answer)]).toEqual([401, "invitation-missing"]);
    }
    expect(logged(server, "door: wrong")).toHaveLength(before);
  });
});

describe("a code that is used", () => {
  test("the same key is given the same certificate, as often as it asks; another key nothing", async () => {
    const code = await goodCode({ user: "grace" });
    const keys = newKeyPair("ed25519");
    const first = await enrol(server, { code, keys, from: stranger() });
    expect(first.status).toBe(200);
    expect(await enrol(server, { code, keys, from: stranger() })).toEqual(first);
    expect((await hurried({ code, from: stranger() })).status).toBe(401);
    expect(certificatesIn(await enrol(server, { code, keys, from: stranger() }))).toEqual(certificatesIn(first));
  });

  test("the same key with a code that has more uses takes no second one", async () => {
    const { code, id } = await invite(server, { user: "heidi", uses: 2 });
    codes.push(code);
    const keys = newKeyPair("ed25519");
    const first = await enrol(server, { code, keys, from: stranger() });
    expect(certificatesIn(await enrol(server, { code, keys, from: stranger() }))).toEqual(certificatesIn(first));
    const left = await administer(server, { do: "invitations" });
    expect((left["invitations"] as readonly { id: string }[]).find((one) => one.id === id)).toMatchObject({ uses: 1 });
  });

  test.each<readonly [string, (own: TestServer, turned: DoorClock) => unknown]>([
    ["revoked", (own) => administer(own, { do: "revoke", target: "kim" })],
    ["over", (_own, turned) => turned.turn(2 * HOUR_MS)],
  ])("a certificate that is %s is not given again, although the code has more uses", async (_what, end) => {
    const turned = new DoorClock();
    await using own = await testServer(realm, { doorPort: 0, lifetimeMs: HOUR_MS }, turned);
    const { code } = await invite(own, { user: "kim", uses: 3 });
    const keys = newKeyPair("ed25519");
    const first = await enrol(own, { code, keys });
    expect(await enrol(own, { code, keys })).toEqual(first);
    await end(own, turned);
    const again = await enrol(own, { code, keys });
    expect([again.status, codeIn(again)]).toEqual([400, "key-used"]);
    expect((await enrol(own, { code })).status).toBe(200);
  });

  // As a server that was killed in the middle of `disable` leaves it.
  test("a user who is disabled is given nothing again, although no certificate is revoked yet", async () => {
    const first = await testServer(realm, { doorPort: 0 });
    const { code } = await invite(first, { user: "lou", uses: 2 });
    const { code: used } = await invite(first, { user: "lou" });
    const [keys, others] = [newKeyPair("ed25519"), newKeyPair("ed25519")];
    expect((await enrol(first, { code, keys })).status).toBe(200);
    expect((await enrol(first, { code: used, keys: others })).status).toBe(200);
    await first.stop();
    const db = new DatabaseSync(join(first.data, "chat.db"));
    db.exec("UPDATE account SET disabled = 1 WHERE handle = 'lou'");
    db.close();
    const turned = new DoorClock();
    await using own = await testServer(realm, { doorPort: 0, data: first.data }, turned);
    for (const wish of [{ code, keys }, { code }]) {
      const again = await enrol(own, wish);
      expect([again.status, codeIn(again)]).toEqual([403, "account-disabled"]);
    }
    const again = enrol(own, { code: used, keys: others });
    await expect.poll(() => logged(own, "door: wrong")).toHaveLength(1);
    turned.turn(LONGEST_MS);
    expect((await again).status).toBe(401);
    await administer(own, { do: "enable", user: "lou" });
    expect((await enrol(own, { code, keys })).status).toBe(200);
  });

  test("the key of somebody else's certificate with a code of their own is refused", async () => {
    const keys = newKeyPair("ed25519");
    expect((await enrol(server, { code: await goodCode({ user: "ivan" }), keys, from: stranger() })).status).toBe(200);
    const again = await enrol(server, { code: await goodCode({ user: "judy" }), keys, from: stranger() });
    expect([again.status, codeIn(again)]).toEqual([400, "key-used"]);
  });
});

test("no line of the log has a code in it, whatever was done with it", () => {
  const log = JSON.stringify(server.lines);
  expect(server.lines.length).toBeGreaterThan(50);
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => log.includes(code))).toEqual([]);
});

test("of fifty who come with one code at once exactly one comes in, and the log has one certificate", async () => {
  const own = await testServer(realm, { doorPort: 0 }, clock);
  const { code } = await invite(own, { uses: 1 });
  const answers = Promise.all(
    Array.from({ length: 50 }, (_, at) => enrol(own, { code, user: `racer${at}`, from: `127.0.1.${at + 1}` })),
  );
  // Forty-nine of them wait for their answers.
  await expect.poll(() => logged(own, "door: wrong").length, { timeout: 15_000 }).toBe(49);
  clock.turn(LONGEST_MS);
  const statuses = (await answers).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 401)).toHaveLength(49);
  await own.stop();
  const store = await openSqliteStore({
    file: `${own.data}/chat.db`,
    clock: systemClock,
    onFailed: (error) => expect.unreachable(error.message),
    onOpened: () => undefined,
  });
  const certificates = await store.realm.certificates({}, 100);
  expect(certificates).toHaveLength(1);
  // The invitation, and the certificate.
  expect(await store.realm.logSize()).toBe(2);
  expect(certificates[0]?.user).toBe(`racer${statuses.indexOf(200)}`);
  await store.close();
});
