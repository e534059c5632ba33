// How a person comes to the page in a real browser: by the redirect file and its token, and for the first time.
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openPage } from "../../src/client/face/web/opening.ts";
import type { FirstRun } from "../../src/client/face/web/protocol/first-run.ts";
import { Fault } from "../../src/model/fault.ts";
import { faultsOf } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test("the token leaves the address, works once, and a reload stays in", async () => {
  await using window = await pages.open();
  await window.page.getByRole("article").first().waitFor();
  expect(window.page.url()).toBe(`${window.web.origin}/`);
  await window.page.reload();
  await window.page.getByRole("article").first().waitFor();
  expect(await window.page.context().cookies()).toEqual([]);
  expect(await window.page.evaluate("localStorage.length")).toBe(0);
  const other = await window.page.context().newPage();
  await other.goto(window.web.origin);
  await other.getByText("Open it again from chat-client").waitFor();
});

test("the redirect file leads to the page, and is gone when the page is there", async () => {
  await using window = await pages.open();
  const { web } = window;
  // The browser that it starts finds no such display, and goes; ours follows the file.
  const env = { DISPLAY: ":987", PATH: "/usr/bin:/bin", HOME: web.folder };
  const system = { platform: "linux", env, isThere: (path: string) => path === "/usr/bin/chromium" };
  await openPage(web.web, { folder: web.folder, system, random: (bytes) => randomBytes(bytes) });
  const [name = ""] = readdirSync(join(web.folder, "open"));
  const fresh = await (await pages.browser.newContext()).newPage();
  await fresh.goto(pathToFileURL(join(web.folder, "open", name)).href);
  await fresh.getByRole("article").first().waitFor();
  expect(fresh.url()).toBe(`${web.origin}/`);
  expect(readdirSync(join(web.folder, "open"))).toEqual([]);
  await fresh.context().close();
});

test("who is nobody yet comes in by a line of invitation, and is told what is wrong with another", async () => {
  const screens = new FakeScreens();
  const firstRun: FirstRun = {
    look: async (line) => {
      if (line !== "good")
        throw new Fault("invitation-malformed", "this is no invitation", { hint: "ask for a new one" });
      return { server: "chat.example.org", realm: "ab".repeat(32), asks: "name" };
    },
    join: async ({ user }) => {
      if (user === undefined) throw new Fault("user-missing", "nobody has said who", { hint: "join --user NAME" });
      if (user === "taken") throw new Fault("user-taken", "somebody has this name");
      return screens;
    },
    certificates: async () => screens,
  };
  await using window = await pages.open({ who: firstRun, context: { bypassCSP: true } });
  const { page: shown } = window;
  await shown.getByRole("heading", { name: "Welcome to Mutual" }).waitFor();
  expect(await faultsOf(shown)).toEqual([]);
  const line = shown.getByRole("textbox", { name: "Line of invitation" });
  await line.fill("bad");
  await shown.getByRole("button", { name: "Continue" }).click();
  await shown.getByText("This is not a whole invitation: paste the line").waitFor();
  await line.fill("good");
  await shown.getByRole("button", { name: "Continue" }).click();
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("alert").getByText("type the name that you want in the field above").waitFor();
  await shown.getByLabel(/^The name you want/).fill("Ada Lovelace");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("alert").getByText("This name cannot be used").waitFor();
  await shown.getByLabel(/^The name you want/).fill("taken");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByText("Somebody in the realm has this name").waitFor();
  await shown.getByLabel(/^The name you want/).fill(" @ada");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("heading", { name: "general" }).waitFor();
});
