// Nothing that people write, name or react is anywhere on the server: not in its data, its log, its memory; nor in the files of a
// client's vault.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ClientProgram } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";
import { inMemoryOf } from "../kit/memory.ts";
import { foundIn } from "../kit/vault.ts";

const TEXT = "the treasure lies under the old oak";
const EDITED = "the treasure lies behind the new mill";
const DIRECT = "only between the two of us";
const NOTE = "remember the milk and the honey";
const ROOM = "expedition-to-the-poles";
const TOPIC = "who carries the sledges";
const ALL = [TEXT, EDITED, DIRECT, NOTE, ROOM, TOPIC];

const heard = (client: ClientProgram, text: string): Promise<unknown> =>
  client.event((line) => line["event"] === "message" && line["text"] === text);

describe("what is said", () => {
  it("is in no file, no log line and no memory of the server, and in no file of a client", async () => {
    await using group = await Group.start(["alice", "bob"]);
    const [alice, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
    expect(await alice.ask({ do: "create", name: ROOM, join: "open", history: "all" })).toMatchObject({ ok: true });
    await alice.ask({ do: "add", to: `#${ROOM}`, user: "bob" });
    await alice.ask({ do: "topic", to: `#${ROOM}`, text: TOPIC });
    const { message } = await alice.ask({ do: "send", to: `#${ROOM}`, text: TEXT });
    await heard(bob, TEXT);
    expect(await bob.ask({ do: "react", to: `#${ROOM}`, message, emoji: "🗺️" })).toMatchObject({ ok: true });
    expect(await alice.ask({ do: "edit", to: `#${ROOM}`, message, text: EDITED })).toMatchObject({ ok: true });
    await alice.ask({ do: "send", to: "@bob", text: DIRECT });
    await heard(bob, DIRECT);
    await alice.ask({ do: "send", to: "@alice", text: NOTE });
    // The search finds what is there: the clients know it all.
    expect(inMemoryOf(alice.child.pid ?? 0, ALL).toSorted()).toEqual(ALL.toSorted());
    expect(inMemoryOf(group.server.child.pid ?? 0, ALL)).toEqual([]);
    expect(foundIn(group.data, ALL)).toEqual([]);
    expect(ALL.filter((text) => group.server.stdout.join("\n").includes(text))).toEqual([]);
    expect(foundIn(join(group.folder, "home"), ALL)).toEqual([]);
    group.server.kill("SIGTERM");
    await group.server.exited;
    expect(foundIn(group.data, ALL)).toEqual([]);
  });
});
