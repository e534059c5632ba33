// Whatever lies over the conversation says in its frame how it is closed, in every language and at every size.
import { describe, expect, test } from "vitest";
import { NOON } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, pasted, sitting } from "./tui.ts";

const DEVICE = { device: "aa".repeat(16), name: "laptop", user: "alice", verified: true, current: true, until: NOON };
const USERS = ["ana", "bruno"].map((user) => ({ user, name: user, devices: 1, verified: true, online: true }));

/** Those in which nothing is typed. */
const PAGES: readonly (readonly [what: string, ...keys: readonly string[]])[] = [
  ["help", KEY.f1],
  ["members", KEY.f3],
  ["devices", KEY.f4],
  ["devices of another", "/devices bruno", KEY.enter],
  ["settings", KEY.f5],
  ["a person", "/verify bruno", KEY.enter],
  ["an answer", "/users", KEY.enter],
];
const ASKING: typeof PAGES = [
  ["the switcher", "\x0b"],
  ["search", "\x06"],
  ["a reaction", KEY.altUp, "+"],
  ["a question", "/leave", KEY.enter],
  ["a paste", pasted("a\rb")],
  ["a passphrase", "/passphrase", KEY.enter],
];

describe.each([
  ["en", 60, 15],
  ["en", 100, 30],
  ["es", 60, 15],
  ["pt", 60, 15],
] as const)("in %s at %i by %i", (language, columns, rows) => {
  test.each([...PAGES, ...ASKING])("%s says that Esc closes it, and Esc does", async (_what, ...keys) => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } }, { columns, rows });
    one.screens.reply = { devices: [DEVICE], users: USERS };
    await one.type(...keys);
    expect(one.rows().find((row) => row.includes("└─"))).toMatch(/ Esc /);
    await one.type(KEY.escape);
    expect(one.screen()).not.toContain("└─");
    expect(one.screens.asked.filter((asked) => asked.do !== "devices" && asked.do !== "users")).toEqual([]);
  });
});

test.each(PAGES)("a letter that means nothing in %s changes nothing, and says the way back", async (_what, ...keys) => {
  const one = await sitting(TALK, { columns: 100, rows: 30 });
  one.screens.reply = { devices: [DEVICE], users: USERS };
  await one.type(...keys);
  const title = one.rows().find((row) => row.includes("┌─"));
  await one.type("z");
  expect(one.rows()).toContain(title);
  expect(one.screen()).toContain("Esc goes back to writing");
  await one.type(KEY.escape, "z");
  expect(one.screen()).toContain("> z");
});
