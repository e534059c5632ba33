// The page in a real browser: what is written, pasted, brought back and sent there, files among it.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faultsIn, type Window } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const open = (who: FakeScreens): Promise<Window> => pages.open({ who });

/** As a browser pastes: by the event, for the clipboard of a machine is not a test's. */
async function paste(shown: Page, text: string): Promise<void> {
  await shown.locator("#composer").evaluate((area, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (!area.dispatchEvent(event) || !(area instanceof HTMLTextAreaElement)) return;
    area.setRangeText(pasted, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }, text);
}

test("a long paste asks: put into the message, sent as a file, or not at all; a short one does not", async () => {
  await using window = await pages.open();
  const { screens } = window.web;
  const files: string[] = [];
  screens.answers.set("file", (command) => {
    if (command.do === "file") files.push(`${command.to} ${readFileSync(command.path, "utf8").length}`);
    return {};
  });
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.fill("so: ");
  await paste(shown, "word");
  expect(await composer.inputValue()).toBe("so: word");
  await paste(shown, " one\r\ntwo\n");
  const dialog = shown.getByRole("dialog", { name: "Paste 2 lines?" });
  await dialog.getByText("one").waitFor();
  expect(await dialog.getByRole("button", { name: "Attach as a file" }).count()).toBe(0);
  await shown.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await composer.inputValue()).toBe("so: word");
  await expect.poll(() => shown.evaluate("document.activeElement.id")).toBe("composer");
  await paste(shown, " one\r\ntwo\n");
  await shown.keyboard.press("Enter");
  await expect.poll(() => composer.inputValue()).toBe("so: word one\ntwo");
  await paste(shown, "x".repeat(5_000));
  await shown.getByRole("button", { name: "Attach as a file" }).click();
  await shown.getByRole("button", { name: "Take pasted.txt away" }).waitFor();
  await composer.press("Enter");
  await expect.poll(() => files).toEqual(["#general 5000"]);
  await paste(shown, "x".repeat(70_000));
  await shown.getByText("more than a message holds").waitFor();
  expect(await shown.getByRole("button", { name: "Put into the message" }).count()).toBe(0);
  await screens.do({ want: "lock" });
  await shown.getByLabel("Passphrase").waitFor();
  expect(await shown.evaluate("document.body.textContent.includes('xxx')")).toBe(false);
  expect([window.complaints, window.dialogs]).toEqual([[], []]);
});

test("emoji by their names are emoji when they are sent, and what was typed comes back", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const composer = window.page.getByRole("textbox", { name: "Write to #general" });
  await composer.fill("done :tada: `:tada:`");
  await composer.press("Enter");
  await expect.poll(() => screens.done).toContainEqual({ want: "submit", text: "done 🎉 `:tada:`" });
  await composer.press("Control+p");
  await expect.poll(() => composer.inputValue()).toBe("done :tada: `:tada:`");
});

test("lines that were sent come back with the arrows and with Ctrl+P, and what was being written waits", async () => {
  await using window = await open(new FakeScreens());
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  for (const line of ["first", "second\nhas two", "third"]) {
    await composer.fill(line);
    await composer.press("Enter");
    await expect.poll(() => composer.inputValue()).toBe("");
  }
  const after = async (key: string): Promise<string> => {
    await composer.press(key);
    return composer.inputValue();
  };
  await composer.fill("half");
  expect(await after("ArrowUp")).toBe("third");
  expect(await after("ArrowUp")).toBe("second\nhas two");
  // Within it first.
  expect(await after("ArrowUp")).toBe("second\nhas two");
  expect(await after("ArrowUp")).toBe("first");
  expect(await after("ArrowUp")).toBe("first");
  for (const expected of ["second\nhas two", "third", "half", "half"]) expect(await after("ArrowDown")).toBe(expected);
  await composer.fill("");
  expect([await after("Control+p"), await after("Control+p")]).toEqual(["third", "second\nhas two"]);
  await shown.getByRole("button", { name: "Lock", exact: true }).click();
  await shown.getByLabel("Passphrase").fill("correct horse");
  await shown.keyboard.press("Enter");
  await composer.waitFor();
  await composer.fill("new");
  expect(await after("Control+p")).toBe("new");
});

test("what could not be sent is tried again, or given up; the first that was not read is a key away", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  screens.say({ text: "lost", mine: true, state: "failed", reason: { code: "x", message: "it was refused" } });
  const failed = shown.getByRole("article").filter({ hasText: "it was refused" });
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => screens.done.at(-1)).toMatchObject({ want: "retry" });
  await failed.getByRole("button", { name: "Give up" }).click();
  await expect.poll(() => screens.done.at(-1)).toMatchObject({ want: "discard" });
  await shown.keyboard.press("Alt+u");
  await expect.poll(() => screens.done.at(-1)).toEqual({ want: "first-unread" });
});

test("an empty composer still edits the last message with an arrow, as long as nothing was brought back", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const composer = window.page.getByRole("textbox", { name: "Write to #general" });
  await composer.press("ArrowUp");
  await expect.poll(() => screens.done.some(({ want }) => want === "edit-last")).toBe(true);
});

test("files under way are held, continued, stopped and tried again; what is too large is told before a byte is sent", async () => {
  const screens = new FakeScreens();
  screens.change({ link: { state: "connected", waiting: 0, fileBytes: 1_000 } });
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  const choose = (size: number): Promise<void> =>
    shown.locator("input[type=file]").setInputFiles({
      name: "big.bin",
      mimeType: "application/octet-stream",
      buffer: Buffer.alloc(size),
    });
  await choose(1_001);
  await shown.getByText("big.bin is larger than 1 kB").waitFor();
  expect(window.requests.some((url) => url.includes("/api/upload"))).toBe(false);
  await choose(1_000);
  await shown.getByRole("button", { name: "Take big.bin away" }).waitFor();
  await shown.keyboard.press("Enter");
  await expect.poll(() => screens.asked.filter((one) => one.do === "file").length).toBe(1);
  const one = { message: "a".repeat(32), conversation: "#general", name: "big.bin", way: "up", total: 1_000 } as const;
  type Stage = FakeScreens["view"]["transfers"][number]["stage"];
  const stands = (stage: Stage, bytes: number): void =>
    screens.change({
      transfers: [
        {
          ...one,
          message: one.message as FakeScreens["view"]["transfers"][number]["message"],
          stage,
          bytes,
          ...(stage === "failed" && { reason: { code: "x", message: "the server is full" } }),
        },
      ],
    });
  const list = shown.getByRole("list", { name: "Files under way" });
  const does = async (name: string, command: object): Promise<void> => {
    await list.getByRole("button", { name }).click();
    await expect.poll(() => screens.asked.at(-1)).toMatchObject(command);
  };
  stands("moving", 250);
  await list.getByText("25%").waitFor();
  await does("Hold big.bin", { do: "pause", message: one.message });
  stands("paused", 250);
  await does("Go on with big.bin", { do: "resume", message: one.message });
  await does("Cancel big.bin", { do: "cancel", message: one.message });
  stands("failed", 250);
  await list.getByText("the server is full").waitFor();
  expect(await faultsIn(window)).toEqual([]);
  await list.getByRole("button", { name: "Try big.bin again" }).click();
  await expect.poll(() => screens.asked.filter(({ do: name }) => name === "file").length).toBe(2);
  await list.waitFor({ state: "detached" });
  stands("failed", 0);
  await list.getByRole("button", { name: "Put big.bin away" }).click();
  await list.waitFor({ state: "detached" });
});

test("a file that did not reach the program stays in sight, and is tried again", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  await shown.route("**/api/upload?*", (route) => route.fulfill({ status: 507 }), { times: 1 });
  await shown.locator("input[type=file]").setInputFiles({ name: "a.txt", mimeType: "x/y", buffer: Buffer.from("hi") });
  await shown.getByRole("button", { name: "Take a.txt away" }).waitFor();
  await shown.keyboard.press("Enter");
  await shown.getByRole("button", { name: "Try a.txt again" }).click();
  await expect.poll(() => screens.asked.some((one) => one.do === "file")).toBe(true);
  await shown.getByRole("list", { name: "Files under way" }).waitFor({ state: "detached" });
});

test("a message is deleted after a question in the language of the page", async () => {
  const screens = new FakeScreens();
  screens.change({ settings: { ...screens.view.settings, language: "pt" } });
  await using window = await open(screens);
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  screens.say({ text: "mine", mine: true, from: { ...screens.view.self, verified: true, device: "" as never } });
  await shown.getByText("mine").last().waitFor();
  await shown.keyboard.press("Control+ArrowUp");
  await shown.keyboard.press("d");
  const question = shown.getByRole("dialog", { name: "Apagar para todos" });
  await question.getByRole("button", { name: "Cancelar" }).click();
  await question.waitFor({ state: "detached" });
  expect(screens.asked.some((one) => one.do === "delete")).toBe(false);
  // The focus is where it was.
  await shown.keyboard.press("d");
  await question.getByRole("button", { name: "Apagar para todos" }).click();
  await expect.poll(() => screens.asked.at(-1)).toMatchObject({ do: "delete" });
  expect(window.dialogs).toEqual([]);
});

test("what was written a moment ago is told before the page is locked, or goes", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const drafts = (): readonly string[] => screens.done.flatMap((one) => (one.want === "draft" ? [one.text] : []));
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.fill("before a reload");
  await shown.reload();
  await expect.poll(drafts).toEqual(["before a reload"]);
  await composer.fill("before the lock");
  await composer.press("Control+l");
  await shown.getByLabel("Passphrase").waitFor();
  const wants = screens.done.map(({ want }) => want).filter((want) => want === "draft" || want === "lock");
  expect([drafts().at(-1), ...wants]).toEqual(["before the lock", "draft", "draft", "lock"]);
});

test("to go to the messages by a key does not begin to write the last one anew", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.press("Control+ArrowUp");
  await expect.poll(() => shown.evaluate("document.activeElement.tagName")).toBe("ARTICLE");
  await composer.press("ArrowUp");
  await expect.poll(() => screens.done.filter(({ want }) => want === "edit-last").length).toBe(1);
});

test("where another conversation is opened, it is told whether its end is in sight", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const looks = (): readonly string[] => {
    const since = screens.done.slice(screens.done.findLastIndex(({ want }) => want === "open") + 1);
    return since.flatMap((one) => (one.want === "look" ? [`${one.focused} ${one.atEnd}`] : []));
  };
  await expect.poll(looks).toContain("true true");
  await shown.getByRole("navigation").getByRole("button", { name: "bob" }).first().click();
  await expect.poll(() => screens.done.at(-1)?.want).toBe("look");
  expect(looks()).toContain("true true");
});
