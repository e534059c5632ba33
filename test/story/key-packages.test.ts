// Key packages: for those who may add the device, of the suite they ask for, each once, not too often, and the device hears when
// they run low.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogId } from "../../src/model/ids.ts";
import type { KeyPackage, ServerMessageOf } from "../../src/wire/messages.ts";
import { type Guest, enter, leave, newRoom, room, termsOf, create } from "../kit/conversation.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let alice: Guest;
let bob: Guest;
let carol: Guest;
const LATER = Date.now() + 86_400_000;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob", "carol"] });
  server = await testServer(realm);
  alice = await enter(server, realm.client("alice"));
  bob = await enter(server, realm.client("bob"));
  carol = await enter(server, realm.client("carol"));
});
afterAll(async () => {
  leave([alice, bob, carol]);
  await server[Symbol.asyncDispose]();
  realm.remove();
});

const ONE = 1;
const OTHER = 0xf00d;

const packageOf = (mark: string, suite = ONE): KeyPackage => ({
  suite,
  package: Buffer.from(mark),
  expiresAt: LATER,
});
const packages = (count: number, mark: string, suite = ONE): readonly KeyPackage[] =>
  Array.from({ length: count }, (_, n) => packageOf(`${mark} ${n}`, suite));
const stock = (count: number, lastResort = false, suite = ONE) => ({ suite, count, lastResort });

function put({ client }: Guest, some: readonly KeyPackage[], ...lastResorts: readonly KeyPackage[]) {
  return client.ask({ type: "putKeyPackages", packages: some, lastResorts, replaces: false });
}

const claim = (by: Guest, log: LogId, ...of: readonly Guest[]) => claimOf(ONE, { by, log, of });

async function claimOf(
  suite: number,
  { by, log, of }: { readonly by: Guest; readonly log: LogId; readonly of: readonly Guest[] },
): Promise<readonly string[]> {
  const devices = of.map(({ device }) => device);
  const answer = await by.client.ask({ type: "claimKeyPackages", log, suite, devices });
  if (answer?.type !== "keyPackages") return [answer?.type === "error" ? answer.code : "no answer"];
  return answer.packages.map(textOf);
}

const textOf = ({ package: bytes, lastResort }: ServerMessageOf<"keyPackages">["packages"][number]): string =>
  `${Buffer.from(bytes).toString()}${lastResort ? "!" : ""}`;

describe("key packages", () => {
  it("are handed to one who may add the device there, one each, then the last resort", async () => {
    const log = newRoom();
    await create(alice, log, termsOf({ alice: "owner" }));
    expect(await put(bob, packages(2, "bob"), packageOf("last"))).toMatchObject({ stocks: [stock(2, true)] });
    expect(await claim(alice, log, bob, carol), "carol has none").toEqual(["bob 0", ""]);
    expect(await claim(alice, log, bob)).toEqual(["bob 1"]);
    expect(await claim(alice, log, bob)).toEqual(["last!"]);
    expect(await claim(carol, log, bob), "not hers").toEqual(["no-such-conversation"]);
  });

  it("of one suite are not handed to one who asks for the other", async () => {
    const log = await room([alice]);
    const dora = await enter(server, realm.issueClient({ user: "dora" }));
    await put(dora, [...packages(1, "one"), ...packages(2, "other", OTHER)], packageOf("last", OTHER));
    const of = [dora];
    expect(await claimOf(ONE, { by: alice, log, of })).toEqual(["one 0"]);
    expect(await claimOf(ONE, { by: alice, log, of })).toEqual([""]);
    expect(await claimOf(OTHER, { by: alice, log, of })).toEqual(["other 0"]);
    expect(await put(dora, [])).toEqual({ type: "keyPackagesStored", stocks: [stock(1, true, OTHER)] });
    leave([dora]);
  });

  it("are not for a member who may add nobody, but those of who belongs are", async () => {
    const log = await room([alice, bob], termsOf({ alice: "owner", carol: "member" }));
    await put(carol, packages(3, "carol"));
    await put(alice, packages(3, "alice"));
    const dora = await enter(server, realm.issueClient({ user: "dora" }));
    await put(dora, packages(3, "dora"));
    expect(await claim(bob, log, dora, carol, alice)).toEqual(["", "carol 0", "alice 0"]);
    expect(await claim(alice, log, dora)).toEqual(["dora 0"]);
    expect(await claim(carol, log, dora), "belongs, and is not in it").toEqual([""]);
    leave([dora]);
  });

  it("cannot be drained by one device", async () => {
    const log = await room([alice]);
    const dora = await enter(server, realm.issueClient({ user: "dora" }));
    await put(dora, packages(25, "dora"));
    const claims = await Promise.all(Array.from({ length: 20 }, () => claim(alice, log, dora)));
    expect(claims.flat().filter((text) => text !== "")).toHaveLength(10);
    expect(new Set(claims.flat().filter((text) => text !== "")).size, "never twice").toBe(10);
    expect(await put(dora, [])).toMatchObject({ stocks: [stock(15)] });
    leave([dora]);
  });

  it("that run low are told to the device; the greeting counts them; ended ones count for nothing", async () => {
    const log = await room([alice]);
    const identity = realm.issueClient({ user: "eve" });
    const eve = await enter(server, identity);
    expect(eve.greeting.keyPackages).toEqual([]);
    const ended = { ...packageOf("ended"), expiresAt: Date.now() - 1 };
    const some = [...packages(6, "eve"), ended, ...packages(3, "other", OTHER)];
    expect(await put(eve, some, packageOf("last"))).toMatchObject({ stocks: [stock(6, true), stock(3, false, OTHER)] });
    await claim(alice, log, eve);
    const isTold = eve.client.frames.some(({ message }) => message.type === "keyPackagesLow");
    expect(isTold, "few of the other are no news").toBe(false);
    await claim(alice, log, eve);
    const left = [stock(4, true), stock(3, false, OTHER)];
    expect(await eve.client.message("keyPackagesLow")).toMatchObject({ stocks: left });
    const again = await enter(server, identity);
    expect(again.greeting.keyPackages).toEqual(left);
    leave([again]);
  });
});
