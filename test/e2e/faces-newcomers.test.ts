// Two windows of the packaged client and their server, as newcomers use them: a device is added, somebody is put out of a room.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { launch } from "../kit/web/browser.ts";
import type { GuiProgram } from "../kit/web/gui-program.ts";

let realm: OwnRealm;
let browser: Browser;
let ann: GuiProgram;
let bob: GuiProgram;
beforeAll(async () => {
  [realm, browser] = await Promise.all([OwnRealm.init(), launch()]);
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
  await realm.joined(await realm.invite("bob"), "bob");
  [ann, bob] = (await Promise.all(["ann", "bob"].map((home) => inWindow(realm, home, { browser })))) as [
    GuiProgram,
    GuiProgram,
  ];
  await Promise.all([ann, bob].map(({ page }) => page.getByText("Encrypted", { exact: true }).waitFor()));
}, 60_000);
afterAll(async () => {
  await Promise.all([ann, bob].map((window) => window.end()));
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

test("a room of two people; whoever is put out of it reads so", async () => {
  const [{ page: hers }, { page: his }] = [ann, bob];
  await hers.getByRole("button", { name: "New conversation" }).click();
  await hers.getByLabel("Name of the room").fill("plans");
  await hers.getByRole("button", { name: "Create room" }).click();
  await hers.getByRole("heading", { level: 1, name: "#plans" }).waitFor();
  const under = (): Promise<string | null> => hers.locator(".conversation-title p").textContent();
  await expect.poll(under).toBe("1 person");
  await hers.getByRole("button", { name: "Members" }).click();
  await hers.getByLabel("Add somebody by their name").fill("@bo");
  await expect
    .poll(() => hers.evaluate("[...document.querySelector('#people-to-add').options].map(({ value }) => value)"))
    .toEqual(["@bob"]);
  await hers.getByLabel("Add somebody by their name").fill("@bob");
  await hers.keyboard.press("Enter");
  await expect.poll(under).toBe("2 people");
  await his.getByRole("button", { name: /^#plans/ }).click();
  await his.getByRole("textbox", { name: "Write to #plans" }).fill("to be read later");
  await his.keyboard.press("Enter");
  await hers.getByText("to be read later").last().waitFor();
  await hers.getByRole("complementary").getByRole("button", { name: /@bob/ }).click();
  await hers.getByRole("dialog", { name: "Person" }).getByRole("button", { name: "Remove from the room" }).click();
  const sure = hers.getByRole("dialog", { name: "Remove from the room" });
  await sure.getByRole("button", { name: "Remove from the room" }).click();
  await expect
    .poll(() => his.locator(".composer.closed").textContent())
    .toBe("You were taken out of this conversation.");
  await expect.poll(under).toBe("1 person");
  // It is put away, and what was said there is there to be read.
  await his.getByRole("button", { name: /^#lobby/ }).click();
  await his.getByRole("textbox", { name: "Write to #lobby" }).waitFor();
  await his.getByRole("button", { name: "1 archived conversation" }).click();
  await his.getByRole("button", { name: /^#plans/ }).click();
  await his.getByRole("article").getByText("to be read later").waitFor();
  await his.getByText("@ann added you").waitFor();
  expect(await his.getByRole("button", { name: "Members" }).count()).toBe(0);
  await his.getByRole("button", { name: "About this conversation" }).click();
  const about = his.getByRole("dialog", { name: "#plans" });
  await about.getByRole("button", { name: "As JSON" }).waitFor();
  expect(await about.getByRole("button").count()).toBe(4);
  await his.keyboard.press("Escape");
});

test("the window says by itself that the other device is here", async () => {
  const { page: hers } = ann;
  await hers.getByRole("button", { name: /Your devices/ }).click();
  await hers.getByRole("button", { name: "Add a device" }).click();
  const dialog = hers.getByRole("dialog", { name: "Add a device" });
  const line = (await dialog.locator(".secret-line").textContent()) ?? "";
  await realm.joined(line, "ann-phone");
  await using phone = await inWindow(realm, "ann-phone", { browser });
  await dialog.getByText("It is done: your new device").waitFor();
  await phone.page.getByText("Encrypted", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect.poll(() => dialog.count()).toBe(0);
});

test("a conversation that was opened is in the list before anything is said in it", async () => {
  const { page: his } = bob;
  await his.getByRole("button", { name: "New conversation" }).click();
  await his.getByLabel("A person or a room").fill("ann");
  await his.keyboard.press("Enter");
  const row = his.getByRole("list", { name: "Conversations" }).getByRole("button", { name: /^@ann/ });
  await row.waitFor();
  expect(await row.getAttribute("aria-current")).toBe("page");
  await bob.says("hello ann");
  await ann.page.getByRole("button", { name: /^@bob.*1 unread/ }).waitFor();
  expect(await row.count()).toBe(1);
});
