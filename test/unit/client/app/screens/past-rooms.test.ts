// Rooms that this user is out of, and of which messages are here.
import { describe, expect, test } from "vitest";
import { conversation, said, TestScreens } from "../../../../kit/screens.ts";

const past = (name: string, of: string) => {
  const { id } = conversation(of);
  return conversation(of, { conversation: id, id, kind: "room", members: 0, past: name, last: said(1) });
};

describe("a room that one is out of", () => {
  test("goes by its name on the screens and by its id in commands; it is put away, and is there to be read", async () => {
    const plans = past("#plans", "#plans");
    const it = await TestScreens.ready({ conversations: [conversation("#lobby"), plans] });
    expect(it.row("#plans")).toMatchObject({ title: "#plans", archived: true, past: "#plans", id: plans.id });
    await it.screens.do({ want: "open", conversation: "#plans" });
    expect(it.screens.view.open).toMatchObject({ conversation: "#plans", composer: { closed: "left" }, members: [] });
    expect(it.asked("history").at(-1)).toMatchObject({ to: plans.id });
    await it.pass(1_000);
    expect(it.asked("members").filter(({ to }) => to !== "#lobby")).toEqual([]);
    await expect(it.screens.ask({ do: "leave", to: "#plans" })).rejects.toMatchObject({ code: "not-a-member" });
    await it.screens.ask({ do: "join", to: "#plans" }).catch(() => undefined);
    expect(it.asked("join")).toEqual([{ do: "join", to: "#plans" }]);
  });

  test("leaves its name to another one that is called so now, and to none of two that are both past", async () => {
    const [old, older] = [past("#plans", "#old"), past("#plans", "#older")];
    const living = await TestScreens.ready({ conversations: [conversation("#lobby"), old, conversation("#plans")] });
    expect(living.row("#plans")?.past).toBeUndefined();
    expect(living.row(old.id)).toMatchObject({ title: "#plans", past: "#plans" });
    const both = await TestScreens.ready({ conversations: [conversation("#lobby"), old, older] });
    expect(both.row("#plans")).toBeUndefined();
    await both.screens.do({ want: "open", conversation: older.id });
    expect(both.asked("history").at(-1)).toMatchObject({ to: older.id });
  });
});
