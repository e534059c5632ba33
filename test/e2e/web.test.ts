// The page in a real browser, in front of the real server and a model that nobody stands behind: what it does for people, by hand and by
// keys, and that axe finds nothing to mend.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultsOf, someFile } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { madeUpView, messageItem } from "../kit/web/made-up.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test("what is written is sent by Enter, several lines by Shift+Enter, and nothing is complained about", async () => {
  await using window = await pages.open();
  const { page: shown, web } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.fill("one");
  await composer.press("Shift+Enter");
  await composer.pressSequentially("two");
  await composer.press("Enter");
  await expect
    .poll(() => web.screens.done.findLast(({ want }) => want === "submit"))
    .toEqual({ want: "submit", text: "one\ntwo" });
  await shown.getByText("one\ntwo").waitFor();
  expect(await composer.inputValue()).toBe("");
  await shown.getByRole("img", { name: "garden.png" }).waitFor();
  expect(window.complaints).toEqual([]);
});

test.each(["light", "dark"] as const)("axe finds nothing in %s: chat, panels, lock, first run", async (theme) => {
  const screens = new FakeScreens();
  screens.change({ settings: { ...screens.view.settings, theme } });
  await using window = await pages.open({ who: screens, context: { bypassCSP: true } });
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  const found: Record<string, readonly string[]> = { chat: await faultsOf(shown) };
  const closing = async (name: string): Promise<void> => {
    found[name] = await faultsOf(shown);
    await shown.keyboard.press("Escape");
  };
  for (const name of ["Settings", "New conversation", "About this conversation", /Your devices/]) {
    await shown.getByRole("button", { name }).click();
    await shown.getByRole("dialog").waitFor();
    await closing(String(name));
  }
  await shown.getByRole("button", { name: "Members" }).click();
  found["members"] = await faultsOf(shown);
  await shown.getByRole("complementary").getByRole("button", { name: /Elena/ }).click();
  await shown.getByRole("heading", { name: "Safety number" }).waitFor();
  await closing("person");
  await shown.keyboard.press("Control+k");
  await closing("switcher");
  screens.change({ notices: [{ id: 1, at: 0, kind: "alarm", code: "x", message: "Look here", hint: "And here" }] });
  await shown.getByText("Look here").waitFor();
  found["alarm"] = await faultsOf(shown);
  await screens.do({ want: "lock" });
  await shown.getByRole("button", { name: "Unlock" }).waitFor();
  found["locked"] = await faultsOf(shown);
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
});

test("the keyboard alone: to another conversation, to a message, answer, react, cancel, read", async () => {
  await using window = await pages.open();
  const { page: shown, web } = window;
  const { keyboard } = shown;
  const { screens } = web;
  await shown.getByRole("article").first().waitFor();
  const isIn = (selector: string) => () =>
    shown.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);
  await keyboard.press("Control+k");
  await expect.poll(isIn("input")).toBe(true);
  await keyboard.type("fáb");
  await shown.getByRole("option", { name: /Fábio/ }).waitFor();
  await keyboard.press("Enter");
  await shown.getByRole("heading", { name: "Fábio" }).waitFor();
  const composer = shown.getByRole("textbox", { name: "Write to Fábio" });
  await expect.poll(() => composer.inputValue()).toBe("Então, sobre ");
  await expect.poll(() => shown.evaluate("document.activeElement.id")).toBe("composer");
  for (let steps = 0; steps < 3; steps += 1) {
    const before = screens.view.open.conversation;
    await keyboard.press("Alt+ArrowUp");
    await expect.poll(() => screens.view.open.conversation).not.toBe(before);
  }
  await shown.getByRole("heading", { name: "general" }).waitFor();
  const toMessage = async (): Promise<void> => {
    await keyboard.press("Control+ArrowUp");
    await expect.poll(isIn("article")).toBe(true);
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowUp");
  };
  await toMessage();
  await keyboard.press("r");
  await shown.getByText("Replying to Fábio").waitFor();
  await keyboard.press("Escape");
  await expect.poll(() => shown.getByText("Replying to Fábio").count()).toBe(0);
  await toMessage();
  // Past the name and the reaction there is, to the first of the tools.
  for (let step = 0; step < 3; step += 1) await keyboard.press("Tab");
  await keyboard.press("Enter");
  await expect.poll(isIn("input")).toBe(true);
  await keyboard.type("party");
  await shown.getByRole("button", { name: /party/ }).first().waitFor();
  await keyboard.press("Enter");
  await expect.poll(() => screens.asked.find((one) => one.do === "react")).toMatchObject({ emoji: "🎉", on: true });
  await keyboard.press("Escape");
  await keyboard.press("F1");
  await shown.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await keyboard.press("Escape");
  await keyboard.press("Control+l");
  await expect.poll(isIn("input[type=password]")).toBe(true);
  await keyboard.type("wrong");
  await keyboard.press("Enter");
  await shown.getByText(/That is not the passphrase/).waitFor();
  await keyboard.type("correct horse");
  await keyboard.press("Enter");
  await shown.getByRole("heading", { name: "general" }).waitFor();
  expect(window.complaints).toEqual([]);
});

test("while it is locked nothing of what was said is anywhere in the page, nor in its title", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  await shown.getByText("See you all there").first().waitFor();
  await expect.poll(() => shown.title()).toBe("(@16) #general · Mutual");
  await shown.getByRole("button", { name: "Lock", exact: true }).click();
  await shown.getByLabel("Passphrase").waitFor();
  expect(await shown.evaluate("document.documentElement.outerHTML")).not.toMatch(/Carla|See you|general/);
  expect(await shown.title()).toBe("Mutual");
});

test("a name after @ is completed by Tab; an emoji is put where one writes", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.pressSequentially("hi @el");
  await shown.getByRole("list", { name: "People to mention" }).waitFor();
  await composer.press("Tab");
  expect(await composer.inputValue()).toBe("hi @elena ");
  await shown.locator(".composer-field").getByRole("button", { name: "Emoji" }).click();
  await shown.getByRole("searchbox", { name: "Search emoji" }).fill("coffee");
  await shown.keyboard.press("Enter");
  await expect.poll(() => composer.inputValue()).toBe("hi @elena ☕");
});

test("a file is sent by choosing it, and by dropping it; its picture is shown", async () => {
  await using window = await pages.open();
  const { page: shown, web } = window;
  await shown.getByRole("article").first().waitFor();
  const seen: string[] = [];
  web.screens.answers.set("file", (command) => {
    if (command.do === "file") seen.push(`${command.to} ${readFileSync(command.path, "utf8")}`);
    return {};
  });
  using file = someFile("note.txt", "chosen");
  await shown.locator("input[type=file]").setInputFiles(file.path);
  await shown.getByRole("list", { name: "Files to send" }).getByText("note.txt").waitFor();
  await shown.keyboard.press("Enter");
  await expect.poll(() => seen).toEqual(["#general chosen"]);
  await shown.evaluate(`{
    const data = new DataTransfer();
    data.items.add(new File(["dropped"], "drop.txt"));
    const place = document.querySelector("main.conversation");
    for (const name of ["dragover", "drop"])
      place.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
  }`);
  await shown.getByRole("list", { name: "Files to send" }).getByText("drop.txt").waitFor();
  await shown.getByRole("button", { name: "Send", exact: true }).click();
  await expect.poll(() => seen).toEqual(["#general chosen", "#general dropped"]);
});

test("a long conversation has few elements, sticks to its end, and stays where it is when older ones come", async () => {
  const items = Array.from({ length: 1_000 }, (_, at) =>
    messageItem(at + 1, { text: `line ${at + 1}\n${"word ".repeat(at % 40)}` }),
  );
  const screens = new FakeScreens(madeUpView({ items }));
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByText("line 1000").waitFor();
  expect(await shown.getByRole("article").count()).toBeLessThan(80);
  screens.say({ text: "the newest" });
  await shown.getByText("the newest").first().waitFor();
  const below =
    "(() => { const s = document.querySelector('.scroller'); return s.scrollHeight - s.scrollTop - s.clientHeight; })()";
  await expect.poll(() => shown.evaluate(below)).toBeLessThan(2);
  await shown.mouse.move(800, 400);
  await shown.mouse.wheel(0, -30_000);
  await expect.poll(async () => Number(await shown.evaluate(below))).toBeGreaterThan(20_000);
  await shown.waitForTimeout(300);
  const held =
    "(() => { const e = document.elementFromPoint(800, 300).closest('[data-key]'); return e.dataset.key + ' ' + Math.round(e.getBoundingClientRect().top); })()";
  const before = await shown.evaluate(held);
  const { timeline } = screens.view.open;
  const older = Array.from({ length: 100 }, (_, at) =>
    messageItem(50_000 + at, { text: `older ${at}\n${"x ".repeat(at * 7)}` }),
  );
  screens.changeOpen({ timeline: { ...timeline, items: [...older, ...timeline.items] } });
  await shown.waitForTimeout(400);
  expect(await shown.evaluate(held)).toBe(before);
  await shown.getByRole("button", { name: "To the newest message" }).click();
  await expect.poll(() => shown.evaluate(below)).toBeLessThan(2);
});

test("what grows at the end, a picture or a line that wraps, is no scrolling away from it", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  await shown.getByText("See you all there").first().waitFor();
  // As a picture that is there between two frames: what was scrolled before is told when its row is higher, and not measured yet.
  const left: unknown = await shown.evaluate(`new Promise((done) => {
    const list = document.querySelector('.scroller');
    [...list.querySelectorAll('article')].at(-1).style.minHeight = '400px';
    list.dispatchEvent(new Event('scroll'));
    setTimeout(() => done(list.scrollHeight - list.scrollTop - list.clientHeight), 300);
  })`);
  expect(left).toBeLessThan(2);
  await shown.mouse.move(800, 400);
  await shown.mouse.wheel(0, -60);
  await shown.getByRole("button", { name: "To the newest message" }).waitFor();
});

test("a message is quoted where one writes", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await composer.fill("so:\n");
  await shown.keyboard.press("Control+ArrowUp");
  await shown.keyboard.press("q");
  await expect.poll(() => composer.inputValue()).toBe("so:\n> See you all there 🎉\n");
});

test("the model hears when the end is in sight, also where there is nothing to scroll, and again after a cut", async () => {
  await using window = await pages.open();
  const { page: shown, web } = window;
  // Its sockets are remembered, so that one can be cut.
  const remembering = "class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } }";
  await shown.addInitScript(`globalThis.sockets = []; globalThis.WebSocket = ${remembering};`);
  await shown.reload();
  const last = (): unknown => web.screens.done.findLast(({ want }) => want === "look");
  await shown.getByRole("article").first().waitFor();
  await shown.mouse.move(800, 400);
  await shown.mouse.wheel(0, -5_000);
  await expect.poll(last).toMatchObject({ atEnd: false });
  await shown
    .getByRole("navigation")
    .getByRole("button", { name: /^Elena Ruiz/ })
    .click();
  await shown.getByText("in @elena").waitFor();
  await expect.poll(last).toEqual({ want: "look", focused: true, atEnd: true });
  await shown.evaluate("sockets.at(-1).close()");
  await expect.poll(last).toMatchObject({ focused: false });
  await expect.poll(last).toEqual({ want: "look", focused: true, atEnd: true });
});

test("on a narrow window there is one column at a time", async () => {
  await using window = await pages.open({ context: { viewport: { width: 390, height: 800 } } });
  const { page: shown } = window;
  await shown.getByRole("heading", { name: "general" }).waitFor();
  expect(await shown.getByRole("navigation").isVisible()).toBe(false);
  await shown.getByRole("button", { name: "Back" }).click();
  await shown
    .getByRole("navigation")
    .getByRole("button", { name: /^Elena Ruiz/ })
    .first()
    .click();
  await shown.getByRole("heading", { name: "Elena Ruiz" }).waitFor();
  expect(await shown.evaluate("document.documentElement.scrollWidth")).toBe(390);
});

test("in another language everything is said in it", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  await shown.getByRole("button", { name: "Settings" }).click();
  await shown.getByLabel("Language").selectOption("es");
  await shown.getByRole("heading", { name: "Ajustes" }).waitFor();
  await shown.keyboard.press("Escape");
  await shown.getByRole("textbox", { name: "Escribe a #general" }).waitFor();
  expect(await shown.evaluate("document.documentElement.lang")).toBe("es");
});
