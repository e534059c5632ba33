// The page in a real browser: what is done in its dialogs, what asks first, and that axe finds nothing in any of them.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import { faultsIn, type Window } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { auditReply, certifiedUntil } from "../kit/web/made-up-realm.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const open = (who: FakeScreens): Promise<Window> => pages.open({ who });

test("about a room: what others hear, mute, who comes in, what newcomers read, the end; each as its command", async () => {
  const screens = new FakeScreens();
  screens.change({
    conversations: screens.view.conversations.map((row) =>
      row.conversation === "#general" ? { ...row, role: "owner", join: "ask", history: 7, listed: false } : row,
    ),
  });
  const told = { receipts: true, typing: true, presence: false };
  screens.answers.set("privacy", (command) => {
    const { do: _, to: __, ...change } = command as { readonly do: string; readonly to: string };
    return Object.assign(told, change);
  });
  await using window = await open(screens);
  const { page: shown } = window;
  const asked = (): unknown => screens.asked.at(-1);
  await shown.getByRole("button", { name: "About this conversation" }).click();
  const dialog = shown.getByRole("dialog");
  const receipts = dialog.getByLabel("What you have read");
  await expect.poll(() => receipts.isChecked()).toBe(true);
  expect(await dialog.getByLabel("That you are here").isChecked()).toBe(false);
  await receipts.uncheck();
  await expect.poll(asked).toEqual({ do: "privacy", to: "#general", receipts: false });
  await dialog.getByLabel("Newcomers may read").selectOption("Everything that was said before");
  await expect.poll(asked).toEqual({ do: "policy", to: "#general", history: "all" });
  await dialog.getByLabel("Who comes in").selectOption("invite");
  await expect.poll(asked).toEqual({ do: "policy", to: "#general", join: "invite" });
  await dialog.getByLabel("Announce it in the lobby").check();
  await expect.poll(asked).toEqual({ do: "policy", to: "#general", listed: true });
  await dialog.getByLabel("Messages disappear after").selectOption("86400");
  await expect.poll(asked).toEqual({ do: "expire", to: "#general", seconds: 86_400 });
  await dialog.getByLabel("What rings").selectOption("mentions");
  await expect.poll(() => screens.done.at(-1)).toEqual({ want: "level", conversation: "#general", level: "mentions" });
  await dialog.getByRole("button", { name: "Mute 8 hours" }).click();
  await expect.poll(asked).toMatchObject({ do: "mute", until: expect.any(Number) as unknown });
  await dialog.getByRole("button", { name: "Mute", exact: true }).click();
  await expect.poll(asked).toEqual({ do: "mute", to: "#general", until: "for-ever" });
  expect(await faultsIn(window)).toEqual([]);
  await dialog.getByRole("button", { name: "End the room" }).click();
  const question = shown.getByRole("dialog", { name: "End the room" });
  await question.getByText("for everybody and for ever").waitFor();
  expect(await faultsIn(window)).toEqual([]);
  await shown.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  // The dialog beneath is still there, and nothing was done.
  expect(await dialog.getByRole("button", { name: "End the room" }).isVisible()).toBe(true);
  expect(screens.asked.some((one) => one.do === "disband")).toBe(false);
  await dialog.getByRole("button", { name: "Leave the room" }).click();
  await shown.getByRole("dialog", { name: "Leave the room" }).getByRole("button", { name: "Leave the room" }).click();
  await expect.poll(asked).toEqual({ do: "leave", to: "#general" });
  await expect.poll(() => shown.getByRole("dialog").count()).toBe(0);
  expect(window.dialogs).toEqual([]);
});

test("a copy of a conversation comes as a file in each of three forms", async () => {
  const screens = new FakeScreens();
  screens.answers.set("history", () => ({ messages: [] }));
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: "About this conversation" }).click();
  for (const [name, file] of [
    ["As text", "general.txt"],
    ["As JSON", "general.json"],
    ["As a page", "general.html"],
  ] as const) {
    const [download] = await Promise.all([
      shown.waitForEvent("download"),
      shown.getByRole("button", { name, exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(file);
    expect(readFileSync(await download.path(), "utf8")).toContain("#general");
  }
});

test("members: an owner gives a role and removes one, after a question; who is only a member sees neither", async () => {
  const screens = new FakeScreens();
  const asMy = (role: "owner" | "member"): void =>
    screens.change({
      conversations: screens.view.conversations.map((row) =>
        row.conversation === "#general" ? { ...row, role } : row,
      ),
    });
  asMy("owner");
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: "Members" }).click();
  await shown.getByRole("complementary").getByRole("button", { name: /Elena/ }).click();
  const card = shown.getByRole("dialog", { name: "Person" });
  await card.getByLabel("Role").selectOption("admin");
  await expect.poll(() => screens.asked.at(-1)).toEqual({ do: "role", to: "#general", user: "elena", role: "admin" });
  expect(await faultsIn(window)).toEqual([]);
  asMy("member");
  await card.getByLabel("Role").waitFor({ state: "detached" });
  expect(await card.getByRole("button", { name: "Remove from the room" }).count()).toBe(0);
  asMy("owner");
  await card.getByRole("button", { name: "Remove from the room" }).click();
  const question = shown.getByRole("dialog", { name: "Remove from the room" });
  await question.getByText("Remove Elena Ruiz from #general?").waitFor();
  await question.getByRole("button", { name: "Remove from the room" }).click();
  await expect.poll(() => screens.asked.at(-1)).toEqual({ do: "remove", to: "#general", user: "elena" });
});

test("devices: another name, out for ever, until when they are certified; the realm's log of one's own and of others", async () => {
  const screens = new FakeScreens();
  screens.answers.set("audit", () => auditReply("ada"));
  await using window = await open(screens);
  const { page: shown } = window;
  const last = (name: string): unknown => screens.asked.findLast((one) => one.do === name);
  await shown.getByRole("button", { name: /Your devices/ }).click();
  const dialog = shown.getByRole("dialog", { name: "Your devices" });
  await dialog.getByText(certifiedUntil("en")).first().waitFor();
  await dialog.getByRole("button", { name: "Disconnect" }).click();
  await expect.poll(() => last("link")).toEqual({ do: "link", state: "down" });
  screens.change({ link: { state: "reconnecting", waiting: 0 } });
  await dialog.getByRole("button", { name: "Connect now" }).click();
  await expect.poll(() => last("link")).toEqual({ do: "link", state: "up" });
  await dialog.getByRole("button", { name: "Rename laptop" }).click();
  const question = shown.getByRole("dialog", { name: "Name of this device" });
  await question.getByLabel("Name of this device").fill("kitchen");
  expect(await faultsIn(window)).toEqual([]);
  await shown.keyboard.press("Enter");
  await expect.poll(() => last("label")).toMatchObject({ do: "label", label: "kitchen" });
  await dialog.getByRole("button", { name: "Put Ada Lovelace out for ever" }).click();
  await shown.getByRole("dialog", { name: "Put this device out for ever" }).getByRole("button").last().click();
  expect(last("revoke")).toBeUndefined();
  await dialog.getByRole("button", { name: "Put Ada Lovelace out for ever" }).click();
  await shown
    .getByRole("dialog", { name: "Put this device out for ever" })
    .getByRole("button", { name: "Put this device out for ever" })
    .click();
  await expect.poll(() => last("revoke")).toMatchObject({ do: "revoke" });
  await dialog.getByRole("button", { name: "The realm's log" }).click();
  const log = shown.getByRole("dialog", { name: "The realm's log" });
  await log.getByText("by an invitation").waitFor();
  await log.getByText("2,345 entries of the log were read").waitFor();
  await log.getByText("somebody at the server").first().waitFor();
  expect(await faultsIn(window)).toEqual([]);
  await shown.keyboard.press("Escape");
  await shown.locator("article .name").first().click();
  await shown.getByRole("dialog", { name: "Person" }).getByRole("button", { name: "The realm's log" }).click();
  await shown.getByRole("dialog", { name: /^The realm's log: @/ }).waitFor();
  expect(last("audit")).toMatchObject({ user: expect.any(String) as unknown });
});

test("the realm is administered by its acts, with their fields, an answer as a table, and a question before what hurts", async () => {
  const screens = new FakeScreens();
  screens.answers.set("admin", () => ({ ok: true, users: [{ user: "ada", name: "Ada", role: "owner" }] }));
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("button", { name: "Settings" }).click();
  await shown.getByRole("button", { name: "Administer the realm" }).click();
  const dialog = shown.getByRole("dialog", { name: "Administer the realm" });
  await dialog.getByRole("button", { name: "Do it" }).click();
  await dialog.getByText("owner", { exact: false }).last().waitFor();
  expect(await faultsIn(window)).toEqual([]);
  const last = (): unknown => screens.asked.findLast((one) => one.do === "admin");
  expect(last()).toEqual({ do: "admin", request: { do: "users" } });
  await dialog.getByLabel("What to do").selectOption("invite");
  await dialog.getByLabel("user", { exact: true }).fill("@gil");
  await dialog.getByLabel(/More fields/).fill("uses=3 lastsMs=7d");
  await shown.keyboard.press("Enter");
  await expect
    .poll(last)
    .toEqual({ do: "admin", request: { do: "invite", user: "gil", uses: 3, lastsMs: 7 * 86_400_000 } });
  await dialog.getByLabel(/More fields/).fill("passphrase=x");
  await shown.keyboard.press("Enter");
  await dialog.getByRole("alert").waitFor();
  await dialog.getByLabel("What to do").selectOption("disable");
  await dialog.getByLabel("user", { exact: true }).fill("gil");
  await shown.keyboard.press("Enter");
  await shown.getByRole("dialog", { name: "disable" }).getByRole("button", { name: "Do it" }).click();
  await expect.poll(last).toEqual({ do: "admin", request: { do: "disable", user: "gil" } });
  screens.answers.set("admin", () => {
    throw new Fault("not-an-owner", "only an owner of the realm may do this", { hint: "chat-server role USER owner" });
  });
  await dialog.getByLabel("What to do").selectOption("users");
  await dialog.getByRole("button", { name: "Do it" }).click();
  await dialog.getByRole("alert").getByText("You may not do this: it is for an owner of the realm").waitFor();
});

test("the passphrase is changed in the settings: the one before, the new one twice, and what is wrong in words", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const last = (): unknown => screens.done.findLast(({ want }) => want === "passphrase");
  await shown.getByRole("button", { name: "Settings" }).click();
  await shown.getByRole("button", { name: "Change the passphrase" }).click();
  const dialog = shown.getByRole("dialog", { name: "Change the passphrase" });
  await dialog.getByLabel("Passphrase until now").fill("wrong");
  await dialog.getByLabel(/^New passphrase/).fill("five words by chance here");
  await dialog.getByText("Good, unless").waitFor();
  expect(await faultsIn(window)).toEqual([]);
  await dialog.getByLabel("The new one once more").fill("other");
  await shown.keyboard.press("Enter");
  await dialog.getByText("The two are not the same.").waitFor();
  expect(last()).toBeUndefined();
  await dialog.getByLabel("The new one once more").fill("five words by chance here");
  await shown.keyboard.press("Enter");
  await dialog.getByText(/That is not the passphrase/).waitFor();
  await dialog.getByLabel("Passphrase until now").fill("correct horse");
  await shown.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  expect(last()).toEqual({ want: "passphrase", before: "correct horse", next: "five words by chance here" });
});
