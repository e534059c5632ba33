// Files in conversations whose client ends in the middle: what goes on by itself, what goes on when it is asked again, what does not.
import { randomFillSync } from "node:crypto";
import { appendFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  FILM_BYTES,
  FileStory,
  MB,
  StuckDisk,
  codeOf,
  file,
  fullAt,
  hashOf,
  progressOf,
  sent,
  stagesOf,
  stopped,
  told,
} from "../kit/files.ts";
import { testServer } from "../kit/server.ts";

let story: FileStory;
beforeAll(async () => {
  story = await FileStory.make();
});
afterAll(() => story.remove());

describe("the sender starts anew in the middle", () => {
  it("and it goes on by itself from where the server is, as the message that it was", async () => {
    await using server = await testServer(story.realm);
    const stuck = new StuckDisk(6 * MB);
    using both = await story.pair(server, { alice: { world: { disk: stuck } } });
    const lost = codeOf(file(both.alice, story.at("film.mp4"), { text: "at last" }));
    const { id } = await told(both.alice, "moving");
    await stuck.reached;
    const home = stopped(both.alice);
    stuck.free();
    expect(await lost).toBe("transfer-stopped");
    using again = story.start(server, "alice", { home });
    await again.client.rest(false);
    expect(await both.bob.messages(1)).toMatchObject([{ message: id, text: "at last", file: { bytes: FILM_BYTES } }]);
    // No more than 1.5 MiB were under way.
    expect((await told(again, "moving")).bytes).toBeGreaterThan(4 * MB);
    expect(stagesOf(again, id)).toEqual(["waiting", "reading", "moving", "done"]);
    using third = story.start(server, "alice", { home: stopped(again) });
    await third.client.rest(false);
    expect(progressOf(third)).toEqual([]);
  });

  it("while it is paused: it stays so, and nobody waits for it, until it is resumed", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server);
    const lost = codeOf(file(both.alice, story.at("film.mp4")));
    const { id } = await told(both.alice, "moving");
    await both.alice.ask({ do: "pause", message: id });
    expect(both.alice.client.waiting).toBe(0);
    // The end of the input: it is answered, though it is not through.
    both.alice.client.leave();
    expect(await lost).toBe("transfer-stopped");
    using again = story.start(server, "alice", { home: stopped(both.alice) });
    await again.client.rest(false);
    expect(stagesOf(again, id)).toEqual(["paused"]);
    await again.ask({ do: "resume", message: id });
    expect(again.client.waiting).toBe(1);
    expect(await both.bob.messages(1)).toMatchObject([{ message: id }]);
  });

  const changes: [string, (path: string) => void, string][] = [
    ["another size", (path) => appendFileSync(path, "more"), "source-changed"],
    ["other content", (path) => writeFileSync(path, randomFillSync(Buffer.alloc(3 * MB))), "source-changed"],
    ["gone", (path) => rmSync(path), "source-missing"],
  ];
  it.each(changes)("and the file has changed meanwhile (%s): it is told, nothing is sent", async (_, change, code) => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server);
    const path = story.at("draft.bin");
    writeFileSync(path, randomFillSync(Buffer.alloc(3 * MB)));
    const lost = codeOf(file(both.alice, path));
    const { id } = await told(both.alice, "moving");
    const home = stopped(both.alice);
    expect(await lost).toBe("transfer-stopped");
    change(path);
    using again = story.start(server, "alice", { home });
    expect(await told(again, "failed")).toMatchObject({ id, reason: { code } });
    expect(stagesOf(again, id)).not.toContain("moving");
    await again.client.rest(false);
    await again.send("after it");
    await both.bob.messages(1);
    expect(both.bob.texts()).toEqual(["after it"]);
    using third = story.start(server, "alice", { home: stopped(again) });
    await third.client.rest(false);
    expect(progressOf(third)).toEqual([]);
  });
});

describe("no room on the disk", () => {
  it("in the middle: what is there stays, and the same command goes on with it after a restart", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server, { bob: { world: { disk: fullAt(6 * MB) } } });
    const message = await sent(both, story.at("film.mp4"));
    const to = story.emptyFolder("small");
    const save = { do: "save", message, path: to };
    expect(await codeOf(both.bob.ask(save))).toBe("target-full");
    expect(readdirSync(to)).toHaveLength(1);
    using again = story.start(server, "bob", { home: stopped(both.bob) });
    await again.ready();
    await again.ask(save);
    expect(stagesOf(again, message)).toEqual(["reading", "moving", "done"]);
    expect((await told(again, "moving")).bytes).toBeGreaterThan(5 * MB);
    expect(readdirSync(to)).toEqual(["film.mp4"]);
    expect(hashOf(join(to, "film.mp4"))).toBe(hashOf(story.at("film.mp4")));
  });

  it("what is there goes when it is saved elsewhere, cancelled, or when its message is deleted", async () => {
    await using server = await testServer(story.realm);
    using both = await story.pair(server, { bob: { world: { disk: fullAt(6 * MB) } } });
    const { alice, bob } = both;
    const message = await sent(both, story.at("film.mp4"));
    const [to, elsewhere] = [story.emptyFolder("first"), story.emptyFolder("elsewhere")];
    const fails = async (path: string): Promise<void> => {
      expect(await codeOf(bob.ask({ do: "save", message, path }))).toBe("target-full");
      expect(readdirSync(path)).toEqual([expect.stringMatching(/^\.[0-9a-f]{24}\.part$/)]);
    };
    await fails(to);
    await fails(elsewhere);
    expect(readdirSync(to)).toEqual([]);
    expect(await bob.ask({ do: "cancel", message })).toEqual({});
    expect(readdirSync(elsewhere)).toEqual([]);
    await fails(to);
    await alice.ask({ do: "delete", to: "#lobby", message });
    await bob.face.until((face) => face.of("deleted").length === 1, "deleted");
    using again = story.start(server, "bob", { home: stopped(bob) });
    await again.ready();
    while (readdirSync(to).length > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
