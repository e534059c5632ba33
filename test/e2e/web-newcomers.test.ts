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

test("where a person is named, those who are here are offered, and those who are in already are not", async () => {
  const screens = new FakeScreens();
  const all = [
    { user: "elena", name: "Elena Ruiz" },
    { user: "eve", name: "Eve \u202eHill" },
    { user: "ada", name: "Ada Lovelace" },
  ];
  screens.answers.set("users", (command) => {
    const { query = "" } = command as { readonly query?: string };
    return { users: all.filter(({ user }) => user.startsWith(query)) };
  });
  await using window = await open(screens);
  const { page: shown } = window;
  const offered = (field: string): Promise<unknown> =>
    shown.evaluate(`[...${field}.list.options].map(({ value, label }) => [value, label])`);
  await shown.getByRole("button", { name: "Members" }).click();
  const adding = `document.querySelector("input[list=people-to-add]")`;
  await shown.getByLabel("Add somebody by their name").focus();
  await expect.poll(() => offered(adding)).toEqual([["@eve", "Eve �Hill"]]);
  await shown.getByLabel("Add somebody by their name").fill("@el");
  await expect.poll(() => offered(adding)).toEqual([]);
  expect(await faultsIn(window)).toEqual([]);
  await shown.getByRole("button", { name: "New conversation" }).click();
  const talking = `document.querySelector("input[list=people-to-talk-to]")`;
  await expect
    .poll(() => offered(talking))
    .toEqual([
      ["@elena", "Elena Ruiz"],
      ["@eve", "Eve �Hill"],
    ]);
  await shown.getByLabel("A person or a room").fill("@ev");
  await expect.poll(() => offered(talking)).toEqual([["@eve", "Eve �Hill"]]);
  expect(await faultsIn(window)).toEqual([]);
  await shown.getByLabel("A person or a room").fill("#ev");
  await expect.poll(() => offered(talking)).toEqual([]);
});

test.each([
  [360, 480],
  [1_000, 700],
])("a reaction is chosen from a box that is whole in the window, %i wide", async (width, height) => {
  const screens = new FakeScreens();
  await using window = await pages.open({ who: screens, context: { viewport: { width, height } } });
  const { page: shown } = window;
  const picker = shown.getByRole("dialog", { name: "Emoji" });
  const isWhole = async (): Promise<boolean> => {
    const box = await picker.boundingBox();
    if (box === null) return false;
    const { x, y } = box;
    const corners = [x, x + box.width - 1].flatMap((left) => [y + 8, y + box.height - 8].map((top) => [left, top]));
    // Nothing is cut off, and nothing lies over it.
    const seen = await shown.evaluate(
      `${JSON.stringify(corners)}.map(([x, y]) => document.elementFromPoint(x, y)?.closest(".emoji-picker") !== null)`,
    );
    return (
      JSON.stringify(seen) === "[true,true,true,true]" && x >= 0 && x + box.width <= width && y + box.height <= height
    );
  };
  await shown.getByText("See you all there").waitFor();
  for (const which of ["last", "first"] as const) {
    if (which === "first") await shown.evaluate(`document.querySelector(".scroller").scrollTop = 0`);
    const text = which === "first" ? "Morning everyone" : "See you all there";
    const message = shown.getByRole("article").filter({ hasText: text });
    await message.focus();
    await message.getByRole("button", { name: "React" }).click();
    await expect.poll(isWhole).toBe(true);
    await shown.keyboard.press("Escape");
    await picker.waitFor({ state: "detached" });
    expect(await shown.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe("React");
  }
  await shown.locator(".composer-field").getByRole("button", { name: "Emoji" }).click();
  await expect.poll(isWhole).toBe(true);
  await shown.getByRole("heading", { level: 1 }).click();
  await picker.waitFor({ state: "detached" });
});

test("an emoji that is begun after a colon is completed by Tab, and put away by Escape before anything else is", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  const offers = shown.getByRole("list", { name: "Emoji" });
  await composer.pressSequentially("done :tad");
  await offers.getByText(":tada:").waitFor();
  expect(await faultsIn(window)).toEqual([]);
  await composer.press("Escape");
  await offers.waitFor({ state: "detached" });
  expect(screens.done).not.toContainEqual({ want: "mark-read" });
  await composer.pressSequentially("a");
  await offers.waitFor();
  await composer.press("Tab");
  expect(await composer.inputValue()).toBe("done 🎉 ");
  await composer.press("Escape");
  await expect.poll(() => screens.done).toContainEqual({ want: "mark-read" });
});

test("to go elsewhere every conversation is offered once, and called once where it has one name", async () => {
  const screens = new FakeScreens();
  screens.answers.set("users", () => ({ users: [{ user: "elena", name: "Elena Ruiz" }] }));
  await using window = await open(screens);
  const { page: shown } = window;
  const offered = async (): Promise<readonly string[]> =>
    (await shown.getByRole("option").allTextContents()).map((text) => text.trim());
  await shown.getByText("See you all there").waitFor();
  await shown.keyboard.press("Control+k");
  await shown.getByRole("option").first().waitFor();
  expect(await offered()).toEqual([
    "#general",
    "Elena Ruiz @elena",
    "#release",
    "Fábio @fabio",
    "#lobby",
    "#music",
    "Notes to self @ada",
    "#old-project",
  ]);
  await shown.keyboard.type("ele");
  await expect.poll(() => screens.asked).toContainEqual({ do: "users", query: "ele" });
  await expect.poll(offered).toEqual(["Elena Ruiz @elena", "#release"]);
});

test("Escape closes what stands beside a conversation, when nothing before it wants the key", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const side = shown.getByRole("complementary", { name: "Members" });
  const members = shown.getByRole("button", { name: "Members" });
  const composer = shown.getByRole("textbox", { name: "Write to #general" });
  await members.click();
  await shown.keyboard.press("Escape");
  await side.waitFor({ state: "detached" });
  await members.click();
  await shown.getByLabel("Add somebody by their name").focus();
  await shown.keyboard.press("Escape");
  await side.waitFor({ state: "detached" });
  expect(await shown.evaluate(`document.activeElement.getAttribute("aria-label")`)).toBe("Members");
  await members.click();
  await side.getByRole("button", { name: /Elena/ }).click();
  await shown.getByRole("dialog", { name: "Person" }).waitFor();
  await shown.keyboard.press("Escape");
  await shown.getByRole("dialog").waitFor({ state: "detached" });
  await composer.pressSequentially("@el");
  await composer.press("Escape");
  await shown.getByRole("list", { name: "People to mention" }).waitFor({ state: "detached" });
  const last = screens.view.open.timeline.items.findLast((item) => item.item === "message");
  await screens.do({ want: "reply", message: last?.message.message });
  await shown.getByText("Replying to").waitFor();
  await composer.press("Escape");
  await shown.getByText("Replying to").waitFor({ state: "detached" });
  expect(await side.count()).toBe(1);
  await composer.press("Escape");
  await side.waitFor({ state: "detached" });
  expect(screens.done).not.toContainEqual({ want: "mark-read" });
  await composer.press("Escape");
  await expect.poll(() => screens.done).toContainEqual({ want: "mark-read" });
});

test("what names one stands beside all that is unread, and is said so in each language", async () => {
  const screens = new FakeScreens();
  const mentions: Readonly<Record<string, number>> = { "#release": 2, "@elena": 1 };
  screens.change({
    conversations: screens.view.conversations.map((row) => ({ ...row, mentions: mentions[row.conversation] ?? 0 })),
  });
  await using window = await open(screens);
  const { page: shown } = window;
  const badges = shown.getByRole("button", { name: /^#release/ }).locator(".badge");
  await badges.first().waitFor();
  expect((await badges.allInnerTexts()).map((text) => text.split("\n")[0]?.trim())).toEqual(["@2", "14"]);
  expect(await faultsIn(window)).toEqual([]);
  for (const [language, two, one] of [
    ["en", "2 messages name you, 14 unread", "1 message names you, 2 unread"],
    ["es", "2 mensajes te nombran, 14 sin leer", "1 mensaje te nombra, 2 sin leer"],
    ["pt", "2 mensagens mencionam você, 14 não lidas", "1 mensagem menciona você, 2 não lidas"],
  ] as const) {
    screens.change({ settings: { ...screens.view.settings, language } });
    await shown.getByRole("button", { name: new RegExp(`^#release.*${two}$`) }).waitFor();
    await shown.getByRole("button", { name: new RegExp(`^Elena Ruiz.*${one}$`) }).waitFor();
  }
});

test("a room is of so many people; of how many devices each is beside their names", async () => {
  const screens = new FakeScreens();
  screens.change({
    conversations: screens.view.conversations.map((row) => ({ ...row, topic: "", members: 9 })),
  });
  screens.changeOpen({
    members: screens.view.open.members.map((one) => ({ ...one, devices: one.user === "elena" ? 2 : 1 })),
  });
  await using window = await open(screens);
  const { page: shown } = window;
  for (const [language, people] of [
    ["en", "7 people"],
    ["es", "7 personas"],
    ["pt", "7 pessoas"],
  ] as const) {
    screens.change({ settings: { ...screens.view.settings, language } });
    await expect.poll(() => shown.locator(".conversation-title p").textContent()).toBe(people);
  }
  screens.change({ settings: { ...screens.view.settings, language: "en" } });
  await shown.getByRole("button", { name: "Members" }).click();
  await shown.getByText("@elena · 2 devices").waitFor();
  await shown.getByText("@bob · 1 device", { exact: true }).waitFor();
  screens.changeOpen({ members: screens.view.open.members.slice(0, 1) });
  await shown.locator(".conversation-title").getByText("1 person", { exact: true }).waitFor();
});

test("a conversation that is not begun yet stands in the list while it is open", async () => {
  const screens = new FakeScreens();
  await using window = await open(screens);
  const { page: shown } = window;
  const begun = shown.getByRole("button", { name: /^@gil/ });
  await shown.getByRole("button", { name: "New conversation" }).click();
  await shown.getByLabel("A person or a room").fill("gil");
  await shown.keyboard.press("Enter");
  await begun.waitFor();
  const rows = shown.getByRole("list", { name: "Conversations" }).getByRole("button");
  expect(await rows.nth(2).getAttribute("aria-current")).toBe("page");
  await shown.getByRole("heading", { level: 1, name: "@gil" }).waitFor();
  await shown.getByText("The first message begins this conversation").waitFor();
  // Nothing can be said about what is not there.
  expect(await shown.getByRole("button", { name: "About this conversation" }).count()).toBe(0);
  await shown.getByRole("button", { name: "Person" }).click();
  await shown.getByRole("dialog", { name: "Person" }).waitFor();
  await shown.keyboard.press("Escape");
  expect(await faultsIn(window)).toEqual([]);
  await shown.getByRole("button", { name: /^#release/ }).click();
  await begun.waitFor({ state: "detached" });
});

test("where nothing can be written it says that one was taken out, and by whom", async () => {
  const screens = new FakeScreens();
  const closed = (composer: object): void =>
    screens.changeOpen({ composer: { draft: "", expire: 0, closed: "left", ...composer } });
  closed({ putOut: { by: "elena" } });
  await using window = await open(screens);
  const { page: shown } = window;
  const said = (): Promise<string | null> => shown.locator(".composer.closed").textContent();
  await expect.poll(said).toBe("@elena has taken you out of this conversation.");
  closed({ putOut: {} });
  await expect.poll(said).toBe("You were taken out of this conversation.");
  closed({});
  await expect.poll(said).toBe("You are not in this conversation any more.");
});
