// Revocation lists that lie beside a client's ca.crt: obeyed for itself, the server and senders; an old one locks nobody out.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadClientFiles } from "../../src/pki/load-client.ts";
import { TestClient } from "../kit/client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

let realm: TestRealm;
beforeEach(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterEach(() => realm.remove());

const now = new Date();
const alice = () => loadClientFiles({ certs: realm.dir, as: "alice", now });

describe("the files", () => {
  it("both lists are read; the issuing CA need not lie there", async () => {
    expect((await alice()).realm.crls.size).toBe(2);
    const own = join(realm.dir, "own");
    mkdirSync(own);
    for (const name of ["ca.crt", "ca.crl", "issuing.crl"]) copyFileSync(realm.file(name), join(own, name));
    for (const name of ["alice.crt", "alice.key"]) copyFileSync(realm.file(`clients/${name}`), join(own, name));
    expect((await loadClientFiles({ certs: own, now })).realm.crls.size).toBe(2);
  });

  it("a certificate of our own that was revoked is told at the start", async () => {
    await realm.revoke("alice");
    await expect(alice()).rejects.toMatchObject({ code: "certificate-revoked" });
  });

  it("a list that has ended is no reason to stay away; one that cannot be believed is", async () => {
    realm.endList("issuing.crl");
    expect((await alice()).peer.user).toBe("alice");
    using other = await makeRealm({ clients: [] });
    copyFileSync(other.file("issuing.crl"), realm.file("issuing.crl"));
    await expect(alice()).rejects.toMatchObject({ code: "crl-untrusted" });
    writeFileSync(realm.file("issuing.crl"), "garbage");
    await expect(alice()).rejects.toMatchObject({ code: "pem-malformed" });
  });
});

describe("with lists", () => {
  const start = async (port: number, home?: string): Promise<TestClient> => {
    const files = { realm, identity: realm.client("alice"), port, pinned: await realm.load() };
    return new TestClient(home === undefined ? files : { ...files, home });
  };

  it("a revoked server is refused with a clear line, and nothing is said to it", async () => {
    await using server = await testServer(realm);
    await realm.revoke(realm.server().leaf.serial);
    using client = await start(server.port);
    expect(await client.client.ended).toMatchObject({
      how: "refused",
      by: "client",
      reason: {
        code: "server-revoked",
        message: expect.stringMatching(/^the server is not believed: .* was revoked on /) as unknown,
        hint: expect.stringContaining("tell the administrator") as unknown,
      },
    });
  });

  it("a list that has ended does not keep it from connecting", async () => {
    await using server = await testServer(realm);
    realm.endList("issuing.crl");
    using client = await start(server.port);
    await client.ready();
    expect(await client.send("here")).toMatchObject({ seq: 2 });
  });

  it("a sender who was revoked keeps the name and loses the proof, also one that was known before", async () => {
    await using server = await testServer(realm);
    using bob = new TestClient({ realm, identity: realm.client("bob"), port: server.port });
    const first = await start(server.port);
    await Promise.all([bob.ready(), first.ready()]);
    await bob.send("before");
    expect((await first.messages(1))[0]?.from).toMatchObject({ user: "bob", verified: true });
    first.client.stop();
    await bob.send("meanwhile");
    await realm.revoke("bob");
    using again = await start(server.port, first.home);
    expect((await again.messages(1))[0]).toMatchObject({ text: "meanwhile", from: { name: "bob", verified: false } });
    const { messages } = await again.ask({ do: "history", to: "#lobby" });
    expect(messages).toMatchObject([{ from: { user: "bob", verified: false } }, { from: { verified: false } }]);
    expect(await again.ask({ do: "members", to: "#lobby" })).toMatchObject({
      members: [
        { user: "alice", verified: true },
        { user: "bob", name: "bob", verified: false },
      ],
    });
    expect(again.face.of("alarm")).toEqual([]);
    expect(again.notes.filter((note) => note.includes("bob"))).toHaveLength(1);
  });

  it("a member who was revoked is taken out before the next message, which waits until the server knows it too", async () => {
    await using server = await testServer(realm);
    using bob = new TestClient({ realm, identity: realm.client("bob"), port: server.port });
    const first = await start(server.port);
    await Promise.all([bob.ready(), first.ready()]);
    first.client.stop();
    await realm.revoke("bob");
    using again = await start(server.port, first.home);
    await again.ready();
    const reply = again.send("without bob");
    await again.face.until((face) => face.of("state").length > 0, "queued");
    await server.server.reload();
    expect(await reply).toMatchObject({ seq: 4 });
    expect(again.face.of("member")).toMatchObject([{ user: "bob", change: "removed", by: "alice" }]);
    expect(await again.ask({ do: "members", to: "#lobby" })).toMatchObject({ members: [{ user: "alice" }] });
    expect(bob.texts()).toEqual([]);
  });
});
