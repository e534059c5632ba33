// The composer: drafts of each conversation, answers, edits, and what is refused before it is sent.
import { describe, expect, test } from "vitest";
import { conversation, midOf, said, TestScreens } from "../../../../kit/screens.ts";

const CONVERSATIONS = [conversation("#lobby"), conversation("@bob"), conversation("#plans")];

async function started(settings?: Map<string, string>): Promise<TestScreens> {
  const messages = { "#lobby": [said(1), said(2, { by: "alice" }), said(3, { by: "alice", text: "tpyo" }), said(4)] };
  return TestScreens.ready({ messages, conversations: CONVERSATIONS }, settings);
}

describe("drafts", () => {
  test("are kept for each conversation, shown in the list, and survive a restart", async () => {
    const it = await started();
    await it.screens.do({ want: "draft", text: "for all" });
    await it.screens.do({ want: "open", conversation: "#plans" });
    expect(it.screens.view.open.composer.draft).toBe("");
    await it.screens.do({ want: "draft", text: "for plans" });
    await it.screens.do({ want: "open", conversation: "@carol" });
    await it.screens.do({ want: "draft", text: "for somebody new" });
    expect([it.row("#lobby")?.hasDraft, it.row("#plans")?.hasDraft, it.row("@bob")?.hasDraft]).toEqual([
      true,
      true,
      false,
    ]);
    // After a moment, also if the program is killed.
    await it.pass(400);
    const again = await started(it.settings);
    expect(again.screens.view.open).toMatchObject({ conversation: "@carol", composer: { draft: "for somebody new" } });
    await again.screens.do({ want: "open", conversation: "#plans" });
    expect(again.screens.view.open.composer.draft).toBe("for plans");
    await again.screens.do({ want: "submit", text: "for plans, finished" });
    expect(again.screens.view.open.composer.draft).toBe("");
    again.screens.stop();
    expect(again.settings.get("screens/drafts")).toBe('{"#lobby":"for all","@carol":"for somebody new"}');
  });

  test("say that the user is writing, seldom, and that they have stopped; commands are nobody's business", async () => {
    const it = await started();
    await it.screens.do({ want: "draft", text: "/topic secret" });
    expect(it.asked("typing")).toEqual([]);
    for (const text of ["h", "he", "hel"]) await it.screens.do({ want: "draft", text });
    await it.settled();
    expect(it.asked("typing")).toMatchObject([{ to: "#lobby", on: true }]);
    it.clock.pass(3_000);
    await it.screens.do({ want: "draft", text: "hell" });
    await it.screens.do({ want: "open", conversation: "#plans" });
    await it.settled();
    expect(it.asked("typing").map(({ on }) => on)).toEqual([true, true, false]);
  });
});

describe("answers and edits", () => {
  test("an answer says what it answers, is sent with it, and is over then", async () => {
    const it = await started();
    await it.screens.do({ want: "reply", message: midOf(1) });
    expect(it.screens.view.open.composer.replyTo).toMatchObject({
      message: midOf(1),
      excerpt: "text 1",
      from: { user: "bob" },
    });
    await it.screens.do({ want: "submit", text: "yes" });
    expect(it.asked("send")).toMatchObject([{ replyTo: midOf(1), text: "yes" }]);
    expect(it.screens.view.open.composer).toEqual({ draft: "", expire: 0 });
    await it.screens.do({ want: "reply", message: midOf(1) });
    await it.screens.do({ want: "reply", message: undefined });
    expect(it.screens.view.open.composer.replyTo).toBeUndefined();
    await expect(it.screens.do({ want: "reply", message: midOf(99) })).rejects.toMatchObject({
      code: "no-such-message",
    });
  });

  test("the last of one's own is edited in an empty composer; the draft waits", async () => {
    const it = await started();
    await it.screens.do({ want: "draft", text: "unfinished" });
    await it.screens.do({ want: "edit-last" });
    expect(it.screens.view.open.composer.editing).toBeUndefined();
    await it.screens.do({ want: "edit", message: midOf(2) });
    expect(it.screens.view.open.composer).toMatchObject({ editing: midOf(2), draft: "text 2" });
    await it.screens.do({ want: "draft", text: "text two" });
    await it.screens.do({ want: "submit", text: "text two" });
    expect(it.asked("edit")).toMatchObject([{ to: "#lobby", message: midOf(2), text: "text two" }]);
    expect(it.screens.view.open.composer).toEqual({ draft: "unfinished", expire: 0 });
    await it.screens.do({ want: "draft", text: "" });
    await it.screens.do({ want: "edit-last" });
    expect(it.screens.view.open.composer).toMatchObject({ editing: midOf(3), draft: "tpyo" });
    await it.screens.do({ want: "edit", message: undefined });
    expect(it.screens.view.open.composer).toEqual({ draft: "", expire: 0 });
    expect(it.asked("send")).toEqual([]);
  });

  test("nobody edits what somebody else wrote", async () => {
    const it = await started();
    await expect(it.screens.do({ want: "edit", message: midOf(1) })).rejects.toMatchObject({ code: "not-the-author" });
  });
});

describe("what is refused before it is sent", () => {
  test.each([
    ["  \n ", "empty-text"],
    ["x".repeat(65_537), "too-long"],
    ["\ud800", "bad-text"],
  ])("%#: it stays a draft", async (text, code) => {
    const it = await started();
    await it.screens.do({ want: "draft", text: "kept" });
    await expect(it.screens.do({ want: "submit", text })).rejects.toMatchObject({ code });
    expect([it.asked("send"), it.screens.view.open.composer.draft]).toEqual([[], "kept"]);
  });

  test("what goes to a conversation that is closed, or that the user has left", async () => {
    const it = await TestScreens.ready({
      conversations: [conversation("#lobby"), conversation("#plans", { closed: true })],
    });
    await it.screens.do({ want: "open", conversation: "#plans" });
    expect(it.screens.view.open.composer.closed).toBe("closed");
    await expect(it.screens.do({ want: "submit", text: "hm" })).rejects.toMatchObject({ code: "not-a-member" });
    it.scene.conversations = [conversation("#lobby")];
    const { id, kind } = conversation("#plans");
    it.show({ event: "conversation", at: 0, conversation: "#plans", id, kind, change: "removed" });
    await it.pass(1_000);
    expect(it.screens.view.open.composer.closed).toBe("left");
    await expect(it.screens.do({ want: "open", conversation: "#nowhere" })).rejects.toMatchObject({
      code: "no-such-conversation",
    });
  });

  test("a room that somebody else has taken the user out of says so, and who where that is known", async () => {
    const plans = conversation("#plans");
    const room = { event: "conversation", at: 0, conversation: "#plans", id: plans.id, kind: "room" } as const;
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), plans] });
    await it.screens.do({ want: "open", conversation: "#plans" });
    const out = async (by: { readonly by?: string }): Promise<unknown> => {
      it.scene.conversations = [conversation("#lobby")];
      it.show({ ...room, change: "removed", ...by });
      await it.pass(1_000);
      const { closed, putOut } = it.screens.view.open.composer;
      return [closed, putOut];
    };
    const back = async (): Promise<unknown> => {
      it.scene.conversations = [conversation("#lobby"), plans];
      it.show({ ...room, change: "added", by: "alice" });
      await it.pass(1_000);
      return it.screens.view.open.composer;
    };
    expect(await out({ by: "bob" })).toEqual(["left", { by: "bob" }]);
    expect(await back()).toEqual({ draft: "", expire: 0 });
    // Who goes of their own was taken out by nobody, whatever was before.
    expect(await out({ by: "alice" })).toEqual(["left", undefined]);
    await back();
    expect(await out({})).toEqual(["left", {}]);
  });

  test("a room that was just made, and is not in the list yet, keeps what was written there", async () => {
    const it = new TestScreens({ conversations: [conversation("#lobby"), conversation("#new")] });
    const opened = it.screens.do({ want: "open", conversation: "#new" });
    await it.screens.do({ want: "draft", text: "first words" });
    it.screens.start(it.client);
    await it.pass(1_000);
    await opened;
    expect(it.screens.view.open).toMatchObject({ conversation: "#new", composer: { draft: "first words" } });
    expect(it.row("#new")?.hasDraft).toBe(true);
  });
});
