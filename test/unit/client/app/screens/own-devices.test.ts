// What another device of this user has written, on the screens of this one.
import { expect, test } from "vitest";
import type { TimelineMessage } from "../../../../../src/client/port/screens.ts";
import { deviceOf, midOf, said, TestScreens } from "../../../../kit/screens.ts";

test("it is one's own, without saying how far it has come; what nobody has proved is not", async () => {
  const from = { ...said(1, { by: "alice" }).from, device: deviceOf("phone") };
  const told = { from, mine: false };
  const messages = [said(1, told), said(2, { ...told, from: { ...from, verified: false } }), said(3)];
  const it = await TestScreens.ready({ messages: { "#lobby": messages } });
  const shown = it.items.flatMap((one): readonly TimelineMessage[] => (one.item === "message" ? [one.message] : []));
  expect(shown.map(({ mine, state }) => [mine, state])).toEqual([
    [true, undefined],
    [false, undefined],
    [false, undefined],
  ]);
  await it.screens.do({ want: "edit-last" });
  expect(it.screens.view.open.composer.editing).toBe(midOf(1));
});
