// The page in a real browser: what is told, where it can be read and covers nothing that can be pressed.
import { expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import { faultsIn, type Window } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const open = (who: FakeScreens): Promise<Window> => pages.open({ who });

/** As the model does: thrown, and a notice too. */
function refuses(screens: FakeScreens, name: "create" | "add", message: string): void {
  let count = 0;
  screens.answers.set(name, () => {
    count += 1;
    const notice = { id: count, at: 0, kind: "fault" as const, code: "no-such", message: `${message} ${count}` };
    screens.change({ notices: [...screens.view.notices, notice] });
    throw new Fault("no-such", `${message} ${count}`);
  });
}

test("what is refused in a dialog is said at its foot, once, and goes with it", async () => {
  const screens = new FakeScreens();
  refuses(screens, "create", "the room is full");
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: "New conversation" }).click();
  const dialog = shown.getByRole("dialog", { name: "New conversation" });
  await dialog.getByLabel("Name of the room").fill("garden");
  for (const count of [1, 2]) {
    await dialog.getByRole("button", { name: "Create room" }).click();
    await dialog.getByRole("alert").getByText(`the room is full ${count}`).waitFor();
    expect(await shown.getByText(/the room is full/i).count()).toBe(1);
  }
  expect(await faultsIn(window)).toEqual([]);
  await shown.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => screens.view.notices).toEqual([]);
  await expect.poll(() => shown.getByText(/the room is full/i).count()).toBe(0);
});

test("what is refused beside a conversation stands above the composer, and what can be pressed can still be pressed", async () => {
  const screens = new FakeScreens();
  screens.change({
    conversations: screens.view.conversations.map((row) =>
      row.conversation === "#general" ? { ...row, role: "owner" as const } : row,
    ),
  });
  refuses(screens, "add", "nobody is called so");
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: "Members" }).click();
  const side = shown.getByRole("complementary");
  await side.getByLabel("Add somebody by their name").fill("gil");
  for (const count of [1, 2, 3]) {
    await side.getByRole("button", { name: "Add", exact: true }).click({ timeout: 2_000 });
    await shown.getByText(`nobody is called so ${count}`).waitFor();
  }
  const boxes = await Promise.all(
    [".notices", ".scroller", ".composer", ".side"].map((one) => shown.locator(one).boundingBox()),
  );
  const [told, said, composer, beside] = boxes;
  if (!told || !said || !composer || !beside) throw new Error("one of them is not there");
  expect(said.y + said.height).toBeLessThanOrEqual(told.y + 1);
  expect(told.y + told.height).toBeLessThanOrEqual(composer.y + 1);
  expect(told.x + told.width).toBeLessThanOrEqual(beside.x + 1);
  await shown.getByRole("button", { name: "Dismiss" }).first().click();
  await shown.getByText("nobody is called so 1").waitFor({ state: "detached" });
});
