// Key packages: for those who may add the device, each once, not too often, and the device hears when they run low.
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

const packages = (count: number, mark: string): readonly KeyPackage[] =>
  Array.from({ length: count }, (_, n) => ({ package: Buffer.from(`${mark} ${n}`), expiresAt: LATER }));

function put({ client }: Guest, some: readonly KeyPackage[], lastResort?: KeyPackage) {
  return client.ask({ type: "putKeyPackages", packages: some, lastResort });
}

async function claim({ client }: Guest, log: LogId, ...of: readonly Guest[]): Promise<readonly string[]> {
  const answer = await client.ask({ type: "claimKeyPackages", log, devices: of.map(({ device }) => device) });
  if (answer?.type !== "keyPackages") return [answer?.type === "error" ? answer.code : "no answer"];
  return answer.packages.map(textOf);
}

const textOf = ({ package: bytes, lastResort }: ServerMessageOf<"keyPackages">["packages"][number]): string =>
  `${Buffer.from(bytes).toString()}${lastResort ? "!" : ""}`;

describe("key packages", () => {
  it("are handed to one who may add the device there, one each, then the last resort", async () => {
    const log = newRoom();
    await create(alice, log, termsOf({ alice: "owner" }));
    expect(await put(bob, packages(2, "bob"), { package: Buffer.from("last"), expiresAt: LATER })).toMatchObject({
      count: 2,
    });
    expect(await claim(alice, log, bob, carol), "carol has none").toEqual(["bob 0", ""]);
    expect(await claim(alice, log, bob)).toEqual(["bob 1"]);
    expect(await claim(alice, log, bob)).toEqual(["last!"]);
    expect(await claim(carol, log, bob), "not hers").toEqual(["no-such-conversation"]);
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
    expect(await put(dora, [])).toMatchObject({ count: 15 });
    leave([dora]);
  });

  it("that run low are told to the device; the greeting counts them; ended ones count for nothing", async () => {
    const log = await room([alice]);
    const identity = realm.issueClient({ user: "eve" });
    const eve = await enter(server, identity);
    expect(eve.greeting).toMatchObject({ keyPackages: 0, lastResort: false });
    const ended = { package: Buffer.from("ended"), expiresAt: Date.now() - 1 };
    expect(await put(eve, [...packages(6, "eve"), ended], packages(1, "last")[0])).toMatchObject({ count: 6 });
    await claim(alice, log, eve);
    expect(eve.client.frames.some(({ message }) => message.type === "keyPackagesLow")).toBe(false);
    await claim(alice, log, eve);
    expect(await eve.client.message("keyPackagesLow")).toMatchObject({ count: 4 });
    const again = await enter(server, identity);
    expect(again.greeting).toMatchObject({ keyPackages: 4, lastResort: true });
    leave([again]);
  });
});
