// The page in a real browser, under what strangers write and what other pages on this machine may try.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { madeUpView, messageItem, sender } from "../kit/web/made-up.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "[a](javascript:alert(1))",
  "javascript:alert(1)",
  'https://x.example/"onmouseover="alert(1)',
  "```\n<svg onload=alert(1)>\n```",
  "\u202egpj.exe https://evil.example/\u2066x",
  "**<b onclick=alert(1)>**",
  "<style>*{display:none}</style>",
  "&lt;img&gt; {{constructor.constructor('alert(1)')()}}",
  "> <iframe srcdoc='<script>alert(1)</script>'>",
  "http://user@evil.example/ https://evil.example\\@good.example",
  "data:text/html,<script>alert(1)</script>",
  "<a href='javascript:alert(1)' id=composer>x</a>",
];

test("what strangers write is text everywhere: in messages, names, titles, excerpts, topics, files, notices", async () => {
  const [xss = ""] = HOSTILE;
  const items = HOSTILE.map((text, at) =>
    messageItem(at + 1, {
      text,
      from: { ...sender("bob"), name: text },
      file: { name: text, type: "image/svg+xml", bytes: 10 },
      quoted: { from: { ...sender("bob"), name: text }, excerpt: text },
      replyTo: "0".repeat(32) as never,
      reactions: [{ emoji: xss, users: [xss] }],
    }),
  );
  const screens = new FakeScreens(madeUpView({ items }));
  const conversations = screens.view.conversations.map((row) => ({
    ...row,
    topic: xss,
    excerpt: xss,
    excerptFrom: xss,
    typing: [xss],
  }));
  const notices = [{ id: 1, at: 0, kind: "alarm" as const, code: "x", message: xss, hint: xss }];
  screens.change({ conversations, notices, self: { ...screens.view.self, name: xss } });
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByText("<script>alert(1)</script>").first().waitFor();
  await shown.getByRole("button", { name: "Members" }).click();
  const made =
    "document.querySelectorAll('#page img, #page script, #page iframe, #page style, #page [onclick], #page [onerror]').length";
  expect(await shown.evaluate(made)).toBe(0);
  expect(await shown.evaluate("document.querySelectorAll('#composer').length")).toBe(1);
  const links: string[] = await shown.evaluate(
    "[...document.querySelectorAll('#page a')].map((a) => a.protocol + a.username)",
  );
  expect(links.filter((link) => link !== "https:" && link !== "http:")).toEqual([]);
  expect(await shown.evaluate(String.raw`/[\u202a-\u202e\u2066-\u2069]/.test(document.body.textContent)`)).toBe(false);
  expect(window.dialogs).toEqual([]);
  expect(window.complaints.filter((complaint) => !complaint.includes("404"))).toEqual([]);
  expect(window.requests.filter((url) => new URL(url).host !== window.web.host)).toEqual([]);
});

test("the content policy stops what the page itself might do wrong", async () => {
  await using window = await pages.open();
  const { page: shown } = window;
  await shown.getByRole("article").first().waitFor();
  const tried = (code: string): Promise<string> =>
    shown.evaluate(`(async () => { try { ${code}; return "done"; } catch (error) { return error.name; } })()`);
  expect(await tried("document.body.innerHTML = '<b>'")).toBe("TypeError");
  expect(await tried("document.body.insertAdjacentHTML('beforeend', '<b>')")).toBe("TypeError");
  expect(await tried("trustedTypes.createPolicy('own', {})")).toBe("TypeError");
  expect(
    await tried(
      "await new Promise((ok, no) => setTimeout(() => { try { ok(window.eval('1')) } catch (e) { no(e) } }))",
    ),
  ).toMatch(/EvalError|TypeError/);
  expect(await tried("await fetch('https://example.org/')")).toBe("TypeError");
  const image =
    "await new Promise((ok, no) => { const i = new Image(); i.onload = ok; i.onerror = () => no(new RangeError()); i.src = 'http://127.0.0.1:1/a.png'; })";
  expect(await tried(image)).toBe("RangeError");
  expect(window.requests.filter((url) => new URL(url).host !== window.web.host && url.includes("example"))).toEqual([]);
});

/** A page of another port of this machine: the same site, and another origin. */
async function neighbour(): Promise<AsyncDisposable & { readonly origin: string; readonly port: number }> {
  const server = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<p>neighbour"),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port, origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

test("a page of another local port reads nothing, embeds nothing, opens no socket", async () => {
  await using window = await pages.open();
  await using other = await neighbour();
  const key = await window.web.key();
  const evil = await window.page.context().newPage();
  await evil.goto(other.origin);
  const found = await evil.evaluate(`(async () => {
    const at = ${JSON.stringify(window.web.origin)};
    const asked = (path, more) => fetch(at + path, more).then((r) => "read " + r.status, () => "blocked");
    const loaded = (name, set) => new Promise((done) => {
      const element = Object.assign(document.createElement(name), set);
      element.onload = () => done("loaded"); element.onerror = () => done("blocked");
      document.body.append(element); setTimeout(() => done("silent"), 2000);
    });
    const socket = new Promise((done) => {
      const live = new WebSocket(at.replace("http", "ws") + "/live", ["mutual.v1", "key.${key}"]);
      live.onopen = () => done("open"); live.onerror = () => done("blocked");
    });
    return {
      page: await asked("/"),
      swap: await asked("/api/session", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }),
      file: await asked("/api/file/" + "0".repeat(32), { headers: { authorization: "Bearer ${key}" } }),
      script: await loaded("script", { src: at + "/page.js" }),
      image: await loaded("img", { src: at + "/icon.svg" }),
      socket: await socket,
    };
  })()`);
  expect(found).toEqual({
    page: "blocked",
    swap: "blocked",
    file: "blocked",
    script: "blocked",
    image: "blocked",
    socket: "blocked",
  });
  await evil.setContent(`<iframe src="${window.web.origin}/"></iframe>`);
  await evil.waitForTimeout(500);
  const frames = await Promise.all(evil.frames().map((frame) => frame.locator("article, .lonely").count()));
  expect(frames.every((count) => count === 0)).toBe(true);
});

test("a name that is rebound to this machine is answered by nothing", async () => {
  await using window = await pages.open();
  const context = await pages.browser.newContext();
  // Chromium takes every name below localhost for this machine, as a rebound one would be.
  const evil = await context.newPage();
  const response = await evil.goto(`http://evil.localhost:${window.web.web.port}/`);
  expect(response?.status()).toBe(421);
  expect(
    await evil.evaluate(
      "fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status)",
    ),
  ).toBe(421);
  await context.close();
});
