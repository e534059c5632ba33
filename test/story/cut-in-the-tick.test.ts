// A connection that is cut between an entry's arrival and its commit: what is written then must still leave later.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeviceId, Handle, StoreId } from "../../src/model/ids.ts";
import { CHAIN_START } from "../../src/wire/chain.ts";
import { lobbyLog } from "../../src/wire/log-id.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { ScriptLink } from "../kit/script-link.ts";

const ALICE = "alice" as Handle;
const STORE = "0a".repeat(16) as StoreId;

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

function answer(message: ClientMessage, who: { readonly device: DeviceId }): ServerMessage | undefined {
  const log = lobbyLog(realm.fingerprint);
  if (message.type === "append")
    return { type: "appended", result: "ok", seq: 1, epoch: 0, at: 1, head: 1, code: "", devices: [] };
  if (message.type === "fetch") return { type: "page", log, entries: [], head: 0, first: 1, chain: CHAIN_START };
  if (message.type !== "hello") return undefined;
  const sizes = { frameBytes: 1, bodyBytes: 1, pageCount: 1, pageBytes: 1, blobChunkBytes: 1, blobBytes: 1 };
  return {
    type: "greeting",
    version: 1,
    features: [],
    storeId: STORE,
    generation: 1,
    durability: "disk",
    at: 0,
    device: who.device,
    user: ALICE,
    logs: [
      {
        log,
        kind: "lobby",
        head: 0,
        first: 1,
        epoch: 0,
        cursor: 0,
        standing: "ok",
        member: true,
        terms: Buffer.alloc(0),
        leaving: [],
      },
    ],
    limits: { ...sizes, idleMs: 60_000 },
    agent: "",
    keyPackages: 0,
    lastResort: false,
  };
}

it("the lane stays closed until there is a connection again", async () => {
  let held: (() => void)[] | undefined;
  const defer = (run: () => void): void => {
    if (held === undefined) setImmediate(run);
    else held.push(run);
  };
  const device = /device:([0-9a-f]{32})/.exec(realm.client("alice").leaf.x509.subjectAltName ?? "")?.[1] as DeviceId;
  const link = new ScriptLink((message) => answer(message, { device }));
  held = [];
  using alice = new TestClient({ realm, identity: realm.client("alice"), port: 0, world: { link, defer } });
  const release = (): void => {
    const runs = held ?? [];
    held = undefined;
    for (const run of runs) run();
  };
  // Greeted and caught up, but nothing of it is committed yet.
  await alice.face.until((face) => face.of("link").length > 0, "connected");
  await alice.ask({ do: "link", state: "down" });
  release();
  const reply = alice.send("while down");
  await alice.face.until((face) => face.of("state").length > 0, "queued");
  expect(link.of("append")).toEqual([]);
  await alice.ask({ do: "link", state: "up" });
  expect(await reply).toMatchObject({ seq: 1 });
  expect(link.of("append")).toHaveLength(1);
});
