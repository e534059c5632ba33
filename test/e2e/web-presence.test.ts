// What the model hears of whether somebody is before the page, and looks at the conversation.
import { expect, test } from "vitest";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test("whoever stirs the page is there: the model hears so, and not at every move", async () => {
  const screens = new FakeScreens();
  screens.change({ settings: { ...screens.view.settings, lockAfter: 5 } });
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  for (let x = 300; x < 360; x += 1) await shown.mouse.move(x, 300);
  await expect.poll(() => screens.done.filter(({ want }) => want === "awake").length).toBeGreaterThan(0);
  expect(screens.done.filter(({ want }) => want === "awake").length).toBeLessThan(5);
});

test("on a narrow window nobody looks at the conversation while the list is there", async () => {
  await using window = await pages.open({ context: { viewport: { width: 390, height: 800 } } });
  const { page: shown, web } = window;
  const last = (): unknown => web.screens.done.findLast(({ want }) => want === "look");
  await shown.getByRole("heading", { name: "general" }).waitFor();
  await expect.poll(last).toEqual({ want: "look", focused: true, atEnd: true });
  await shown.getByRole("button", { name: "Back" }).click();
  await expect.poll(last).toMatchObject({ focused: false });
  await shown
    .getByRole("main")
    .getByRole("button", { name: /#general/ })
    .first()
    .click();
  await expect.poll(last).toEqual({ want: "look", focused: true, atEnd: true });
});
