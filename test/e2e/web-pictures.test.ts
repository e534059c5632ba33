// The page in a real browser: a picture of the conversation, larger, and those before and after it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultsIn } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { madeUpView, messageItem } from "../kit/web/made-up.ts";
import { png } from "../kit/web/png.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const picture = (number: number, name: string) =>
  messageItem(number, { file: { name, type: "image/png", bytes: 2_048 } });

function threePictures(): FakeScreens {
  const plan = messageItem(2, { file: { name: "plan.pdf", type: "application/pdf", bytes: 9 } });
  const items = [picture(1, "first.png"), plan, picture(3, "wide.png"), picture(4, "last.png")];
  const screens = new FakeScreens(madeUpView({ items }));
  giveWide(screens);
  return screens;
}

/** The second is wider than any window. */
function giveWide(screens: FakeScreens): void {
  screens.answers.set("save", (command) => {
    if (command.do !== "save") return {};
    const isWide = Number.parseInt(command.message, 16) === 3;
    const path = join(command.path, "picture.png");
    writeFileSync(
      path,
      png(isWide ? 3_000 : 200, isWide ? 400 : 120, (x) => [x / 12, 150, 120]),
    );
    return { path };
  });
}

test.each(["light", "dark"] as const)("larger, before, after, saved, closed, %s", async (theme) => {
  const screens = threePictures();
  screens.change({ settings: { ...screens.view.settings, theme } });
  await using window = await pages.open({ who: screens, context: { colorScheme: theme } });
  const { page: shown } = window;
  const last = shown.getByRole("button", { name: "last.png", exact: true });
  await last.click();
  const dialog = shown.getByRole("dialog");
  await dialog.getByRole("img", { name: "last.png" }).waitFor();
  await dialog.getByText("Picture 3 of 3").waitFor();
  await shown.keyboard.press("ArrowRight");
  expect(await dialog.getByRole("button", { name: "Next picture" }).getAttribute("aria-disabled")).toBe("true");
  await shown.keyboard.press("ArrowLeft");
  const wide = dialog.getByRole("img", { name: "wide.png" });
  await wide.waitFor();
  await expect.poll(() => wide.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(3_000);
  const { width } = (await wide.boundingBox()) ?? { width: 0 };
  expect(width).toBeGreaterThan(800);
  expect(width).toBeLessThan(1_280);
  expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  expect(await wide.evaluate((img) => (img as HTMLImageElement).src.startsWith("blob:"))).toBe(true);
  expect(window.complaints).toEqual([]);
  if (process.env["PICTURE"] !== undefined) await shown.screenshot({ path: `${process.env["PICTURE"]}-${theme}.png` });
  expect(await faultsIn(window)).toEqual([]);
  const download = shown.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save" }).click();
  expect((await download).suggestedFilename()).toBe("wide.png");
  await shown.keyboard.press("ArrowLeft");
  await dialog.getByText("Picture 1 of 3").waitFor();
  await shown.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => last.evaluate((button) => button === document.activeElement)).toBe(true);
});

test("before the first that is here the older ones are asked for; what is deleted is not looked at any more", async () => {
  const screens = threePictures();
  const { timeline } = screens.view.open;
  screens.changeOpen({ timeline: { ...timeline, hasOlder: true } });
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByRole("button", { name: "first.png", exact: true }).click();
  const dialog = shown.getByRole("dialog");
  await dialog.getByText("Picture 1 of 3").waitFor();
  const older = (): number => screens.done.filter(({ want }) => want === "older").length;
  const before = older();
  await shown.keyboard.press("ArrowLeft");
  await expect.poll(older).toBe(before + 1);
  screens.changeOpen({ timeline: { ...timeline, items: [picture(0, "older.png"), ...timeline.items] } });
  await dialog.getByText("Picture 2 of 4").waitFor();
  await shown.keyboard.press("ArrowLeft");
  await dialog.getByRole("img", { name: "older.png" }).waitFor();
  screens.changeOpen({ timeline });
  await dialog.waitFor({ state: "detached" });
});
