// The page in a real browser: somebody is invited, and whoever is alone is told how.
import { expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import { faultsIn } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const LINE = `chat://chat.example.org:12345/${"a".repeat(120)}`;

test("an invitation for somebody: the line, until when it is good; another one when the name is another", async () => {
  const screens = new FakeScreens();
  screens.answers.set("admin", () => ({ line: LINE, expiresAt: Date.UTC(2026, 10, 28, 12) }));
  const [member] = screens.view.open.members;
  if (member === undefined) throw new Error("nobody");
  screens.changeOpen({ conversation: "#lobby", members: [member] });
  const context = { permissions: ["clipboard-read", "clipboard-write"] };
  await using window = await pages.open({ who: screens, context });
  const { page: shown } = window;
  await shown.getByText("You are alone here").waitFor();
  await shown.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = shown.getByRole("dialog", { name: "New conversation" });
  const make = dialog.getByRole("button", { name: "Make an invitation" });
  await dialog.getByText("whoever has the line chooses a name").waitFor();
  await make.click();
  await dialog.getByText(LINE).waitFor();
  await dialog.getByText(/28.* 2026.*(UTC|GMT)/).waitFor();
  expect(screens.asked.at(-1)).toEqual({ do: "admin", request: { do: "invite" } });
  expect(await make.isDisabled()).toBe(true);
  const wide = await dialog.locator(".secret-line").evaluate((box) => box.scrollWidth - box.clientWidth);
  expect(wide).toBe(0);
  await dialog.getByRole("button", { name: "Copy the line" }).click();
  await dialog.getByRole("button", { name: "Copied" }).waitFor();
  expect(await shown.evaluate("navigator.clipboard.readText()")).toBe(LINE);
  expect(await faultsIn(window)).toEqual([]);
  if (process.env["PICTURE"] !== undefined) await shown.screenshot({ path: process.env["PICTURE"] });
  await dialog.getByLabel("Their name").fill("@gil");
  await dialog.getByText(LINE).waitFor({ state: "detached" });
  screens.answers.set("admin", () => {
    throw new Fault("not-allowed", "only owners of the realm may");
  });
  await make.click();
  await dialog.getByRole("alert").getByText("Only owners of the realm may").first().waitFor();
  expect(screens.asked.at(-1)).toEqual({ do: "admin", request: { do: "invite", user: "gil" } });
});
