// How a connection ends decides whether the client comes back, and when.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceId, Handle, StoreId } from "../../src/model/ids.ts";
import type { ClientMessage, ServerMessage } from "../../src/wire/messages.ts";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { ScriptLink } from "../kit/script-link.ts";

const STORE = "0a".repeat(16) as StoreId;
const ALICE = "alice" as Handle;

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

function answer(message: ClientMessage): ServerMessage | undefined {
  if (message.type !== "hello") return undefined;
  const device = /device:([0-9a-f]{32})/.exec(realm.client("alice").leaf.x509.subjectAltName ?? "")?.[1] as DeviceId;
  const sizes = { frameBytes: 1, bodyBytes: 1, pageCount: 1, pageBytes: 1, blobChunkBytes: 1, blobBytes: 1 };
  const server = { features: [], storeId: STORE, generation: 1, durability: "disk", at: 0, agent: "" };
  const limits = { ...sizes, idleMs: 60_000 };
  return {
    type: "greeting",
    version: 1,
    ...server,
    device,
    user: ALICE,
    logs: [],
    limits,
    keyPackages: [],
    logHead: new Uint8Array(0),
    logKey: [],
  };
}

class Script {
  readonly link = new ScriptLink(answer);
  client(): TestClient {
    return new TestClient({ realm, identity: realm.client("alice"), port: 0, world: { link: this.link } });
  }
}

describe("a goodbye", () => {
  it.each(["superseded", "certificate-revoked", "version"])("%s: stays away", async (code) => {
    const script = new Script();
    using alice = script.client();
    await alice.ready();
    script.link.say({ type: "goodbye", code, message: "evil \x1b[2J", retryMs: 0 });
    script.link.cut();
    expect(await alice.client.ended).toMatchObject({ how: "refused", by: "server", reason: { code } });
  });

  it("with a time to come back after is obeyed", async () => {
    const script = new Script();
    using alice = script.client();
    await alice.ready();
    script.link.say({ type: "goodbye", code: "shutdown", message: "", retryMs: 60_000 });
    script.link.cut();
    await alice.face.until((face) => face.of("link").length > 1, "link");
    expect(alice.face.of("link").at(-1)).toMatchObject({
      state: "reconnecting",
      reason: { code: "shutdown" },
      retryMs: 60_000,
    });
  });
});
