// What strangers write, in the dialogs of the page and in its lists; and files that say they are pictures.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command, Reply } from "../../src/client/port/client.ts";
import type { PersonCard } from "../../src/client/port/screens.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { madeUpView, messageItem, NOON, sender } from "../kit/web/made-up.ts";
import { personCard } from "../kit/web/made-up-person.ts";
import { png } from "../kit/web/png.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const XSS = "<img src=x onerror=alert(1)>";
/** It turns the direction, hides something, and breaks the line. */
const EVIL = `${XSS}\u202egpj\u200b\n<script>alert(2)</script>`;

/** Whatever is asked of it, the answer is hostile. */
class HostileScreens extends FakeScreens {
  override async person(user: string): Promise<PersonCard> {
    const card = personCard(user);
    const devices = card.devices.map((device) => ({ ...device, name: EVIL, label: EVIL, how: EVIL, email: EVIL }));
    const verify = card.verify && {
      ...card.verify,
      name: EVIL,
      email: EVIL,
      openpgp: EVIL,
      qr: [EVIL],
    };
    return { ...card, name: EVIL, nickname: EVIL, devices, ...(verify && { verify }) };
  }

  override async ask(command: Command): Promise<Reply> {
    if (command.do === "devices") return { devices: (await this.person("elena")).devices };
    if (command.do === "users") return { users: [{ user: "eve", name: EVIL }] };
    return super.ask(command);
  }
}

function hostile(): HostileScreens {
  const from = { ...sender("bob"), name: EVIL };
  const happened = { at: NOON, conversation: "#general", user: EVIL, name: EVIL, by: EVIL };
  const items = [
    messageItem(1, {
      text: EVIL,
      from,
      nickname: EVIL,
      isNamesake: true,
      state: "failed",
      reason: { code: "x", message: EVIL },
    }),
    { item: "system", key: "s1", at: NOON, event: { event: "member", change: "added", ...happened } },
    { item: "system", key: "s2", at: NOON, event: { event: "asked", ...happened } },
    { item: "system", key: "s3", at: NOON, event: { event: "alarm", at: NOON, code: EVIL, message: EVIL } },
    messageItem(2, { text: EVIL, from, placeholder: "newer-version" }),
  ] as ReturnType<typeof madeUpView>["open"]["timeline"]["items"];
  const screens = new HostileScreens(madeUpView({ items }));
  const { view } = screens;
  const conversations = view.conversations.map((row) => ({
    ...row,
    title: EVIL,
    topic: EVIL,
    excerpt: EVIL,
    typing: [EVIL],
  }));
  screens.change({
    conversations,
    link: { state: "refused", waiting: 2, reason: { code: EVIL, message: EVIL } },
    transfers: [
      {
        message: "0".repeat(32) as never,
        conversation: "#general",
        name: EVIL,
        way: "up",
        stage: "failed",
        bytes: 1,
        total: 9,
        reason: { code: "x", message: EVIL },
      },
    ],
  });
  screens.changeOpen({
    asking: [{ user: EVIL, name: EVIL }],
    members: view.open.members.map((one) => ({ ...one, name: EVIL })),
    composer: { draft: "", expire: 0, replyTo: { message: "0".repeat(32) as never, from, excerpt: EVIL } },
  });
  return screens;
}

test("names, labels, numbers and what was found are text in every dialog and list", async () => {
  const screens = hostile();
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  const seen: string[] = [];
  const look = async (name: string): Promise<void> => {
    const made = "document.querySelectorAll('#page img, #page script, #page iframe, dialog img, [onerror]').length";
    // Where it stands, so that one can find who let it through.
    const turned = String.raw`(() => {
      const bad = /[\u200b\u202a-\u202e\u2066-\u2069]/;
      const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
      const found = [];
      while (texts.nextNode() !== null)
        if (bad.test(texts.currentNode.data)) found.push(texts.currentNode.parentElement.outerHTML.slice(0, 200));
      return found;
    })()`;
    expect([name, await shown.evaluate(made), await shown.evaluate(turned)]).toEqual([name, 0, []]);
    expect(await shown.evaluate("document.body.textContent")).toContain(XSS);
    seen.push(name);
  };
  await look("chat");
  await shown.getByRole("button", { name: "Members" }).click();
  await look("members");
  await shown.locator(".person-row").nth(1).click();
  await shown.getByRole("heading", { name: "Safety number" }).waitFor();
  await look("person");
  await shown.keyboard.press("Escape");
  for (const name of [/Your devices/, "About this conversation", "New conversation", "Settings"]) {
    await shown.getByRole("button", { name }).first().click();
    await shown.getByRole("dialog").waitFor();
    await look(String(name));
    await shown.keyboard.press("Escape");
  }
  await shown.keyboard.press("Control+k");
  await shown.keyboard.type("e");
  await shown.getByRole("option").filter({ hasText: "@eve" }).waitFor();
  await look("switcher");
  await shown.keyboard.press("Escape");
  await shown.keyboard.press("Control+f");
  await shown.getByRole("complementary").getByRole("searchbox").fill("onerror");
  await shown.keyboard.press("Enter");
  await shown.locator(".result").first().waitFor();
  await look("search");
  expect(seen).toHaveLength(9);
  expect(window.dialogs).toEqual([]);
  expect(window.complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
  expect(window.requests.filter((url) => new URL(url).host !== window.web.host)).toEqual([]);
});

const FILES = {
  "a.svg": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>",
  "b.html": "<!doctype html><script>alert(1)</script>",
  "c.xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>',
} as const;

test("what says that it is a picture is one only by its bytes, and is never anything but a blob of this page", async () => {
  const items = [...Object.keys(FILES), "d.png"].map((name, at) =>
    messageItem(at + 1, { text: name, file: { name, type: "image/svg+xml", bytes: 100 } }),
  );
  const screens = new FakeScreens(madeUpView({ items }));
  await using window = await pages.open({ who: screens });
  const { page: shown, web } = window;
  web.screens.answers.clear();
  const bytes: readonly (string | Buffer)[] = [...Object.values(FILES), png(40, 20, () => [9, 99, 9])];
  screens.answers.set("save", (command) => {
    if (command.do !== "save") return {};
    const path = join(command.path, "picture.png");
    writeFileSync(path, bytes[Number.parseInt(command.message, 16) - 1] ?? "");
    return { path };
  });
  // What was asked for before, and answered otherwise, is not shared with what is asked for now.
  await shown.waitForLoadState("networkidle");
  await shown.reload();
  await shown.getByRole("img", { name: "d.png" }).waitFor();
  const sources: string[] = await shown.evaluate(
    "[...document.querySelectorAll('#page img, #page object, #page embed, #page iframe')].map((one) => one.src)",
  );
  expect(sources).toHaveLength(1);
  expect(sources[0]).toMatch(new RegExp(`^blob:${web.origin}/`));
  // Opened on its own it would be of this origin: what is no picture is given as bytes.
  const types: string[] = await shown.evaluate(`(async () => {
    const key = sessionStorage.getItem("key");
    const all = [1, 2, 3, 4].map((n) => fetch("/api/file/" + String(n).padStart(32, "0"), { headers: { authorization: "Bearer " + key } }));
    return (await Promise.all(all)).map((one) => one.headers.get("content-type") + " " + one.headers.get("content-disposition"));
  })()`);
  const plain = "application/octet-stream attachment";
  expect(types).toEqual([plain, plain, plain, "image/png attachment"]);
  const download = shown.waitForEvent("download");
  await shown.getByRole("button", { name: "Save b.html" }).click();
  expect((await download).suggestedFilename()).toBe("b.html");
  expect(shown.url()).toBe(`${web.origin}/`);
  expect(window.dialogs).toEqual([]);
});
