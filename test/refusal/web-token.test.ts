// The one-time token of the web face, and the key it is swapped for: used twice, guessed, too late, sent in another form.
import { expect, test } from "vitest";
import { TOKEN_MS, TOKEN_TRIES } from "../../src/client/face/web/sessions.ts";
import { HandClock } from "../kit/hand-clock.ts";
import { TestWeb } from "../kit/web/server.ts";

test("a token is 256 bits, works once, and the next address voids it", async () => {
  await using web = await TestWeb.start();
  const token = web.token();
  expect(Buffer.from(token, "base64url").length).toBe(32);
  expect((await web.swap(token)).status).toBe(200);
  expect((await web.swap(token)).status).toBe(401);
  const [older, newer] = [web.token(), web.token()];
  expect((await web.swap(older)).status).toBe(401);
  expect((await web.swap(newer)).status).toBe(200);
});

test("after ten wrong guesses the right token is void, too", async () => {
  await using web = await TestWeb.start();
  const token = web.token();
  for (let guess = 0; guess < TOKEN_TRIES; guess += 1) expect((await web.swap(`${guess}`.repeat(43))).status).toBe(401);
  expect((await web.swap(token)).status).toBe(401);
});

test("nine wrong guesses leave it usable", async () => {
  await using web = await TestWeb.start();
  const token = web.token();
  for (let guess = 1; guess < TOKEN_TRIES; guess += 1) await web.swap("wrong");
  expect((await web.swap(token)).status).toBe(200);
});

test("after a minute a token is void, and whoever waits for its end hears so once", async () => {
  const clock = new HandClock();
  await using web = await TestWeb.start({ clock });
  let ended = 0;
  const token = new URL(web.web.address(() => (ended += 1))).hash.slice(1);
  clock.pass(TOKEN_MS - 1);
  expect(ended).toBe(0);
  clock.pass(1);
  expect((await web.swap(token)).status).toBe(401);
  expect(ended).toBe(1);
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"])(
  "a token sent as %s, as a form of another site could, is not taken",
  async (type) => {
    await using web = await TestWeb.start();
    const token = web.token();
    expect((await web.swap(token, { "content-type": type })).status).toBe(415);
    expect((await web.swap(token)).status).toBe(200);
  },
);

test.each([["[]"], ["{"], ['{"token":1}'], ["null"], [`{"token":"${"x".repeat(2_000)}"}`]])(
  "a body that is no token is refused: %s",
  async (body) => {
    await using web = await TestWeb.start();
    const headers = { "content-type": "application/json", origin: web.origin };
    expect((await web.get({ method: "POST", path: "/api/session", headers, body })).status).toBe(400);
  },
);

test("files are for who has a key, in a header and nowhere else", async () => {
  await using web = await TestWeb.start();
  const path = `/api/file/${"0".repeat(32)}`;
  const key = await web.key();
  for (const authorization of ["", "Bearer ", `Bearer ${"x".repeat(43)}`, `Basic ${key}`, `Bearer ${key} `.repeat(2)])
    expect((await web.get({ path, headers: { authorization } })).status).toBe(401);
  expect((await web.get({ path, headers: { cookie: `key=${key}` } })).status).toBe(401);
  expect((await web.get({ path: `${path}?key=${key}` })).status).toBe(401);
  const upload = { method: "POST", path: "/api/upload?to=%23lobby&name=a", body: "a" };
  expect((await web.get(upload)).status).toBe(401);
});
