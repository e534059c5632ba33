// How often a page is told, and what becomes of the port of a profile.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ToPage } from "../../../../../src/client/face/web/protocol/messages.ts";
import { keepUpdated, UPDATE_MS } from "../../../../../src/client/face/web/updates.ts";
import { HandClock } from "../../../../kit/hand-clock.ts";
import { FakeScreens } from "../../../../kit/web/fake-screens.ts";
import { TestWeb } from "../../../../kit/web/server.ts";

function page(isBehind = (): boolean => false) {
  const [clock, screens] = [new HandClock(), new FakeScreens()];
  const sent: ToPage[] = [];
  const end = keepUpdated({ clock, screens, send: (message) => sent.push(message), isBehind });
  return { clock, screens, sent, end };
}

test("the view once, then at most 15 patches a second, whatever happens", () => {
  const { clock, screens, sent } = page();
  for (let at = 0; at < 100; at += 1) {
    screens.say({ text: String(at) });
    clock.pass(10);
  }
  expect(sent[0]?.say).toBe("view");
  expect(sent.length - 1).toBeGreaterThanOrEqual(12);
  expect(sent.length - 1).toBeLessThanOrEqual(15);
});

test("a flood of lines is told half as often, and what comes after it as before", () => {
  const { clock, screens, sent } = page();
  const count = (lines: number): number => {
    clock.pass(1_000);
    const before = sent.length;
    for (let at = 0; at < 15; at += 1) {
      for (let line = 0; line < lines; line += 1) screens.say({ text: `${at} ${line}` });
      clock.pass(UPDATE_MS);
    }
    return sent.length - before;
  };
  expect([count(7), count(20), count(7)]).toEqual([15, 8, 15]);
});

test("what changes together is told together; what is nothing new is not told", () => {
  const { clock, screens, sent, end } = page();
  clock.pass(1_000);
  screens.say({ text: "one" });
  screens.say({ text: "two" });
  clock.pass(0);
  expect(sent.slice(1)).toMatchObject([{ say: "patch", patch: { items: { insert: [{}, {}] } } }]);
  screens.change({});
  clock.pass(1_000);
  expect(sent).toHaveLength(2);
  end();
  screens.say({ text: "three" });
  clock.pass(1_000);
  expect(sent).toHaveLength(2);
  expect(screens.watchers).toBe(0);
});

test("a page that does not read is told later, and then how it is by then", () => {
  let isBehind = true;
  const { clock, screens, sent } = page(() => isBehind);
  for (let at = 0; at < 50; at += 1) {
    screens.say({ text: String(at) });
    clock.pass(UPDATE_MS);
  }
  expect(sent).toHaveLength(1);
  isBehind = false;
  clock.pass(UPDATE_MS);
  expect(sent).toHaveLength(2);
  expect(clock.waiting).toBe(0);
});

test("a window that is closed is not looked through any more", async () => {
  await using web = await TestWeb.start();
  const raw = await web.page();
  await raw.answerTo(raw.say({ say: "do", intent: { want: "look", focused: true, atEnd: true } }));
  raw.socket.close();
  await expect.poll(() => web.screens.done.at(-1)).toEqual({ want: "look", focused: false, atEnd: false });
  expect(web.screens.watchers).toBe(0);
});

test("a profile keeps its port, takes another where it is taken, and believes no nonsense", async () => {
  await using first = await TestWeb.start();
  const kept = join(first.folder, "port");
  const { port } = first.web;
  expect(readFileSync(kept, "utf8")).toBe(`${port}\n`);
  await first.web.close();
  {
    await using again = await TestWeb.start({ folder: first.folder });
    expect(again.web.port).toBe(port);
  }
  const other = createServer().listen(port, "127.0.0.1");
  await once(other, "listening");
  {
    await using elsewhere = await TestWeb.start({ folder: first.folder });
    expect(elsewhere.web.port).not.toBe(port);
    expect(readFileSync(kept, "utf8")).toBe(`${elsewhere.web.port}\n`);
  }
  other.close();
  for (const nonsense of ["80", "70000", "-1", "8080; rm", ""]) {
    writeFileSync(kept, nonsense);
    await using web = await TestWeb.start({ folder: first.folder });
    expect(web.web.port).toBeGreaterThan(1_023);
  }
});
