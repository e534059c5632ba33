// The page in a real browser: files wait above where one writes, with what is said of them, until Enter sends them or Escape does not.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { faultsIn, type Window } from "../kit/web/browser.ts";
import type { FakeScreens } from "../kit/web/fake-screens.ts";
import { sender } from "../kit/web/made-up.ts";
import { png } from "../kit/web/png.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const GREEN = png(40, 30, () => [30, 150, 90]);

const choose = (shown: Page, ...names: readonly string[]): Promise<void> =>
  shown.locator("input[type=file]").setInputFiles(
    names.map((name) => ({
      name,
      mimeType: name.endsWith(".png") ? "image/png" : "text/plain",
      buffer: name.endsWith(".png") ? GREEN : Buffer.from(name),
    })),
  );

/** As a browser pastes what is a picture in its clipboard. */
const pastePicture = (shown: Page): Promise<void> =>
  shown.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], "image.png", { type: "image/png" }));
    const pasted = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector("#composer")?.dispatchEvent(pasted);
  }, Array.from(GREEN));

async function opened(theme: "light" | "dark" = "light"): Promise<Window> {
  const window = await pages.open({ context: { colorScheme: theme } });
  const { screens } = window.web;
  screens.change({ settings: { ...screens.view.settings, theme } });
  await window.page.getByRole("article").first().waitFor();
  return window;
}

const files = (screens: FakeScreens): readonly object[] => screens.asked.filter((one) => one.do === "file");

test.each(["light", "dark"] as const)(
  "they wait with name, size and picture, and are said to be ready, %s",
  async (theme) => {
    await using window = await opened(theme);
    const { page: shown } = window;
    await choose(shown, "a.txt", "green.png", `${"long".repeat(40)}.pdf`);
    const tray = shown.getByRole("list", { name: "Files to send" });
    await expect.poll(() => tray.getByRole("listitem").count()).toBe(3);
    await shown.getByRole("status").getByText("3 files are ready").waitFor({ state: "attached" });
    await tray.getByText("5 bytes").first().waitFor();
    const drawn = "document.querySelector('.tray img').naturalWidth";
    await expect.poll(() => shown.evaluate(drawn)).toBe(40);
    if (process.env["PICTURE"] !== undefined)
      await shown.screenshot({ path: `${process.env["PICTURE"]}-${theme}.png` });
    expect(await tray.evaluate((list) => list.scrollWidth - list.clientWidth)).toBe(0);
    expect(window.complaints).toEqual([]);
    expect(await faultsIn(window)).toEqual([]);
    expect(window.requests.some((url) => url.includes("/api/upload"))).toBe(false);
  },
);

test("Enter sends them with what is written as the words of the first, answering what is answered", async () => {
  await using window = await opened();
  const { page: shown } = window;
  const { screens } = window.web;
  const message = "0".repeat(32) as never;
  const { composer } = screens.view.open;
  screens.changeOpen({ composer: { ...composer, replyTo: { message, from: sender("bob"), excerpt: "the plan" } } });
  await shown.getByText("Replying to Bob").waitFor();
  const field = shown.getByRole("textbox", { name: /^Write to/ });
  await field.fill("look at these :+1:");
  await choose(shown, "a.txt", "b.txt");
  await shown.getByRole("button", { name: "Take b.txt away" }).waitFor();
  await shown.keyboard.press("Enter");
  await expect.poll(() => files(screens).length).toBe(2);
  const said = { do: "file", to: "#general", replyTo: message };
  expect(files(screens)).toContainEqual(expect.objectContaining({ ...said, text: "look at these 👍" }));
  expect(files(screens).filter((one) => "text" in one)).toHaveLength(1);
  expect(files(screens).filter((one) => "replyTo" in one)).toHaveLength(2);
  expect(await field.inputValue()).toBe("");
  await shown.getByText("Replying to Bob").waitFor({ state: "detached" });
  expect(screens.done).toContainEqual({ want: "draft", text: "" });
  expect(screens.done.some(({ want }) => want === "submit")).toBe(false);
  // What was written is had again.
  await field.press("Control+p");
  await expect.poll(() => field.inputValue()).toBe("look at these :+1:");
});

test("words too long to go with a file are a message of their own", async () => {
  await using window = await opened();
  const { page: shown } = window;
  const { screens } = window.web;
  await shown.getByRole("textbox", { name: /^Write to/ }).fill("wörter ".repeat(400));
  await choose(shown, "a.txt");
  await shown.getByRole("button", { name: "Take a.txt away" }).waitFor();
  await shown.keyboard.press("Enter");
  await expect.poll(() => files(screens)).toHaveLength(1);
  expect(files(screens)[0]).not.toHaveProperty("text");
  expect(screens.done.filter(({ want }) => want === "submit")).toHaveLength(1);
});

test("a pasted picture goes by Enter alone; Escape sends nothing, and leaves what is written", async () => {
  await using window = await opened();
  const { page: shown } = window;
  const { screens } = window.web;
  const tray = shown.getByRole("list", { name: "Files to send" });
  const field = shown.getByRole("textbox", { name: /^Write to/ });
  await field.focus();
  await pastePicture(shown);
  await tray.waitFor();
  await shown.keyboard.press("Enter");
  await expect.poll(() => files(screens)).toHaveLength(1);
  expect(files(screens)[0]).not.toHaveProperty("text");
  await tray.waitFor({ state: "detached" });
  await field.fill("half a sen");
  await pastePicture(shown);
  await tray.waitFor();
  await shown.keyboard.press("Escape");
  await tray.waitFor({ state: "detached" });
  expect(await field.inputValue()).toBe("half a sen");
  await choose(shown, "a.txt", "b.txt");
  await shown.getByRole("button", { name: "Take a.txt away" }).click();
  await expect.poll(() => tray.getByRole("listitem").count()).toBe(1);
  await expect.poll(() => field.evaluate((area) => area === document.activeElement)).toBe(true);
  await shown.getByRole("button", { name: "Take b.txt away" }).press("Escape");
  await tray.waitFor({ state: "detached" });
  expect(files(screens)).toHaveLength(1);
});

test("they wait in their conversation, also while another one is open and behind the lock", async () => {
  await using window = await opened();
  const { page: shown } = window;
  const { screens } = window.web;
  const tray = shown.getByRole("list", { name: "Files to send" });
  await choose(shown, "a.txt");
  await tray.waitFor();
  await shown.keyboard.press("Alt+ArrowDown");
  await shown.getByRole("heading", { name: "Elena Ruiz" }).waitFor();
  await tray.waitFor({ state: "detached" });
  await shown.keyboard.press("Alt+ArrowUp");
  await tray.waitFor();
  await screens.do({ want: "lock" });
  await shown.getByLabel("Passphrase").waitFor();
  expect(await shown.getByText("a.txt").count()).toBe(0);
  await screens.do({ want: "unlock", passphrase: "correct horse" });
  await tray.getByText("a.txt").waitFor();
});
