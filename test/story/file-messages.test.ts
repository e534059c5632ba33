// Files in conversations with real clients and a real server: sent and saved, held, cancelled, over connections that break.
import { randomFillSync } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FILM_BYTES,
  FileStory,
  MB,
  StuckDisk,
  codeOf,
  comes,
  file,
  hashOf,
  progressOf,
  sent,
  stagesOf,
  stopped,
  told,
} from "../kit/files.ts";
import { testServer } from "../kit/server.ts";
import { CuttingProxy } from "./files-connection.ts";

let story: FileStory;
beforeAll(async () => {
  story = await FileStory.make();
});
afterAll(() => story.remove());

describe("a file", () => {
  it("goes both ways in a room, with what was said, and is saved under a name that was free", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server);
    const { alice, bob } = both;
    await alice.ask({ do: "create", name: "plans" });
    await alice.ask({ do: "add", to: "#plans", user: "bob" });
    const { message: before } = await alice.ask({ do: "send", to: "#plans", text: "shall I?" });
    const more = { to: "#plans", text: "here it is", replyTo: before, expire: 3_600 };
    const { message } = await file(alice, story.at("film.mp4"), more);
    expect(stagesOf(alice, message)).toEqual(["reading", "moving", "done"]);
    expect(progressOf(alice).at(-1)).toMatchObject({
      way: "up",
      name: "film.mp4",
      bytes: FILM_BYTES,
      total: FILM_BYTES,
    });
    expect(await comes(bob, message)).toMatchObject({
      conversation: "#plans",
      from: { user: "alice" },
      text: "here it is",
      replyTo: before,
      file: { name: "film.mp4", type: "video/mp4", bytes: FILM_BYTES },
    });

    const to = story.emptyFolder("both-ways");
    const save = (path: string, replace = false) => bob.ask({ do: "save", message, path, replace });
    const sha256 = hashOf(story.at("film.mp4"));
    expect(await save(to)).toEqual({ bytes: FILM_BYTES, sha256, path: join(to, "film.mp4") });
    expect(stagesOf(bob, message)).toEqual(["moving", "done"]);
    expect(await save(to)).toMatchObject({ path: join(to, "film (2).mp4") });
    writeFileSync(join(to, "mine.mp4"), "keep me");
    expect(await save(join(to, "mine.mp4"))).toMatchObject({ path: join(to, "mine (2).mp4") });
    expect(readFileSync(join(to, "mine.mp4"), "utf8")).toBe("keep me");
    expect(await save(join(to, "mine.mp4"), true)).toMatchObject({ path: join(to, "mine.mp4") });
    for (const name of readdirSync(to)) expect([name, hashOf(join(to, name))]).toEqual([name, sha256]);

    const back = await file(bob, story.at("note.txt"), { to: "@alice" });
    expect(await comes(alice, back["message"])).toMatchObject({ conversation: "@bob", text: "" });
    expect(await alice.ask({ do: "save", message: back["message"], path: join(to, "note") })).toMatchObject({
      bytes: 20,
      path: join(to, "note"),
    });
    expect(readFileSync(join(to, "note"), "utf8")).toBe("what I wanted to say");
  });

  it("comes behind those that were sent before it, large ones too", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server);
    const { alice, bob } = both;
    const names = ["film.mp4", "note.txt", "film.mp4", "note.txt"];
    const all = await Promise.all(names.map((name) => file(alice, story.at(name))));
    for (const { message } of all) await comes(bob, message);
    const came = bob.face.of("message").flatMap((one) => (one.file === undefined ? [] : [one.message]));
    expect(came).toEqual(all.map(({ message }) => message));
  });

  it("waits while three others move, and nobody waits for one that is paused", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server);
    const { alice } = both;
    const first = file(alice, story.at("film.mp4"));
    const { id } = await told(alice, "moving");
    await alice.ask({ do: "pause", message: id });
    expect(stagesOf(alice, id)).toEqual(["reading", "moving", "paused"]);
    await Promise.all(Array.from({ length: 5 }, () => file(alice, story.at("film.mp4"))));
    const course = progressOf(alice).filter((one) => one.id !== id);
    const going = new Set<string>();
    let most = 0;
    for (const one of course) {
      if (one.stage === "done") going.delete(one.id);
      else if (one.stage !== "waiting") going.add(one.id);
      most = Math.max(most, going.size);
    }
    expect(most).toBe(3);
    const ids = [...new Set(course.map((one) => one.id))];
    expect(ids.filter((one) => stagesOf(alice, one)[0] === "waiting")).toHaveLength(2);
    expect(stagesOf(alice, id).at(-1)).toBe("paused");
    expect(await codeOf(alice.ask({ do: "pause", message: ids[0] }))).toBe("no-such-transfer");

    await alice.ask({ do: "resume", message: id });
    expect(await first).toMatchObject({ message: id });
    expect(stagesOf(alice, id)).toEqual(["reading", "moving", "paused", "moving", "done"]);
  });

  it("cancelled while it is sent: no message comes of it; while it is saved: nothing is left", async () => {
    await using server = await testServer(story.realm);
    const stuck = new StuckDisk(6 * MB);
    using both = await story.pair(server, { bob: { world: { disk: stuck } } });
    const { alice, bob } = both;
    const sending = codeOf(file(alice, story.at("film.mp4")));
    const { id } = await told(alice, "moving");
    expect(await alice.ask({ do: "cancel", message: id })).toEqual({});
    expect(await sending).toBe("transfer-cancelled");
    expect(progressOf(alice).at(-1)).toMatchObject({ id, stage: "failed", reason: { code: "transfer-cancelled" } });
    expect(alice.client.waiting).toBe(0);
    const message = await sent(both, story.at("film.mp4"));
    expect(bob.face.of("message").map((one) => one.message)).toEqual([message]);

    const to = story.emptyFolder("cancelled");
    const saving = codeOf(bob.ask({ do: "save", message, path: to }));
    await stuck.reached;
    expect(await codeOf(bob.ask({ do: "save", message, path: story.folder }))).toBe("transfer-running");
    expect(readdirSync(to)).toHaveLength(1);
    const over = bob.ask({ do: "cancel", message });
    stuck.free();
    expect(await over).toEqual({});
    expect(await saving).toBe("transfer-cancelled");
    expect(readdirSync(to)).toEqual([]);
    expect(await codeOf(bob.ask({ do: "cancel", message }))).toBe("no-such-transfer");
  });

  it("cancelled too late is there, and that is said", async () => {
    await using server = await testServer(story.realm);
    const stuck = new StuckDisk(FILM_BYTES);
    using both = await story.pair(server, { bob: { world: { disk: stuck } } });
    const message = await sent(both, story.at("film.mp4"));
    const to = story.emptyFolder("too-late");
    const saving = both.bob.ask({ do: "save", message, path: to });
    await stuck.reached;
    const cancelling = codeOf(both.bob.ask({ do: "cancel", message }));
    stuck.free();
    expect(await saving).toMatchObject({ path: join(to, "film.mp4") });
    expect(await cancelling).toBe("no-such-transfer");
    expect(readdirSync(to)).toEqual(["film.mp4"]);
  });
});

describe("the connection", () => {
  it("breaks every 5 MB: both ways the file arrives, and it is told that it waits", async () => {
    await using server = await testServer(story.realm);
    using proxy = await CuttingProxy.start(server.port, 5 * MB);
    const through = { port: proxy.port, world: { random: shortestWaits } };
    using both = await story.pair(server, { alice: through, bob: through });
    const message = await sent(both, story.at("film.mp4"));
    const cuts = proxy.cuts;
    expect(cuts).toBeGreaterThanOrEqual(2);
    expect(stagesOf(both.alice, message)).toEqual(expect.arrayContaining(["reading", "moving", "waiting", "done"]));
    const to = story.emptyFolder("cut");
    await both.bob.ask({ do: "save", message, path: to });
    expect(proxy.cuts - cuts).toBeGreaterThanOrEqual(2);
    expect(stagesOf(both.bob, message)).toEqual(expect.arrayContaining(["moving", "waiting", "done"]));
    expect(hashOf(join(to, "film.mp4"))).toBe(hashOf(story.at("film.mp4")));
    expect(readdirSync(to)).toEqual(["film.mp4"]);
  });

  it("is not there yet: a file waits for it like a message, and is read when it comes", async () => {
    await using server = await testServer(story.realm);
    const { port, data } = server;
    const before = story.start(server, "alice");
    await before.ready();
    const home = stopped(before);
    await server.stop();
    using alice = story.start({ port }, "alice", { home });
    const reply = file(alice, story.at("film.mp4"));
    const { id } = await told(alice, "waiting");
    expect(await codeOf(file(alice, story.at("no such file")))).toBe("source-missing");
    expect(alice.client.waiting).toBe(1);
    await using _again = await testServer(story.realm, { port, data });
    expect(await reply).toMatchObject({ message: id });
    expect(stagesOf(alice, id)).toEqual(["waiting", "reading", "moving", "done"]);
    expect(alice.client.waiting).toBe(0);
  });
});

/** Between two attempts. */
function shortestWaits(bytes: number): Uint8Array {
  const random = randomFillSync(new Uint8Array(bytes));
  return bytes === 2 ? random.fill(0) : random;
}
