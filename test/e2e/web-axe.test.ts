// Every dialog and state of the page before axe, in light and in dark: it finds nothing to mend in any of them.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { ConversationRow, LinkView } from "../../src/client/port/screens.ts";
import type { FirstRun, Protected } from "../../src/client/face/web/protocol/first-run.ts";
import { Fault } from "../../src/model/fault.ts";
import { faultsOf, type Window as Opened } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { itemsOfAllKinds } from "../kit/web/all-kinds.ts";
import { madeUpView, NOON, sender } from "../kit/web/made-up.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** What axe said, state by state. */
class Looked {
  readonly #page: Page;
  readonly found: Record<string, readonly string[]> = {};

  constructor(shown: Page) {
    this.#page = shown;
  }

  async at(name: string): Promise<void> {
    this.found[name] = await faultsOf(this.#page);
  }

  /** How many states were looked at, and those with something to mend. */
  get result(): object {
    const all = Object.entries(this.found);
    return { states: all.length, faults: Object.fromEntries(all.filter(([, faults]) => faults.length > 0)) };
  }
}

async function opened(theme: Theme, screens: FakeScreens): Promise<Opened> {
  screens.change({ settings: { ...screens.view.settings, theme } });
  const context = { bypassCSP: true, colorScheme: theme } as const;
  const window = await pages.open({ who: screens, context });
  await window.page.getByRole("navigation").waitFor();
  return window;
}

test.each(THEMES)("the conversation in all its states, %s", async (theme) => {
  const screens = new FakeScreens(madeUpView({ items: itemsOfAllKinds() }));
  await using window = await opened(theme, screens);
  const { page: shown } = window;
  const looked = new Looked(shown);
  const composer = shown.getByRole("textbox", { name: /^Write to/ });
  await shown.getByText("is it?").waitFor();
  await looked.at("messages of every kind");
  await shown.getByRole("article").last().focus();
  await shown.getByRole("button", { name: "React" }).click();
  await shown.getByRole("searchbox", { name: "Search emoji" }).waitFor();
  await looked.at("a message with its tools, and a reaction being chosen");
  await shown.keyboard.press("Escape");
  await composer.pressSequentially("hi @el");
  await shown.getByRole("list", { name: "People to mention" }).waitFor();
  await looked.at("names offered");
  await composer.fill("");
  await shown.locator(".composer-field").getByRole("button", { name: "Emoji" }).click();
  await looked.at("emoji where one writes");
  await shown.keyboard.press("Escape");
  const { composer: writing, timeline } = screens.view.open;
  const message = "0".repeat(32) as never;
  screens.changeOpen({ composer: { ...writing, replyTo: { message, from: sender("bob"), excerpt: "the plan" } } });
  await shown.getByText("Replying to Bob").waitFor();
  await looked.at("an answer");
  screens.changeOpen({ composer: { ...writing, editing: message, draft: "anew" } });
  await shown.getByText("Editing your message").waitFor();
  await looked.at("written anew");
  for (const closed of ["left", "closed", "not-a-member"] as const) {
    screens.changeOpen({ composer: { ...writing, closed } });
    await shown.locator(".composer.closed").waitFor();
    await looked.at(`nothing can be written: ${closed}`);
  }
  screens.changeOpen({
    composer: writing,
    timeline: { ...timeline, hasNewer: true, hasOlder: true, isLoading: true, below: 3 },
  });
  await shown.getByRole("button", { name: "3 new messages below" }).waitFor();
  await looked.at("older and newer ones, and loading");
  screens.changeOpen({ conversation: "", timeline: { ...timeline, items: [] } });
  await shown.getByRole("heading", { name: "Nothing open" }).waitFor();
  await looked.at("nothing open");
  screens.change({ conversations: [] });
  await looked.at("no conversations");
  expect(looked.result).toEqual({ states: 12, faults: {} });
});

test.each(THEMES)("every dialog and every panel, %s", async (theme) => {
  const screens = new FakeScreens();
  const answer = { line: "chat://example", qr: ["█▀▀▀█ ▄█", "█ ▀ █▄▀ "], until: NOON };
  screens.answers.set("pair", () => answer);
  screens.answers.set("users", () => ({ users: [{ user: "eve", name: "Eve" }] }));
  screens.change({ settings: { ...screens.view.settings, quiet: { from: 60, to: 120 }, keywords: ["fire"] } });
  await using window = await opened(theme, screens);
  const { page: shown } = window;
  const looked = new Looked(shown);
  const dialog = async (name: string, then?: () => Promise<void>): Promise<void> => {
    await shown.getByRole("dialog").waitFor();
    await then?.();
    await looked.at(name);
    await shown.keyboard.press("Escape");
    await shown.getByRole("dialog").waitFor({ state: "detached" });
  };
  for (const name of ["Settings", "New conversation", "About this conversation", /Your devices/]) {
    await shown.getByRole("button", { name }).first().click();
    await dialog(String(name));
  }
  await shown.getByRole("button", { name: /Your devices/ }).click();
  await shown.getByRole("button", { name: "Add a device" }).click();
  await dialog("another device", () => shown.getByText("chat://example").waitFor());
  await shown.keyboard.press("F1");
  await dialog("keys");
  await shown.keyboard.press("Control+k");
  await shown.keyboard.type("e");
  await dialog("switcher with people", () => shown.getByRole("option", { name: /Eve/ }).waitFor());
  screens.change({ settings: { ...screens.view.settings, hasPassphrase: false } });
  await shown.getByRole("button", { name: "Settings" }).click();
  await dialog("settings without a passphrase", () => shown.getByText(/^Locking needs/).waitFor());
  await shown.getByRole("button", { name: "Members" }).click();
  await looked.at("members, and who asks");
  await shown.locator(".person-row").nth(1).click();
  await dialog("a person", () => shown.getByRole("heading", { name: "Safety number" }).waitFor());
  await shown.locator("article").filter({ hasText: "All copies are fresh" }).focus();
  await shown.keyboard.press("d");
  await dialog("a question");
  await shown.keyboard.press("Control+f");
  const field = shown.getByRole("complementary").getByRole("searchbox");
  await looked.at("search");
  for (const [word, name] of [
    ["a", "found"],
    ["zzz", "found nothing"],
  ] as const) {
    await field.fill(word);
    await field.press("Enter");
    await shown
      .getByRole("status")
      .filter({ hasText: /message|Nothing found/ })
      .first()
      .waitFor();
    await looked.at(name);
  }
  screens.change({
    search: { query: "a", results: [], isRunning: false, fault: { code: "x", message: "not like this" } },
  });
  await shown.getByText("not like this").waitFor();
  await looked.at("a search that failed");
  await shown
    .getByRole("button", { name: /^Elena Ruiz/ })
    .first()
    .click();
  await shown.getByRole("button", { name: "About this conversation" }).click();
  await dialog("about a conversation of two");
  expect(looked.result).toEqual({ states: 16, faults: {} });
});

const LINKS: readonly LinkView[] = [
  { state: "connecting", waiting: 0 },
  { state: "reconnecting", waiting: 3, retryAt: NOON },
  { state: "refused", waiting: 0, reason: { code: "x", message: "this device was put out" } },
];

test.each(THEMES)(
  "the link, what is under way, notices, the archive, a file held over it, a narrow window, the lock, %s",
  async (theme) => {
    const screens = new FakeScreens();
    await using window = await opened(theme, screens);
    const { page: shown } = window;
    const looked = new Looked(shown);
    for (const link of LINKS) {
      screens.change({ link });
      await shown.getByText(/^(?:Connecting|Reconnecting|This device was put out)/).waitFor();
      await looked.at(`link ${link.state}`);
    }
    const kinds = ["alarm", "notice", "fault", "done"] as const;
    screens.change({
      notices: kinds.map((kind, id) => ({ id, at: NOON, kind, code: "x", message: `a ${kind}`, hint: "so it is" })),
    });
    await shown.getByText("a done").waitFor();
    await looked.at("notices of every kind");
    screens.change({ notices: [] });
    const stages = ["reading", "moving", "paused", "waiting", "failed"] as const;
    const reason = { code: "x", message: "no room" };
    screens.change({
      transfers: stages.map((stage, at) => ({
        message: String(at).repeat(32) as never,
        conversation: "#general",
        name: `${stage}.bin`,
        way: at % 2 === 0 ? "up" : "down",
        stage,
        bytes: 3,
        total: 9,
        ...(stage === "failed" ? { reason } : {}),
      })),
    });
    await shown.getByText("failed.bin").waitFor();
    await looked.at("files under way");
    await shown.getByRole("button", { name: /archived/ }).click();
    await looked.at("the archive");
    const levels: Partial<ConversationRow> = { typing: [], hasDraft: true, mentions: 2, unread: 5 };
    screens.change({
      conversations: screens.view.conversations.map((row, at) => (at < 3 ? { ...row, ...levels } : row)),
    });
    await shown.locator(".excerpt.draft").first().waitFor();
    await looked.at("drafts and mentions in the list");
    await shown.evaluate(`document.querySelector("main.conversation").dispatchEvent(
    new DragEvent("dragover", { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true }))`);
    await looked.at("a file held over it");
    await shown.setViewportSize({ width: 390, height: 800 });
    await looked.at("narrow");
    await shown.getByRole("button", { name: "Back" }).click();
    await looked.at("narrow, the list");
    await screens.do({ want: "lock" });
    await shown.getByLabel("Passphrase").fill("wrong");
    await shown.keyboard.press("Enter");
    await shown.getByText(/That is not the passphrase/).waitFor();
    await looked.at("locked, and the passphrase was wrong");
    expect(looked.result).toEqual({ states: 11, faults: {} });
  },
);

test.each(THEMES)("before anybody is here, behind a passphrase, and when it is over, %s", async (theme) => {
  const context = { bypassCSP: true, colorScheme: theme } as const;
  const refuse = async (): Promise<never> => {
    throw new Fault("user-taken", "somebody has this name");
  };
  const look = async () => ({ server: "chat.example.org", realm: "ab".repeat(32), asks: "name" }) as const;
  const register = async () => ({ words: Array.from({ length: 24 }, () => "able"), asked: [3, 9, 20] });
  const firstRun: FirstRun = {
    look,
    join: refuse,
    register,
    written: refuse,
    login: refuse,
    recover: refuse,
    certificates: refuse,
  };
  const kept: Protected = { name: "ada", open: refuse };
  await using first = await pages.open({ who: firstRun, context });
  const looked = new Looked(first.page);
  await first.page.getByRole("heading", { name: "Welcome to Mutual" }).waitFor();
  await looked.at("ways in");
  await first.page.getByRole("textbox", { name: "Line of invitation" }).fill("chat://example");
  await first.page.getByRole("button", { name: "Continue" }).click();
  await first.page.getByLabel(/^The name you want/).waitFor();
  for (const passphrase of ["", "short", "five words chosen by chance"]) {
    await first.page
      .getByLabel(/^Passphrase for this device/)
      .first()
      .fill(passphrase);
    await looked.at(`an invitation, with the passphrase "${passphrase}"`);
  }
  await first.page.getByRole("button", { name: "Come in" }).first().click();
  await first.page.getByText("Somebody in the realm has this name").waitFor();
  await looked.at("an invitation that was refused");
  await first.page.getByLabel("Set a password, too").check();
  for (const label of ["Password", "The same password again"])
    await first.page.locator("form").first().getByLabel(label, { exact: true }).fill("five words");
  await looked.at("a password with it");
  await first.page.getByRole("button", { name: "Continue" }).click();
  await first.page.getByRole("button", { name: "They are on paper" }).waitFor();
  await looked.at("the recovery phrase");
  await first.page.getByRole("button", { name: "They are on paper" }).click();
  await first.page.getByLabel("Word 9").fill("able");
  await looked.at("some words of it");
  const account = first.page.locator("form").filter({ hasText: "an account with a password" });
  await account
    .getByRole("textbox", { name: "Line of the realm" })
    .fill("chat-client login 'chat://example' --user ada");
  await account.getByLabel("Password", { exact: true }).fill("a password");
  await account.getByRole("button", { name: "Log in" }).click();
  await account.getByRole("alert").waitFor();
  await looked.at("a login that was refused");
  await account.getByRole("button", { name: "Password lost?" }).click();
  const lost = first.page.locator("form").filter({ hasText: "The 24 words on paper" });
  await lost.getByLabel("The 24 words of the recovery phrase").fill("able able");
  for (const label of ["New password", "The same password again"])
    await lost.getByLabel(label, { exact: true }).fill("five words");
  await lost.getByRole("button", { name: "Come in" }).click();
  await lost.getByRole("alert").waitFor();
  await looked.at("a recovery that was refused");
  await first.page.setViewportSize({ width: 400, height: 800 });
  await looked.at("the same in a narrow window");
  await first.page.goto("about:blank");
  await first.page.goto(`${first.web.origin}/#wrong`);
  await first.page.evaluate("sessionStorage.clear()");
  await first.page.reload();
  await first.page.getByText("Open it again from chat-client").waitFor();
  await looked.at("over");
  await using second = await pages.open({ who: kept, context });
  await second.page.getByRole("heading", { name: "ada" }).waitFor();
  expect(await faultsOf(second.page)).toEqual([]);
  expect(looked.result).toEqual({ states: 12, faults: {} });
});
