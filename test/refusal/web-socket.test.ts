// The WebSocket of the web face: whose it may be, and what a page must not say over it.
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { PAGE_FRAME_BYTES } from "../../src/client/face/web/protocol/messages.ts";
import { refusedWith, TestWeb } from "../kit/web/server.ts";

test("without an Origin, or with another one, a good key opens nothing", async () => {
  await using web = await TestWeb.start();
  const key = await web.key();
  expect(await refusedWith(web.socket(key, {}))).toBe(403);
  for (const origin of ["http://evil.example", "null", "http://127.0.0.1:1", `${web.origin}.evil.example`])
    expect(await refusedWith(web.socket(key, { origin }))).toBe(403);
  expect(await refusedWith(web.socket(key, { origin: web.origin, host: "evil.example" }))).toBe(421);
  expect(await refusedWith(web.socket(key, { origin: web.origin, "sec-fetch-site": "cross-site" }))).toBe(403);
});

test("without a key, with another, or at another place there is no socket", async () => {
  await using web = await TestWeb.start();
  const { origin } = web;
  expect(await refusedWith(web.socket("x".repeat(43)))).toBe(401);
  expect(await refusedWith(new WebSocket(`ws://${web.host}/live`, [], { headers: { origin } }))).toBe(401);
  const key = await web.key();
  const alone = [`key.${key}`];
  expect(await refusedWith(new WebSocket(`ws://${web.host}/live`, alone, { headers: { origin } }))).toBe(401);
  const both = ["mutual.v1", ...alone];
  expect(await refusedWith(new WebSocket(`ws://${web.host}/`, both, { headers: { origin } }))).toBe(404);
  expect(await refusedWith(new WebSocket(`ws://${web.host}/live?key=${key}`, { headers: { origin } }))).toBe(404);
});

test("a page that was let in hears the view; only so many are let in", async () => {
  await using web = await TestWeb.start();
  const key = await web.key();
  const pages = await Promise.all(Array.from({ length: 8 }, () => web.page(key)));
  await expect.poll(() => pages.map(({ heard }) => heard[0]?.say)).toEqual(pages.map(() => "view"));
  expect(await refusedWith(web.socket(key))).toBe(503);
});

const recoverSaying = (change: object): string =>
  JSON.stringify({
    say: "recover",
    n: 1,
    line: "chat://x",
    user: "ada",
    words: "able",
    password: "five words",
    ...change,
  });

const MALFORMED: readonly (readonly [string, string])[] = [
  ["no JSON", "{"],
  ["a list", "[]"],
  ["nothing", "null"],
  ["something no page says", '{"say":"view","n":1}'],
  ["a name that every object has", '{"say":"constructor","n":1}'],
  ["no number", '{"say":"do","intent":{"want":"end"}}'],
  ["a number that is none", '{"say":"do","n":"1","intent":{"want":"end"}}'],
  ["an intent that is none", '{"say":"do","n":1,"intent":{"want":"fly"}}'],
  ["an intent by the name of every object", '{"say":"do","n":1,"intent":{"want":"__proto__"}}'],
  ["an intent without its field", '{"say":"do","n":1,"intent":{"want":"open"}}'],
  ["an id that is a path", '{"say":"do","n":1,"intent":{"want":"retry","message":"../../etc"}}'],
  ["a scale beyond all", '{"say":"do","n":1,"intent":{"want":"settings","change":{"fontScale":99}}}'],
  [
    "too many words",
    `{"say":"do","n":1,"intent":{"want":"settings","change":{"keywords":${JSON.stringify(Array.from({ length: 51 }, () => "a"))}}}}`,
  ],
  ["a text beyond all", `{"say":"do","n":1,"intent":{"want":"draft","text":"${"x".repeat(128 * 1024 + 1)}"}}`],
  ["a phrase beyond all", recoverSaying({ words: "x".repeat(2_001) })],
  ["a phrase that is a list", recoverSaying({ words: ["able"] })],
  ["a password beyond all", recoverSaying({ password: "x".repeat(1_025) })],
  ["nobody who has lost theirs", recoverSaying({ user: undefined })],
  ["words of the paper that are no list", '{"say":"written","n":1,"answers":"able"}'],
  [
    "more of them than there are",
    `{"say":"written","n":1,"answers":${JSON.stringify(Array.from({ length: 25 }, () => "able"))}}`,
  ],
  ["a person that is no handle", '{"say":"person","n":1,"user":"../ada"}'],
];

test.each(MALFORMED)("a page that says %s is cut off, and nothing of it is done", async (_, frame) => {
  await using web = await TestWeb.start();
  const page = await web.page();
  page.socket.send(frame);
  expect(await page.closed).toBe(1008);
  expect(web.screens.done.filter(({ want }) => want !== "look")).toEqual([]);
});

test("a frame that is too long, or binary, ends the connection", async () => {
  await using web = await TestWeb.start();
  const [long, binary] = [await web.page(), await web.page()];
  long.socket.send(" ".repeat(PAGE_FRAME_BYTES + 1));
  expect(await long.closed).toBe(1009);
  binary.socket.send(Buffer.from('{"say":"do","n":1,"intent":{"want":"end"}}'));
  expect(await binary.closed).toBe(1003);
});

test.each([
  ["not-for-pages", { do: "file", to: "#lobby", path: "/etc/passwd" }],
  ["not-for-pages", { do: "save", message: "0".repeat(32), path: "/tmp" }],
  ["not-for-pages", { do: "quit" }],
  ["unknown-command", { do: "nothing" }],
  ["bad-field", { do: "send", to: "#lobby" }],
])("what a page cannot ask is answered by %s: %o", async (code, command) => {
  await using web = await TestWeb.start();
  const page = await web.page();
  const answer = await page.answerTo(page.say({ say: "ask", command }));
  expect(answer).toMatchObject({ say: "failed", fault: { code } });
  expect(web.screens.asked).toEqual([]);
});

test("of an error that nobody foresaw the page hears no word", async () => {
  await using web = await TestWeb.start();
  web.screens.answers.set("whoami", () => {
    throw new Error("secret of the inside");
  });
  const page = await web.page();
  const answer = await page.answerTo(page.say({ say: "ask", command: { do: "whoami" } }));
  expect(answer).toMatchObject({ say: "failed", fault: { code: "internal" } });
  expect(JSON.stringify(page.heard)).not.toContain("secret of the inside");
});

test("more than a hundred questions at once are answered by too-many-requests", async () => {
  await using web = await TestWeb.start();
  const { promise, resolve } = Promise.withResolvers<object>();
  web.screens.answers.set("whoami", async () => ({ ...(await promise) }));
  const page = await web.page();
  const numbers = Array.from({ length: 101 }, () => page.say({ say: "ask", command: { do: "whoami" } }));
  const last = await page.answerTo(numbers.at(-1) ?? 0);
  expect(last).toMatchObject({ say: "failed", fault: { code: "too-many-requests" } });
  resolve({});
  expect(await page.answerTo(numbers[0] ?? 0)).toMatchObject({ say: "answer" });
});
