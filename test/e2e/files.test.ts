// A file of 64 MB through the packaged executables: sent by one that is killed in the middle, saved by one that is killed in the
// middle. What arrives is what was sent, once.
import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";

const BYTES = 64_000_000;
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const isMoving = (line: Json): boolean =>
  line["event"] === "progress" && line["stage"] === "moving" && Number(line["bytes"]) > 0;

async function killedInTheMiddle(client: ClientProgram): Promise<Json> {
  const moved = await client.event(isMoving);
  client.kill("SIGKILL");
  expect(await client.exited).toEqual({ code: null, signal: "SIGKILL" });
  expect(client.said().filter((line) => line["stage"] === "done" || line["reply"] !== undefined)).toEqual([]);
  return moved;
}

it("goes on after kill -9, both ways", async () => {
  await using group = await Group.start(["alice", "bob"]);
  const path = join(group.folder, "film.mp4");
  writeFileSync(path, randomFillSync(Buffer.alloc(BYTES)));
  const alice = await group.client("alice");
  alice.command({ do: "file", to: "#lobby", path, text: "the film" });
  const sent = await killedInTheMiddle(alice);

  const bob = await group.client("bob");
  const again = await group.client("alice");
  const goneOn = await again.event(isMoving);
  expect(goneOn).toMatchObject({ id: sent["id"], way: "up", total: BYTES });
  expect(Number(goneOn["bytes"])).toBeGreaterThanOrEqual(Number(sent["bytes"]));
  await bob.received(1);
  const file = { name: "film.mp4", type: "video/mp4", bytes: BYTES };
  expect(bob.messages()).toMatchObject([{ message: sent["id"], text: "the film", file }]);

  const to = join(group.folder, "saved");
  mkdirSync(to);
  const save = { do: "save", message: sent["id"], path: to };
  bob.command(save);
  await killedInTheMiddle(bob);
  const second = await group.client("bob");
  const saved = { ok: true, bytes: BYTES, sha256: hashOf(path), path: join(to, "film.mp4") };
  expect(await second.ask(save)).toMatchObject(saved);
  expect(readdirSync(to)).toEqual(["film.mp4"]);
  expect(hashOf(join(to, "film.mp4"))).toBe(saved.sha256);
  expect(second.messages()).toEqual([]);
});

it("is waited for at the end of input", async () => {
  await using group = await Group.start(["alice", "bob"]);
  const path = join(group.folder, "film.mp4");
  writeFileSync(path, randomFillSync(Buffer.alloc(BYTES)));
  const [first, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
  first.command({ do: "file", to: "#lobby", path });
  const { id } = await killedInTheMiddle(first);
  const alice = await group.client("alice");
  alice.child.stdin.end();
  expect(await alice.exited).toEqual({ code: 0, signal: null });
  expect(alice.said().filter((line) => line["stage"] === "done")).toMatchObject([{ id, bytes: BYTES }]);
  await bob.received(1);
  expect(bob.messages()).toMatchObject([{ message: id }]);
});
