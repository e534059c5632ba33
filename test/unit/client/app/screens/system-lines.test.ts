// What happened between the messages, over a restart.
import { describe, expect, test } from "vitest";
import type { ClientEvent, MessageView } from "../../../../../src/client/port/views.ts";
import { conversation, deviceOf, NOON, said, type Scene, TestScreens } from "../../../../kit/screens.ts";

const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => said(from + at));

type Member = Extract<ClientEvent, { readonly event: "member" }>;
const member = (user: string, more: Partial<Member> = {}): Member => {
  const name = `${user.charAt(0).toUpperCase()}${user.slice(1)}`;
  const told = { event: "member", at: NOON, conversation: "#lobby", user, name, change: "added", by: "bob" };
  return { ...told, device: deviceOf(user), ...more } as Member;
};
const asked = (user: string): ClientEvent => ({ event: "asked", at: NOON, conversation: "#lobby", user, name: user });

/** Messages and who they speak of, in order. */
function seen(it: TestScreens): readonly string[] {
  return it.items.flatMap((one) => {
    if (one.item === "message") return [one.message.text ?? ""];
    if (one.item !== "system") return [];
    return ["user" in one.event ? one.event.user : "code" in one.event ? one.event.code : one.event.event];
  });
}

/** The lobby with so many messages. */
const talked = (count: number): Partial<Scene> => ({
  conversations: [conversation("#lobby", { last: said(count) })],
  messages: { "#lobby": range(1, count) },
});

/** Started again with what was said. */
function again(it: TestScreens, scene?: Partial<Scene>): Promise<TestScreens> {
  const count = it.scene.messages["#lobby"]?.length ?? 0;
  return TestScreens.ready(scene ?? (count === 0 ? it.scene : talked(count)), it.settings);
}

describe("what happened", () => {
  test("stands where it stood after the client was started again, and what comes behind it behind it", async () => {
    const it = await TestScreens.ready(talked(2));
    it.show(member("cyd"));
    it.say(said(3));
    it.show(member("dan"));
    it.screens.stop();
    const next = await again(it);
    next.show(member("eve"));
    next.say(said(4));
    const all = ["text 1", "text 2", "cyd", "text 3", "dan", "eve", "text 4"];
    expect(seen(next)).toEqual(all);
    next.screens.stop();
    expect(seen(await again(next))).toEqual(all);
  });

  test("is in the vault before it is noted as shown; what is told again after a crash is there once", async () => {
    const it = await TestScreens.ready(talked(2));
    it.show(member("cyd"));
    it.show(member("cyd", { device: deviceOf("another") }));
    await it.screens.written();
    const next = await again(it);
    expect(seen(next)).toEqual(["text 1", "text 2", "cyd"]);
    next.say(said(3));
    next.show(member("cyd"));
    next.show(member("cyd", { at: NOON + 1 }));
    expect(seen(next)).toEqual(["text 1", "text 2", "cyd", "text 3", "cyd"]);
  });

  test("what is said with each start stands once, until somebody says something", async () => {
    const it = await TestScreens.ready(talked(2));
    const notice = { event: "notice", at: 5, code: "awaited", message: "it waits", conversation: "#lobby" } as const;
    it.show(notice);
    it.screens.stop();
    const next = await again(it);
    next.show({ ...notice, at: 6 });
    expect(seen(next)).toEqual(["text 1", "text 2", "awaited"]);
    next.say(said(3));
    next.show({ ...notice, at: 7 });
    expect(seen(next)).toEqual(["text 1", "text 2", "awaited", "text 3", "awaited"]);
  });

  test("who asks to be let in is asking while the server says so, and stands there once", async () => {
    const conversations = [conversation("#lobby", { role: "owner" })];
    const it = await TestScreens.ready({ conversations });
    it.show(asked("cyd"));
    it.show(asked("cyd"));
    it.screens.stop();
    const next = await again(it);
    expect([seen(next), next.screens.view.open.asking]).toEqual([["cyd"], []]);
    next.show(asked("cyd"));
    expect([seen(next), next.screens.view.open.asking]).toEqual([["cyd"], [{ user: "cyd", name: "cyd" }]]);
    next.show({ event: "denied", at: 1, conversation: "#lobby", user: "cyd", name: "cyd" });
    expect(next.screens.view.open.asking).toEqual([]);
  });

  test("of a room that is not in the list yet stands in it, now and later", async () => {
    const it = await TestScreens.ready();
    it.show(member("cyd", { conversation: "#plans" }));
    it.scene.conversations = [conversation("#lobby"), conversation("#plans")];
    it.show(member("dan", { conversation: "#plans", at: NOON + 1 }));
    await it.pass(1_000);
    await it.screens.do({ want: "open", conversation: "#plans" });
    expect(seen(it)).toEqual(["cyd", "dan"]);
    it.screens.stop();
    const next = await again(it);
    expect([next.screens.view.open.conversation, seen(next)]).toEqual(["#plans", ["cyd", "dan"]]);
    expect(next.settings.get("screens/happened/#plans")).toBe("[]");
  });

  test("behind what a restored server has lost, it stands at its time", async () => {
    const it = await TestScreens.ready(talked(9));
    it.show(member("cyd", { at: NOON + 90_000 }));
    it.screens.stop();
    const next = await again(it, talked(3));
    expect(seen(next)).toEqual(["text 1", "cyd", "text 2", "text 3"]);
  });

  test("the oldest make room", async () => {
    const it = await TestScreens.ready();
    for (let number = 0; number < 205; number += 1) it.show(member(`u${number}`, { at: NOON + number }));
    it.screens.stop();
    const next = await again(it);
    expect([seen(next).length, seen(next)[0], seen(next).at(-1)]).toEqual([200, "u5", "u204"]);
  });

  test.each([
    ["no JSON", "["],
    ["another kind of value", '{"at":1}'],
    [
      "wrong lines",
      '[1,null,{"at":"1"},{"at":1},{"at":1,"event":{"event":"toString"}},{"at":1,"after":"2","event":{"event":"asked"}},{"at":1,"event":{"event":"party"}}]',
    ],
  ])("%s is ignored, and nothing stops for it", async (_what, value) => {
    const it = await TestScreens.ready(talked(2), new Map([["screens/happened/#lobby", value]]));
    it.show(member("cyd"));
    expect(seen(it)).toEqual(["text 1", "text 2", "cyd"]);
  });
});
