// An account with a password in the first run of both faces, by the packaged executables: from an empty machine to what was said before.
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountRealm, PASSWORD, WAIT } from "../kit/account-realm.ts";
import type { ClientProgram } from "../kit/executables.ts";
import { inTerminal, inWindow } from "../kit/faces.ts";
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
  await expect.poll(() => existsSync(realm.file("spanish/profiles.json")), WAIT).toBe(true);
  fay.press("C-q");
  expect((await fay.shows("exit 0")) + fay.history()).toContain("eres @fay en el reino");
});
