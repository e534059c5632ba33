// A room on the screens of real clients over a real server: made, come into, renamed, left.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SystemEvent, TimelineItem } from "../../src/client/port/screens.ts";
import { Fault } from "../../src/model/fault.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { ScreenClient, type ScreenWish } from "../kit/screen-client.ts";
import { testServer, type TestServer } from "../kit/server.ts";

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());

function start(server: TestServer, name: string, more: Partial<ScreenWish> = {}): Promise<ScreenClient> {
  return new ScreenClient({ realm, identity: realm.client(name), port: server.port, ...more }).ready();
}

const say = (one: ScreenClient, text: string): Promise<void> => one.do({ want: "submit", text });

/** What stands between the messages. */
function happened(one: ScreenClient): readonly SystemEvent[] {
  return one.view.open.timeline.items.flatMap((item) => (item.item === "system" ? [item.event] : []));
}

function whatOf(item: TimelineItem): string {
  if (item.item === "message") return item.message.text ?? "";
  if (item.item !== "system") return item.item;
  return "change" in item.event ? `${item.event.event} ${item.event.change}` : item.event.event;
}

describe("a room", () => {
  it("is made, joined by others, talked in, renamed, locked away and left", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice", { passphrase: "swordfish" });
    using bob = await start(server, "bob");
    await alice.screens.ask({ do: "create", name: "plans", join: "invite", listed: false, history: "none" });
    await alice.until(() => alice.view.open.conversation === "#plans", "in the room that was made");
    await alice.screens.ask({ do: "add", to: "#plans", user: "bob" as never });
    await alice.until(() => alice.view.open.members.length === 2, "two members");
    expect(alice.view.open.members).toMatchObject([
      { user: "alice", role: "owner" },
      { user: "bob", online: true },
    ]);
    await bob.until(() => bob.row("#plans")?.members === 2, "bob is in");
    await bob.do({ want: "open", conversation: "#plans" });
    expect(happened(bob)).toEqual([
      expect.objectContaining({ event: "member", user: "bob", change: "added", by: "alice" }),
    ]);
    await say(bob, "what next?");
    await alice.sees("what next?");
    await bob.do({ want: "draft", text: "I think" });
    await alice.screens.ask({ do: "rename", to: "#plans", text: "ideas" });
    await bob.until(() => bob.view.open.conversation === "#ideas", "another name");
    expect(bob.view.open.composer.draft).toBe("I think");
    expect(bob.texts).toEqual(["what next?"]);
    await alice.do({ want: "lock" });
    expect(alice.view).toMatchObject({ locked: true, conversations: [], open: { conversation: "" } });
    await say(bob, "are you there, @alice?");
    await alice.until(() => alice.view.mentions > 0, "counted while locked");
    expect(JSON.stringify(alice.view)).not.toMatch(/there|next|bob/);
    expect(alice.rings.at(-1)).toMatchObject({ title: "", text: "" });
    await expect(alice.do({ want: "unlock", passphrase: "herring" })).rejects.toMatchObject({
      code: "wrong-passphrase",
    });
    await alice.do({ want: "unlock", passphrase: "swordfish" });
    expect(alice.texts).toContain("are you there, @alice?");
    await alice.screens.ask({ do: "remove", to: "#ideas", user: "bob" as never });
    await bob.until(() => bob.view.open.composer.closed === "left", "bob is out");
  });

  it("is left: who leaves is told once, the others that they left and nothing else", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await alice.screens.ask({ do: "create", name: "plans", join: "open", listed: true, history: "none" });
    await bob.until(() => bob.test.face.of("conversation").some(({ change }) => change === "listed"), "listed");
    await bob.screens.ask({ do: "join", to: "#plans" });
    await bob.until(() => bob.view.open.conversation === "#plans", "in the room");
    expect(happened(bob)).toEqual([expect.objectContaining({ event: "conversation", change: "added" })]);
    expect(happened(bob)[0]).not.toHaveProperty("by");
    await alice.until(() => alice.view.open.members.length === 2, "two members");
    await alice.screens.ask({ do: "role", to: "#plans", user: "bob" as never, role: "admin" });
    await bob.until(() => happened(bob).length === 2, "an admin");
    await bob.screens.ask({ do: "leave", to: "#plans" });
    await bob.until(() => bob.view.open.composer.closed === "left", "bob is out");
    expect(bob.test.face.of("conversation").at(-1)).toMatchObject({ change: "removed", by: "bob" });
    expect(happened(bob)).toHaveLength(2);
    await say(alice, "who is left?");
    await alice.until(() => happened(alice).some((one) => "change" in one && one.change === "left"), "bob has left");
    await alice.until(() => alice.messages.at(-1)?.seq !== undefined, "said behind that");
    expect(happened(alice).at(-1)).toMatchObject({ event: "member", user: "bob", change: "left" });
  });

  it("says what happened in it after a start anew, too; and who was taken out, that they were", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    using bob = await start(server, "bob");
    await alice.screens.ask({ do: "create", name: "plans", join: "invite", listed: false, history: "none" });
    await alice.until(() => alice.view.open.conversation === "#plans", "in the room that was made");
    await say(alice, "one");
    await alice.screens.ask({ do: "add", to: "#plans", user: "bob" as never });
    await bob.until(() => bob.row("#plans")?.members === 2, "bob is in");
    await bob.do({ want: "open", conversation: "#plans" });
    await say(bob, "two");
    await alice.sees("two");
    await alice.screens.ask({ do: "topic", to: "#plans", text: "what next" });
    await alice.screens.ask({ do: "remove", to: "#plans", user: "bob" as never });
    await bob.until(() => bob.view.open.composer.putOut !== undefined, "bob is out");
    await alice.until(() => happened(alice).length === 4, "alice has heard it all");
    const [before, beforeOfBob] = [alice, bob].map((one) => one.view.open.timeline.items.map(whatOf));
    for (const one of [alice, bob]) one.stop();
    using aliceAgain = await start(server, "alice", { home: alice.home });
    expect(aliceAgain.view.open.timeline.items.map(whatOf)).toEqual(before);
    expect(before).toEqual([
      "date",
      "conversation added",
      "one",
      "member added",
      "unread",
      "two",
      "conversation topic",
      "member removed",
    ]);
    using bobAgain = await start(server, "bob", { home: bob.home });
    expect(bobAgain.view.open.timeline.items.map(whatOf)).toEqual(beforeOfBob);
    expect(bobAgain.view.open.composer).toMatchObject({ closed: "left", putOut: {} });
  });

  it("stays to be read after one is out of it, put away under its name; and goes on when one comes back", async () => {
    await using server = await testServer(realm);
    using alice = await start(server, "alice");
    const before = await start(server, "bob");
    await alice.screens.ask({ do: "create", name: "plans", join: "open", listed: true, history: "none" });
    await before.until(() => before.test.face.of("conversation").some(({ change }) => change === "listed"), "listed");
    await before.screens.ask({ do: "join", to: "#plans" });
    await before.until(() => before.view.open.conversation === "#plans", "in the room");
    await say(before, "a word of bob");
    await alice.do({ want: "open", conversation: "#plans" });
    await alice.sees("a word of bob");
    await say(alice, "a word of alice");
    await before.sees("a word of alice");
    await before.screens.ask({ do: "leave", to: "#plans" });
    await before.until(() => before.row("#plans")?.past === "#plans", "bob is out");
    before.stop();
    using bob = await start(server, "bob", { home: before.home });
    expect(bob.view.open).toMatchObject({ conversation: "#plans", composer: { closed: "left" } });
    await bob.do({ want: "look", focused: true, atEnd: true });
    await bob.until(() => bob.row("#plans")?.unread === 0, "read");
    expect(bob.row("#plans")).toMatchObject({ title: "#plans", archived: true, past: "#plans", members: 0 });
    await bob.do({ want: "open", conversation: "#lobby" });
    await bob.do({ want: "search", query: "word" });
    const [hit] = bob.view.search?.results ?? [];
    expect(hit).toMatchObject({ conversation: "#plans" });
    await bob.do({ want: "jump", conversation: "#plans", message: hit?.message ?? ("" as never) });
    expect(bob.texts).toEqual(["a word of bob", "a word of alice"]);
    const codes = [];
    for (const command of [
      { do: "send", to: "#plans", text: "mine" },
      { do: "topic", to: "#plans", text: "mine" },
      { do: "members", to: "#plans" },
      { do: "add", to: "#plans", user: "alice" as never },
      { do: "leave", to: "#plans" },
    ] as const)
      codes.push(
        await bob.screens.ask(command).then(
          () => "done",
          (error: unknown) => (error instanceof Fault ? error.code : "?"),
        ),
      );
    expect(codes).toEqual(codes.map(() => "not-a-member"));
    await bob.screens.ask({ do: "join", to: "#plans" });
    await bob.until(() => bob.row("#plans")?.past === undefined, "back");
    await bob.until(() => bob.view.open.composer.closed === undefined, "can write");
    await say(bob, "again here");
    await alice.sees("again here");
    expect(bob.texts).toEqual(["a word of bob", "a word of alice", "again here"]);
    expect(bob.row("#plans")).toMatchObject({ archived: false });
  });
});
