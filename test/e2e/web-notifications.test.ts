// What rings outside of the window, in a real browser that is allowed to, over the real model: the desktop's notifications, the tone, the
// title. Chromium without a screen says that its page is always looked at: here a person looks, and looks away.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Window } from "../kit/web/browser.ts";
import { Pages } from "../kit/web/pages.ts";
import { conversation, said, TestScreens } from "../kit/screens.ts";

const pages = new Pages();

/** Each notification is remembered, and shown; so is each tone counted. */
const REMEMBERING = `{
  globalThis.rung = [];
  globalThis.tones = 0;
  let isHere = true;
  document.hasFocus = () => isHere;
  globalThis.look = (now) => { isHere = now; dispatchEvent(new Event(now ? "focus" : "blur")); };
  globalThis.Notification = class extends Notification {
    constructor(title, options) { super(title, options); rung.push(this); }
  };
  globalThis.AudioContext = class extends AudioContext { constructor() { super(); tones += 1; } };
}`;

const NEWS = { "#lobby": [said(1)] };

async function opened(it: TestScreens): Promise<Window> {
  const window = await pages.open({ who: it.screens, context: { permissions: ["notifications"] } });
  // A page that is not in yet does not stay in.
  await window.page.getByRole("article").first().waitFor();
  await window.page.addInitScript(REMEMBERING);
  await window.page.reload();
  await window.page.getByRole("article").first().waitFor();
  return window;
}

const rung = (shown: Page): Promise<unknown> => shown.evaluate("rung.map(({ title, body }) => [title, body])");
/** Told to the model, too. */
async function looks(shown: Page, isHere: boolean): Promise<void> {
  await shown.evaluate(`look(${isHere})`);
  // A question of the page that comes after it is answered after it.
  await shown.getByRole("button", { name: "Search", exact: true }).click();
  await shown.getByRole("button", { name: "Close", exact: true }).click();
}

/** What the tab of a browser shows; it can be drawn. */
async function iconOf(shown: Page): Promise<string | null> {
  const href = await shown.locator('link[rel="icon"]').getAttribute("href");
  await shown.evaluate((src) => {
    const image = new Image();
    image.src = src ?? "";
    return image.decode();
  }, href);
  return href;
}

test("in the background it says who and what, counts in the title, and leads there; in the foreground nothing rings", async () => {
  const it = await TestScreens.ready({ messages: NEWS, conversations: [conversation("#lobby"), conversation("@bob")] });
  await it.screens.do({ want: "open", conversation: "#lobby" });
  await using window = await opened(it);
  const { page: shown } = window;
  const say = async (seq: number, text: string, more: object = {}): Promise<void> => {
    await it.pass(1_500);
    it.say(said(seq, { text, ...more }));
    await shown.getByText(text.replace("\u202e", "")).first().waitFor();
  };
  await looks(shown, false);
  await say(3, "hello there");
  await expect.poll(() => rung(shown)).toEqual([["#lobby", "hello there"]]);
  expect(await shown.evaluate("tones")).toBe(1);
  await expect.poll(() => shown.title()).toBe("(1) #lobby · Mutual");
  expect(await iconOf(shown)).toBe("/icon-unread.svg");
  await it.screens.do({ want: "level", conversation: "#lobby", level: "mentions" });
  await say(4, "of no concern");
  await say(5, "alice, look", { mentioned: true });
  await expect.poll(() => shown.title()).toBe("(@3) #lobby · Mutual");
  await it.screens.do({ want: "level", conversation: "#lobby", level: "nothing" });
  await say(6, "hush", { mentioned: true });
  await it.screens.do({ want: "level", conversation: "#lobby", level: "all" });
  await it.screens.do({ want: "settings", change: { quiet: { from: 0, to: 24 * 60 - 1 } } });
  await say(7, "at night", { mentioned: true });
  await it.screens.do({ want: "settings", change: { quiet: undefined, sound: false, theme: "dark" } });
  await expect.poll(() => shown.evaluate("document.documentElement.style.colorScheme")).toBe("dark");
  await say(8, "in the morning\u202e");
  const expected = [
    ["#lobby", "hello there"],
    ["#lobby", "alice, look"],
    ["#lobby", "in the morning\ufffd"],
  ];
  await expect.poll(() => rung(shown)).toEqual(expected);
  expect(await shown.evaluate("tones")).toBe(2);
  await looks(shown, true);
  await expect.poll(() => it.row("#lobby")?.unread).toBe(0);
  await expect.poll(() => iconOf(shown)).toBe("/icon.svg");
  await say(9, "somebody looks", { mentioned: true });
  expect([await rung(shown), await shown.evaluate("tones")]).toEqual([expected, 2]);
  await it.screens.do({ want: "open", conversation: "@bob" });
  await shown.getByRole("heading", { name: "bob" }).waitFor();
  await shown.evaluate("rung.at(-1).dispatchEvent(new Event('click'))");
  await expect.poll(() => it.screens.view.open.conversation).toBe("#lobby");
  expect(window.complaints).toEqual([]);
});

test("while it is locked it says that there is something, and not what, nor who", async () => {
  const it = await TestScreens.ready({ messages: NEWS, conversations: [conversation("#lobby")] });
  it.passphrase = "swordfish";
  await it.screens.do({ want: "open", conversation: "#lobby" });
  await using window = await opened(it);
  const { page: shown } = window;
  await looks(shown, false);
  await it.screens.do({ want: "lock" });
  await shown.getByLabel("Passphrase").waitFor();
  await it.pass(1_500);
  it.say(said(2, { text: "a secret", mentioned: true }));
  await expect.poll(() => rung(shown)).toEqual([["Mutual", "New message"]]);
  expect([await shown.title(), await iconOf(shown)]).toEqual(["Mutual", "/icon.svg"]);
});
