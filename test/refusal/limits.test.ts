// What is more than a device, an address or a user may take is refused, at once and with a code; and the lists of administration.
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Handle, Sha256 } from "../../src/model/ids.ts";
import { come, type Fields } from "../kit/acts.ts";
import { administer, codeIn, enrol, invite, socketLines } from "../kit/door.ts";
import type { RawClient } from "../kit/raw-client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
beforeEach(async () => {
  server = await testServer(realm, { doorPort: 0 });
  return () => server[Symbol.asyncDispose]();
});
afterAll(() => realm.remove());

describe("limits", () => {
  test("of connections hold at once, and those of the command line at the next start", async () => {
    const answer = await administer(server, { do: "limits", maxConnections: 1 });
    expect(answer).toMatchObject({ maxConnections: 1, sources: { maxConnections: "setting", byteRate: "usual" } });
    const bob = await come(server, "bob");
    const refused = await server.connect(realm.issueClient({ user: "alice" }));
    expect(await refused.ended()).toBe(true);
    expect(await server.logged("too-many-connections")).toBeDefined();
    bob.close();
    const { data } = server;
    await server.stop();
    server = await testServer(realm, { data, doorPort: 0, limits: { maxConnections: 7 } });
    expect(await administer(server, { do: "limits" })).toMatchObject({
      maxConnections: 7,
      sources: { maxConnections: "flag" },
    });
  });

  test("of devices and certificates: the next one is refused", async () => {
    await administer(server, { do: "limits", devicesPerUser: 1 });
    const [first, second] = [await invite(server, { user: "carl" }), await invite(server, { user: "carl" })];
    expect((await enrol(server, first)).status).toBe(200);
    expect(codeIn(await enrol(server, second))).toBe("too-many-devices");
    await administer(server, { do: "limits", devicesPerUser: 0, certificatesPerUser: 1 });
    expect(codeIn(await enrol(server, second))).toBe("too-many-certificates");
    await administer(server, { do: "limits", certificatesPerUser: 0 });
    expect((await enrol(server, second)).status).toBe(200);
  });

  test("of files: what would be too much is refused at its first piece, and what was begun goes on", async () => {
    await administer(server, { do: "limits", blobBytesPerUser: 1_000 });
    const bob = await come(server, "bob");
    const [first, second] = [randomBytes(600), randomBytes(600)];
    expect(await put(bob, first, { end: 300 })).toMatchObject({ type: "blobStored", offset: 300 });
    expect(await put(bob, second)).toMatchObject({ type: "error", code: "blob-quota" });
    expect(await put(bob, first, { offset: 300 })).toMatchObject({ type: "blobStored", complete: true });
    expect(await administer(server, { do: "user", user: "bob" })).toMatchObject({ blobBytes: 600 });
    // What is there already costs nobody anything.
    const alice = await come(server, "alice");
    expect(await put(alice, first)).toMatchObject({ type: "blobStored", complete: true });
    expect(await administer(server, { do: "user", user: "alice" })).toMatchObject({ blobBytes: 0 });
    await administer(server, { do: "limits", blobBytesPerUser: 0 });
    expect(await put(bob, second)).toMatchObject({ type: "blobStored", complete: true });
  });

  /** From `offset` up to `end` of it. */
  function put(client: RawClient, whole: Buffer, { offset = 0, end = whole.length } = {}) {
    const id = createHash("sha256").update(whole).digest("hex") as Sha256;
    return client.ask({ type: "blobPut", id, size: whole.length, offset, chunk: whole.subarray(offset, end) });
  }
});

describe("lists", () => {
  test("users in pages, each once; devices with how they came", async () => {
    const names = ["ada", "bea", "cid", "dan", "eve"] as Handle[];
    for (const user of names) (await come(server, user)).close();
    const seen: unknown[] = [];
    let after: unknown;
    for (let more = true; more;) {
      const page = await administer(server, { do: "users", count: 2, ...(after === undefined ? {} : { after }) });
      const users = page["users"] as Fields[];
      seen.push(...users.map(({ user }) => user));
      after = users.at(-1)?.["user"];
      more = page["more"] === true;
    }
    expect(seen).toEqual(names);
    const eve = await come(server, "eve");
    const { devices } = await administer(server, { do: "devices", user: "eve" });
    expect(devices).toHaveLength(2);
    expect(devices).toContainEqual(expect.objectContaining({ user: "eve", how: "outside", connected: true }));
    eve.close();
  });

  test("conversations say how large they are, and no names", async () => {
    const { conversations } = await administer(server, { do: "conversations" });
    expect(conversations).toEqual([
      {
        conversation: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        kind: "lobby",
        members: 0,
        entries: 0,
        bytes: 0,
        epoch: 0,
        closed: false,
      },
    ]);
  });

  test("a request and its answer are one line each, whatever is in them", async () => {
    await administer(server, { do: "rename", user: "nobody", name: "x" });
    const [first, second] = await socketLines(server.data, '{"do":"stats"}\n{"do":"examine"}\n', 2);
    expect(first).toMatchObject({ ok: true, running: true, users: 0 });
    expect(second).toMatchObject({ ok: true, sound: true, findings: [] });
  });
});
