// An account with a password in the first run of both faces, by the packaged executables: from an empty machine to what was said before.
import { existsSync, writeFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountRealm, OTHER, PASSWORD, WAIT } from "../kit/account-realm.ts";
import type { ClientProgram } from "../kit/executables.ts";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { Swallower } from "../kit/swallower.ts";
import { foundIn } from "../kit/vault.ts";
import { launch } from "../kit/web/browser.ts";

const [SAID, ROOM] = ["said before anybody came", "#archive"];
const WRONG = "another password altogether";

let realm: AccountRealm;
let browser: Browser;
let eve: ClientProgram;
beforeAll(async () => {
  [realm, browser] = await Promise.all([AccountRealm.start(), launch()]);
  for (const user of ["eve", "fay"]) await realm.register(user);
  eve = realm.own.client("eve");
  await eve.ready();
  await eve.done({ do: "create", name: ROOM.slice(1), join: "invite", listed: false, history: "all" });
  await eve.done({ do: "send", to: ROOM, text: SAID });
}, 60_000);
afterAll(async () => {
  await eve.end();
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

test("in a window: a wrong password is said and leaves what was typed; the right one ends in the lobby, with what was said before", async () => {
  const asked: string[] = [];
  await using window = await inWindow(realm.own, "window", {
    browser,
    before: async (page) => {
      page.on("request", (request) => asked.push(request.url()));
    },
  });
  const { page } = window;
  const form = page.locator("form").filter({ has: page.getByRole("heading", { name: "account with a password" }) });
  await form.getByRole("textbox", { name: "Line of the realm" }).fill("chat://cut.short");
  const name = form.getByLabel("Your name there");
  const password = form.getByLabel("Password", { exact: true });
  expect(await password.getAttribute("type")).toBe("password");
  expect(await password.getAttribute("autocomplete")).toBe("current-password");
  await name.fill("@eve");
  await password.fill(WRONG);
  const go = form.getByRole("button", { name: "Log in" });
  await go.click();
  await form.getByRole("alert").getByText("This is not the whole line of a realm").waitFor();
  const shown = `* on another machine: chat-client login '${realm.line}' --user eve`;
  await form.getByRole("textbox", { name: "Line of the realm" }).fill(shown);
  await go.click();
  await form.getByRole("alert").getByText("The name or the password is wrong").waitFor();
  expect([await name.inputValue(), await password.inputValue()]).toEqual(["@eve", WRONG]);
  expect(existsSync(realm.file("window/profiles.json"))).toBe(false);
  await password.fill(PASSWORD);
  await password.press("Enter");
  await page.getByText("Encrypted", { exact: true }).waitFor();
  await page.getByRole("heading", { level: 1, name: "#lobby" }).waitFor();
  await page.getByRole("button", { name: /^#archive/ }).click();
  await window.hears(SAID);
  for (const secret of [PASSWORD, WRONG]) {
    expect(asked.filter((url) => decodeURIComponent(url).includes(secret))).toEqual([]);
    expect(
      await page.evaluate("JSON.stringify([localStorage, sessionStorage, location.href, history.state])"),
    ).not.toContain(secret);
    expect(foundIn(realm.file("window"), [secret])).toEqual([]);
    expect(realm.own.server.stdout.join("\n")).not.toContain(secret);
  }
});

test("in a terminal: the line alone says that one logs in; neither the password nor a wrong one is shown", async () => {
  using fay = inTerminal(realm.own, "terminal", { size: { columns: 120, rows: 40 } });
  await fay.shows("a password");
  fay.type(realm.line);
  await fay.shows("this line is of a realm, and no invitation");
  await fay.shows("your name there");
  fay.type("evee");
  await fay.shows("the password of @evee:");
  fay.type(PASSWORD);
  await fay.shows("a passphrase for what is kept");
  fay.press("Enter");
  await fay.shows("* the name or the password is wrong");
  await fay.shows("your name there (Enter: evee):");
  fay.type("eve");
  await fay.shows("the password of @eve:");
  fay.type(PASSWORD);
  await fay.shows("end-to-end");
  await fay.shows(ROOM);
  fay.press("C-k");
  fay.type(ROOM);
  await fay.shows(SAID);
  fay.press("C-q");
  const all = (await fay.shows("exit 0")) + fay.history();
  expect(all).toContain("you are @eve in the realm");
  expect(all).not.toContain(PASSWORD);
  expect(foundIn(realm.file("terminal"), [PASSWORD])).toEqual([]);
});

test("in a terminal, in Spanish, by the command that register has shown", async () => {
  using fay = inTerminal(realm.own, "spanish", { before: "LC_ALL=es_ES.UTF-8", size: { columns: 120, rows: 40 } });
  await fay.shows("una contraseña");
  fay.type(`chat-client login '${realm.line}' --user fay`);
  await fay.shows("la contraseña de @fay:");
  fay.type(WRONG);
  await fay.shows("una frase de paso para lo que se guarda");
  fay.press("Enter");
  await fay.shows("* el nombre o la contraseña no es correcto");
  fay.press("Enter");
  await fay.shows(/\(Enter: fay\): *\n *la contraseña de @fay:/);
  fay.type(PASSWORD);
  await fay.shows("cifrado de extremo a extremo");
  fay.press("C-q");
  expect((await fay.shows("exit 0")) + fay.history()).toContain("eres @fay en el reino");
});

test("in a window: an invitation with a password; the words are shown once and asked back, and the account is a whole one", async () => {
  const line = await realm.own.invite("gus");
  const open = () => inWindow(realm.own, "registered", { browser });
  {
    await using window = await open();
    const { page } = window;
    await page.getByRole("textbox", { name: "Line of invitation" }).fill(line);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Set a password, too").check();
    const [once, again] = [
      page.locator("form").first().getByLabel("Password", { exact: true }),
      page.getByLabel("The same password again"),
    ];
    const go = page.getByRole("button", { name: "Continue" });
    for (const [typed, twice, sentence] of [
      ["short", "short", "A password has at least 8 characters"],
      [PASSWORD, WRONG, "The two are not the same"],
    ] as const) {
      await once.fill(typed);
      await again.fill(twice);
      await go.click();
      await page.getByRole("alert").getByText(sentence).waitFor();
    }
    await again.fill(PASSWORD);
    await go.click();
    const words = page.getByRole("list").getByRole("listitem");
    await words.nth(23).waitFor();
    const phrase = await words.allTextContents();
    expect(new Set(phrase.map((word) => /^[a-z]{3,8}$/.test(word)))).toEqual(new Set([true]));
    expect(phrase).toHaveLength(24);
    writeFileSync(realm.file("gus.phrase"), phrase.join(" "));
    await page.getByRole("button", { name: "They are on paper" }).click();
    expect(await page.locator("body").textContent()).not.toContain(phrase.slice(0, 3).join(""));
    const asked = page.getByLabel(/^Word \d+$/);
    for (const field of await asked.all()) await field.fill("abandon");
    const come = page.getByRole("button", { name: "Come in" }).first();
    await come.click();
    await page.getByRole("alert").getByText("These are not the words").waitFor();
    for (const [at, label] of (await page.locator("label").filter({ hasText: /^Word/ }).allTextContents()).entries())
      await asked.nth(at).fill(phrase[Number(label.slice(5)) - 1] ?? "");
    await come.click();
    await page.getByText("Encrypted", { exact: true }).waitFor();
    for (const folder of ["registered", "data"])
      expect(foundIn(realm.file(folder), [PASSWORD, phrase.join(" ")])).toEqual([]);
  }
  expect(await realm.logIn("gus", "gus-2")).toMatchObject({ code: 0 });
  const flags = ["--user", "gus", "--phrase-file", realm.file("gus.phrase"), ...realm.passwordFile(OTHER)];
  expect(await realm.command(["recover", realm.line, "gus-3"], ...flags)).toMatchObject({ code: 0, stderr: "" });
}, 60_000);

test("in a window: cut off in the middle of it, the account that was begun is the one that is made, and no other words are shown", async () => {
  // The realm, whom it is for, both again, what begins it; of the last the answer is lost.
  await using swallower = await Swallower.before(realm.own.door, 5);
  const line = (await realm.own.invite("hal")).replace(`:${realm.own.door}/`, `:${swallower.port}/`);
  const begun = async (page: Page, password: string): Promise<void> => {
    await page.getByRole("textbox", { name: "Line of invitation" }).fill(line);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Set a password, too").check();
    await page.locator("form").first().getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("The same password again").fill(password);
    await page.getByRole("button", { name: "Continue" }).click();
  };
  {
    await using window = await inWindow(realm.own, "cut", { browser });
    const { page } = window;
    await begun(page, PASSWORD);
    const words = page.getByRole("list").getByRole("listitem");
    await words.nth(23).waitFor();
    const phrase = await words.allTextContents();
    await page.getByRole("button", { name: "They are on paper" }).click();
    const asked = page.getByLabel(/^Word \d+$/);
    for (const [at, label] of (await page.locator("label").filter({ hasText: /^Word/ }).allTextContents()).entries())
      await asked.nth(at).fill(phrase[Number(label.slice(5)) - 1] ?? "");
    const before = realm.asked("register/finish");
    await page.getByRole("button", { name: "Come in" }).first().click();
    await expect.poll(() => realm.asked("register/finish"), WAIT).toBe(before + 1);
  }
  expect(existsSync(realm.file("cut/profiles.json"))).toBe(false);
  await using window = await inWindow(realm.own, "cut", { browser });
  const { page } = window;
  await begun(page, OTHER);
  await page.getByText("This was begun here before").waitFor();
  expect(await page.getByRole("list").getByRole("listitem").count()).toBe(0);
  await page.getByRole("button", { name: "Come in" }).first().click();
  await page.getByText("Encrypted", { exact: true }).waitFor();
  expect(await realm.logIn("hal", "hal-2", OTHER)).toMatchObject({ code: 6 });
  expect(await realm.logIn("hal", "hal-3")).toMatchObject({ code: 0 });
}, 60_000);
