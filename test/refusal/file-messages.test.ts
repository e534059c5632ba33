// Files in conversations that cannot be sent or saved, and those that are not what they are said to be: nothing is left of them.
import { randomFillSync } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unvouched, vouched } from "../../src/client/app/log/vouched.ts";
import type { Groups } from "../../src/mls/groups.ts";
import { FileStory, MB, StuckDisk, codeOf, file, progressOf, sent, stopped, told } from "../kit/files.ts";
import { testServer } from "../kit/server.ts";

let story: FileStory;
beforeAll(async () => {
  story = await FileStory.make();
});
afterAll(() => story.remove());

test("a file that is written to while it is sent", async () => {
  await using server = await testServer(story.realm);
  using both = await story.pair(server);
  const path = story.at("log.bin");
  writeFileSync(path, randomFillSync(Buffer.alloc(8 * MB)));
  const reply = codeOf(file(both.alice, path));
  await told(both.alice, "moving");
  writeFileSync(path, randomFillSync(Buffer.alloc(8 * MB)));
  expect(await reply).toBe("source-changed");
  expect(progressOf(both.alice).at(-1)).toMatchObject({ stage: "failed", reason: { code: "source-changed" } });
  expect(both.alice.client.waiting).toBe(0);
});

test("what is too large, before it is read; what is no file; a conversation that is not there", async () => {
  await using server = await testServer(story.realm);
  using both = await story.pair(server);
  const { alice } = both;
  writeFileSync(story.at("huge.bin"), "");
  truncateSync(story.at("huge.bin"), 1_100 * 1024 * 1024);
  expect(await codeOf(file(alice, story.at("huge.bin")))).toBe("source-too-large");
  expect(await codeOf(file(alice, story.folder))).toBe("source-kind");
  expect(await codeOf(file(alice, story.at("none")))).toBe("source-missing");
  expect(await codeOf(file(alice, story.at("note.txt"), { to: "#nowhere" }))).toBe("no-such-conversation");
  expect(progressOf(alice)).toEqual([]);
  expect(alice.client.waiting).toBe(0);
});

test("a file that is through when its sender is out of the room", async () => {
  await using server = await testServer(story.realm);
  const stuck = new StuckDisk(6 * MB);
  using both = await story.pair(server, { bob: { world: { disk: stuck } } });
  const { alice, bob } = both;
  await alice.ask({ do: "create", name: "plans" });
  await alice.ask({ do: "add", to: "#plans", user: "bob" });
  await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "added"), "added");
  await alice.ask({ do: "send", to: "#plans", text: "come in" });
  await bob.messages(1);
  const reply = codeOf(file(bob, story.at("film.mp4"), { to: "#plans" }));
  await stuck.reached;
  await alice.ask({ do: "remove", to: "#plans", user: "bob" });
  await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "removed"), "removed");
  stuck.free();
  expect(await reply).toBe("not-a-member");
  expect(bob.client.waiting).toBe(0);
});

test("more than 256 at once", async () => {
  await using server = await testServer(story.realm);
  using both = await story.pair(server);
  const { alice } = both;
  await alice.ask({ do: "link", state: "down" });
  const replies = Array.from({ length: 256 }, () => codeOf(file(alice, story.at("note.txt"))));
  const ids = (): readonly string[] => [...new Set(progressOf(alice).map(({ id }) => id))];
  await alice.face.until(() => ids().length === 256, "256 files");
  expect(await codeOf(file(alice, story.at("note.txt")))).toBe("too-many-transfers");
  await alice.ask({ do: "cancel", message: ids()[200] });
  replies.push(codeOf(file(alice, story.at("note.txt"))));
  await alice.face.until(() => ids().length === 257, "one more");
  stopped(alice);
  const codes = await Promise.all(replies);
  expect(codes.toSorted()).toEqual(["transfer-cancelled", ...Array.from({ length: 256 }, () => "transfer-stopped")]);
});

test("a place that cannot be written to, a message that is no file or gone", async () => {
  await using server = await testServer(story.realm);
  using both = await story.pair(server);
  const { alice, bob } = both;
  const message = await sent(both, story.at("note.txt"));
  const { message: text } = await alice.send("no file");
  await bob.messages(2);
  const to = story.emptyFolder("refused");
  mkdirSync(join(to, "note.txt"));
  const save = (command: object): Promise<string> => codeOf(bob.ask({ do: "save", message, path: to, ...command }));
  expect(await save({ path: join(to, "none", "note.txt") })).toBe("target-missing");
  expect(await save({ path: story.at("note.txt", "below") })).toBe("target-missing");
  expect(await save({ replace: true })).toBe("target-exists");
  expect(await save({ message: text })).toBe("no-file");
  expect(await save({ message: "0".repeat(32) })).toBe("no-such-message");
  await alice.ask({ do: "delete", to: "#lobby", message });
  await bob.face.until((face) => face.of("deleted").length === 1, "deleted");
  expect(await save({})).toBe("no-file");
  expect(readdirSync(to)).toEqual(["note.txt"]);
});

test("a file with another hash than its sender said, and one that the server has changed", async () => {
  await using server = await testServer(story.realm);
  using both = await story.pair(server, { alice: { bend: lyingAboutHashes } });
  const { bob } = both;
  const message = await sent(both, story.at("film.mp4"));
  const to = story.emptyFolder("mismatch");
  expect(await codeOf(bob.ask({ do: "save", message, path: to }))).toBe("transfer-mismatch");
  expect(progressOf(bob).at(-1)).toMatchObject({ stage: "failed", reason: { code: "transfer-mismatch" } });
  expect(readdirSync(to)).toEqual([]);

  const blobs = join(server.data, "blobs");
  const names = readdirSync(blobs, { recursive: true, encoding: "utf8" });
  const blob = join(blobs, names.find((name) => /[0-9a-f]{64}$/.test(name)) ?? "");
  const bytes = readFileSync(blob);
  bytes.writeUInt8(bytes.readUInt8(6 * MB) ^ 1, 6 * MB);
  writeFileSync(blob, bytes);
  expect(await codeOf(bob.ask({ do: "save", message, path: to }))).toBe("stream-damaged");
  expect(readdirSync(to)).toEqual([]);
});

/** Every ticket that leaves says another hash than its file has. */
function lyingAboutHashes(groups: Groups): Groups {
  const seal = groups.seal.bind(groups);
  return Object.assign(groups, {
    seal: (...[log, what]: Parameters<Groups["seal"]>) => {
      const { payload, head } = unvouched(what.plaintext);
      const said = Buffer.from(payload).toString("utf8");
      const lie = said.replace(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${"0".repeat(64)}"`);
      return seal(log, { ...what, plaintext: vouched({ payload: Buffer.from(lie, "utf8"), head }) });
    },
  });
}
