// Who has read what one has said, as the full terminal tells it; and that nobody is told in the lobby.
import { expect, test } from "vitest";
import { openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting } from "./tui.ts";

test.each([
  ["#general", {}, "nobody has told yet that they have read it"],
  ["#general", { state: "read", readBy: ["bruno", "carla"] }, "read by @bruno, @carla"],
  ["#lobby", {}, "nobody is told in #lobby who has read"],
] as const)("v of one's own message: who has read it, in %s %j", async (place, more, says) => {
  const one = await sitting(openView(place, [saidBy("alice", "two", { n: 2, ...more })]), { columns: 120 });
  await one.type(KEY.altUp);
  expect(one.screen()).toContain("v who");
  await one.type("v");
  expect(one.screen()).toContain(says);
  expect(one.screens.asked).toEqual([]);
});

test("the help says why there is one tick in the lobby", async () => {
  const one = await sitting(TALK, { columns: 100, rows: 30 });
  await one.type(KEY.f1);
  await one.type(...Array.from({ length: 30 }, () => KEY.down));
  const shown = one.screen().replaceAll(/[\s│]+/g, " ");
  expect(shown).toContain("✓ in #lobby it stays so: nobody is told there who has read");
});
