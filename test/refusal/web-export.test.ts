// A copy of a conversation through the web face: whole and harmless in each of its forms, and for nobody but the page of who may read.
import { expect, test } from "vitest";
import type { Got } from "../kit/web/server.ts";
import { TestWeb } from "../kit/web/server.ts";
import { madeUpView } from "../kit/web/made-up.ts";

const EVIL = "<script>alert(1)</script>\u202egnp.exe\u001b[2J";

async function exported(web: TestWeb, query: Record<string, string>, headers: object = {}): Promise<Got> {
  const path = `/api/export?${new URLSearchParams(query).toString()}`;
  return web.get({ path, headers: { authorization: `Bearer ${await web.key()}`, ...headers } });
}

async function started(): Promise<TestWeb> {
  const web = await TestWeb.start();
  const messages = madeUpView().open.timeline.items.flatMap((item) =>
    item.item === "message" ? [{ ...item.message, seq: item.message.seq ?? 1 }] : [],
  );
  const [first] = messages;
  const all = first === undefined ? [] : [{ ...first, text: EVIL, seq: 1 }, ...messages];
  web.screens.answers.set("history", (command) =>
    command.do === "history" && command.after === 0 ? { messages: all } : { messages: [] },
  );
  return web;
}

test.each([
  ["text", "#general\n"],
  ["json", '{"conversation":"#general"'],
  ["html", "<!doctype html>"],
])("as %s it has everything, nothing in it acts, and it is bytes to be saved", async (format, begin) => {
  await using web = await started();
  const { status, headers, body } = await exported(web, { to: "#general", format });
  expect([status, headers["content-type"], headers["content-disposition"]]).toEqual([
    200,
    "application/octet-stream",
    "attachment",
  ]);
  expect(body).toContain("See you all there");
  expect(body.startsWith(begin)).toBe(true);
  expect(["\u001b", "\u202e"].filter((one) => body.includes(one))).toEqual([]);
  expect(format === "html" && body.includes("<script")).toBe(false);
});

test("nobody else gets one, nor does who is locked out, and what is malformed is no question", async () => {
  await using web = await started();
  const good = { to: "#general", format: "text" };
  expect((await exported(web, good, { authorization: `Bearer ${"x".repeat(43)}` })).status).toBe(401);
  expect((await exported(web, good, { origin: "http://evil.example" })).status).toBe(403);
  expect((await exported(web, { ...good, format: "exe" })).status).toBe(400);
  expect((await exported(web, { ...good, to: "x".repeat(500) })).status).toBe(409);
  expect((await web.get({ method: "POST", path: "/api/export?to=%23general&format=text" })).status).toBe(401);
  expect(web.screens.asked).toEqual([]);
  await web.screens.do({ want: "lock" });
  const { status, body } = await exported(web, good);
  expect([status, body.includes("screen-locked"), body.includes("See you")]).toEqual([409, true, false]);
});
