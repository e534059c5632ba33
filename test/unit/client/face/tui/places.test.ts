// What is longer than its box says where one is in it; what may be meant stands in a box of its own.
import { expect, test } from "vitest";
import { TALK } from "./talk.ts";
import { KEY, sitting, type Sitting } from "./tui.ts";

const foot = (one: Sitting): string => one.rows().find((row) => row.includes("└─")) ?? "";
const lastOf = (row: string): number => Number(/(\d+) ─┘$/.exec(row)?.[1]);

test.each([
  ["en", "of"],
  ["es", "de"],
  ["pt", "de"],
])("help and a person, to the last row at 60 by 15 (%s)", async (language, of) => {
  const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } }, { columns: 60, rows: 15 });
  for (const keys of [[KEY.f1], ["/verify bruno", KEY.enter]]) {
    await one.type(...keys);
    expect(foot(one)).toMatch(new RegExp(` Esc .* 1-9 ${of} \\d+ ─┘$`));
    const all = lastOf(foot(one));
    await one.type(KEY.down);
    expect(foot(one)).toContain(` 2-10 ${of} ${all} `);
    await one.type(KEY.end);
    expect(foot(one)).toContain(` ${all - 8}-${all} ${of} ${all} `);
    await one.type(KEY.escape);
  }
});

test("of what is seen whole no place is said", async () => {
  const one = await sitting(TALK, { columns: 60, rows: 15 });
  await one.type("/help pin", KEY.enter);
  expect(foot(one)).toContain("Esc back");
  expect(foot(one)).not.toMatch(/\d/);
});

test("completions have a frame, and say how many there are", async () => {
  const one = await sitting(TALK, { columns: 60, rows: 15 });
  await one.type("/l", KEY.tab);
  const rows = one.rows();
  const top = rows.findIndex((row) => row.includes("┌─"));
  expect(rows.slice(top + 1, top + 3)).toEqual([
    expect.stringContaining("│ /label "),
    expect.stringContaining("│ /language "),
  ]);
  expect(rows.findIndex((row) => row.includes("> /label"))).toBe(rows.findIndex((row) => row.includes("└─")) + 1);
  await one.type("\x15", "/", KEY.tab);
  expect(one.screen()).toMatch(/└ 1-8 of 50 /);
  await one.resize(40, 6);
  expect(one.screen()).not.toContain("┌");
  expect(one.screen()).toContain("/activity");
});
