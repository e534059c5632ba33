// The page in a real browser, as somebody meets it for the first time: what finishes by itself, what is offered, what can be closed.
import { expect, test } from "vitest";
import { faultsIn, type Window } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { NOON } from "../kit/web/made-up.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const open = (who: FakeScreens): Promise<Window> => pages.open({ who });

test("adding a device is seen to be done, and closed then; a device of before is not taken for it", async () => {
  const screens = new FakeScreens();
  const came = (id: number, device: string) =>
    ({ id, at: NOON, kind: "notice", code: "own-device-added", message: "", values: { device } }) as const;
  screens.answers.set("pair", () => ({ line: "chat://example", qr: ["█▀▀▀█ ▄█"], until: NOON }));
  screens.change({ notices: [came(1, "kitchen")] });
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: /Your devices/ }).click();
  await shown.getByRole("button", { name: "Add a device" }).click();
  const dialog = shown.getByRole("dialog", { name: "Add a device" });
  await dialog.getByText("as soon as the other device is here").waitFor();
  expect(await dialog.getByText("It is done").count()).toBe(0);
  screens.change({ notices: [came(2, "garden phone")] });
  await dialog.getByRole("status").getByText("your new device garden phone is here").waitFor();
  expect(await dialog.getByText("chat://example").count()).toBe(0);
  // What has told it goes by itself.
  screens.change({ notices: [] });
  expect(await faultsIn(window)).toEqual([]);
  await expect.poll(() => shown.evaluate("document.activeElement.textContent")).toBe("Close");
  await shown.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
});
