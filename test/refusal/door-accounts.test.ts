// Accounts at the enrolment door: that everybody is refused in the same words, what a guess costs, and what the log says of it.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Handle } from "../../src/model/ids.ts";
import { openSqliteStore } from "../../src/server/store/sqlite/store.ts";
import {
  base64,
  DoorWithAlice,
  finishBody,
  freshAddress,
  newRequest,
  openRegistration,
  post,
  Somebody,
} from "../kit/accounts.ts";
import { codeIn, invite, knock, type KnockAnswer, logged } from "../kit/door.ts";
import { testServer } from "../kit/server.ts";

const WAITS = "door: a login waits";

let door: DoorWithAlice;
let server: DoorWithAlice["server"];
let clock: DoorWithAlice["clock"];
let alice: DoorWithAlice["alice"];
beforeAll(async () => {
  door = await DoorWithAlice.open();
  ({ server, clock, alice } = door);
});
afterAll(() => door[Symbol.asyncDispose]());

const shapeOf = ({ status, headers, body }: KnockAnswer): unknown => ({
  status,
  headers,
  fields: Object.entries(JSON.parse(body) as object).map(([name, value]) => [name, String(value).length]),
});

describe("a user who is there, and one who is not", () => {
  test("a login begins the same: status, headers, fields and their lengths", async () => {
    const answers = [await door.begun("alice"), await door.begun("nobody"), await door.begun("nobody")].map(
      ({ answer }) => answer,
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const [known, unknown, again] = answers.map((one) => shapeOf(one));
    expect(unknown).toEqual(known);
    expect(again).toEqual(known);
  });

  test("and ends with the same bytes", async () => {
    const ends: KnockAnswer[] = [];
    for (const user of ["alice", "nobody"]) {
      const { state } = await door.begun(user);
      ends.push(await clock.hurried(post(server, ["login/finish", finishBody(state)])));
    }
    expect(ends[0]?.status).toBe(401);
    expect(codeIn(ends[0] as KnockAnswer)).toBe("login-refused");
    expect(ends[1]).toEqual(ends[0]);
  });

  test("a recovery begins and ends the same", async () => {
    const starts: unknown[] = [];
    const ends: KnockAnswer[] = [];
    for (const user of ["alice", "nobody"]) {
      const start = await post(server, ["recovery/start", { user }]);
      starts.push(shapeOf(start));
      const { state } = JSON.parse(start.body) as { state: string };
      const body = { state, signature: base64(64), pkcs10: newRequest().toString("base64") };
      ends.push(await clock.hurried(post(server, ["recovery/finish", body])));
    }
    expect(starts[1]).toEqual(starts[0]);
    expect(codeIn(ends[0] as KnockAnswer)).toBe("recovery-refused");
    expect(ends[1]).toEqual(ends[0]);
  });

  test("the right password of somebody else, and a password of nobody, are wrong without a word to the server", async () => {
    await using impostor = new Somebody(server, "alice", "not the password of alice");
    await expect(impostor.logIn()).rejects.toMatchObject({ code: "login-refused" });
    await expect(door.nobody.logIn()).rejects.toMatchObject({ code: "login-refused" });
  });

  test("a name that is nobody's is not in the log: it may be a password in the wrong field", async () => {
    const typed = "hunter2-is-what-i-type";
    const from = freshAddress();
    for (let count = 0; count < 3; count += 1) await clock.hurried(door.begun(typed, from));
    expect(logged(server, WAITS).length).toBeGreaterThan(0);
    expect(JSON.stringify(server.lines)).not.toContain(typed);
  });
});

describe("what a guess costs", () => {
  /** The state of a login from there, once its wait is over; how long that was, as the log says. */
  async function guess(user: string, from: string): Promise<number> {
    const before = logged(server, WAITS).length;
    await clock.hurried(door.begun(user, from));
    return Number(logged(server, WAITS)[before]?.["waitMs"] ?? 0);
  }

  test("a login that is begun and not ended is a guess: each further one of the same address waits longer, and is logged", async () => {
    const from = freshAddress();
    const waits: number[] = [];
    for (let count = 0; count < 5; count += 1) waits.push(await guess("alice", from));
    expect(waits[0]).toBe(0);
    for (const at of [2, 3, 4]) expect(waits[at]).toBeGreaterThan(1.5 * (waits[at - 1] ?? 0));
    expect(logged(server, WAITS).at(-1)).toMatchObject({ address: from, user: "alice", open: 5 });
  });

  test("the owner is let in at once from an address that was not wrong, while others guess", async () => {
    const guessers = Array.from({ length: 6 }, () => freshAddress());
    for (const from of guessers) await guess("alice", from);
    const waiting = guessers.map((from) => door.begun("alice", from));
    const areWaiting = () => logged(server, WAITS).filter(({ address }) => guessers.includes(String(address)));
    await expect.poll(() => areWaiting().length, { timeout: 10_000 }).toBe(6);
    // Nobody turns the clock: whatever waits stays waiting.
    const admitted = await alice.logIn();
    expect(admitted.certificates.length).toBeGreaterThan(0);
    expect(logged(server, "door").length).toBeGreaterThan(0);
    clock.turn(60_000);
    await Promise.all(waiting);
  });

  test("who guesses at one user from many places waits longer for that user than for others", async () => {
    const [one, other] = [freshAddress(), freshAddress()];
    for (let count = 0; count < 12; count += 1) await guess("alice", freshAddress());
    await guess("alice", one);
    await guess("zoe", other);
    expect(await guess("alice", one)).toBeGreaterThan((await guess("zoe", other)) + 500);
  });

  test("who was right at last is not slowed down any more", async () => {
    const from = freshAddress();
    await using slip = new Somebody(server, "alice", "a slip of the owner");
    for (let count = 0; count < 3; count += 1)
      await expect(clock.hurried(slip.logIn(undefined, from))).rejects.toMatchObject({ code: "login-refused" });
    await clock.hurried(alice.logIn(undefined, from));
    expect(await guess("alice", from)).toBe(0);
  });
});

test("a disabled account is told so once it has proved the password, and gets nothing; whoever has not is told as always", async () => {
  await using own = await testServer(door.realm, { doorPort: 0 }, clock);
  await invite(own, { uses: 10 });
  await using hal = new Somebody(own, "hal");
  await hal.register({ code: (await invite(own, { user: "hal" })).code });
  const { data } = own;
  await own.stop();
  const store = await openSqliteStore({ file: join(data, "chat.db"), clock, onFailed: () => undefined });
  const account = await store.realm.account("hal" as Handle);
  if (account === undefined) throw new Error("there is an account");
  await store.realm.change({
    logSize: await store.realm.logSize(),
    entries: [],
    accounts: [{ ...account, disabled: true }],
  });
  await store.close();
  await using again = await clock.logging(testServer(door.realm, { doorPort: 0, data }, clock));
  await using known = new Somebody(again, "hal");
  known.entropy.set(hal.entropy);
  await expect(known.logIn()).rejects.toMatchObject({ code: "account-disabled" });
  await expect(known.recover()).rejects.toMatchObject({ code: "account-disabled" });
  known.password = "not it at all";
  await expect(clock.hurried(known.logIn())).rejects.toMatchObject({ code: "login-refused" });
});

test("the door is open for whoever has a password, or may have one, long after the last invitation; and for nobody else", async () => {
  await using own = await clock.logging(testServer(door.realm, { doorPort: 0 }, clock));
  await expect(knock(own)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await openRegistration(own);
  expect((await knock(own)).status).toBe(200);
  await openRegistration(own, "invited");
  await expect(knock(own)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await using ida = new Somebody(own, "ida");
  await ida.register({ code: (await invite(own, { user: "ida", lastsMs: 3_600_000 })).code });
  const { data } = own;
  await own.stop();
  clock.turn(2 * 24 * 3_600_000);
  await using again = await clock.logging(testServer(door.realm, { doorPort: 0, data }, clock));
  await using back = new Somebody(again, "ida");
  expect((await back.logIn()).certificates.length).toBeGreaterThan(0);
});

test("nothing secret is in the log, nor what is kept of a password", async () => {
  const said = JSON.stringify(server.lines);
  const { request } = await alice.opaque.startLogin(alice.password);
  expect(request).toHaveLength(128);
  expect(said).not.toContain("the password of");
  expect(said).not.toMatch(/[A-Za-z0-9_-]{80}/);
});
