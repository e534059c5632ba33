// Answers of administration as lines: what is one value, what is a list, and that nothing passes without being made safe.
import { expect, test } from "vitest";
import { answerTable } from "../../../src/model/table.ts";

const world = { clean: (text: string) => text.replaceAll("\u001b", "?"), time: (ms: number) => `T${ms}` };
const at = Date.UTC(2026, 10, 21);

test.each<readonly [string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ["nothing to say", { ok: true }, ["done"]],
  [
    "single values",
    { user: "bob", uses: 3, on: true, off: false, name: "" },
    ["user  bob", "uses  3", "on    yes", "off   no", "name  -"],
  ],
  ["a list as a table", { users: [{ user: "bob", n: 1 }, { user: "carol" }] }, ["user   n", "bob    1", "carol  -"]],
  ["a list of nothing", { users: [] }, ["no users"]],
  ["texts in a list", { hosts: ["a", "b"], none: null }, ["hosts  a, b", "none   -"]],
  ["several lists have titles", { a: [{ x: 1 }], b: [{ y: 2 }] }, ["a:", "x", "1", "b:", "y", "2"]],
  ["an empty list beside something else is not worth a line", { a: [{ x: 1 }], b: [] }, ["x", "1"]],
  [
    "a table that is too wide, without what is nothing in every row",
    { rows: [{ id: "i".repeat(40), name: "n".repeat(30), none: "", off: false, some: 1 }] },
    [`${"id".padEnd(40)}  ${"name".padEnd(30)}  some`, `${"i".repeat(40)}  ${"n".repeat(30)}  1`],
  ],
  [
    "and a paragraph for each row where that is too wide, too",
    {
      rows: [
        { id: "i".repeat(40), name: "n".repeat(60), off: false },
        { id: "j", name: "m", off: true },
      ],
    },
    [`id    ${"i".repeat(40)}`, `name  ${"n".repeat(60)}`, "", "id    j", "name  m", "off   yes"],
  ],
  [
    "moments by their names, and only then",
    { createdAt: at, leaseUntil: at, at, size: at, expiresAt: 5 },
    [`createdAt   T${at}`, `leaseUntil  T${at}`, `at          T${at}`, `size        ${at}`, "expiresAt   5"],
  ],
  ["what is deeper", { log: { size: 1 } }, ["log  size 1"]],
  ["what a terminal could obey", { "a\u001b": "b\u001b", rows: [{ "c\u001b": ["d\u001b"] }] }, ["a?  b?", "c?", "d?"]],
])("%s", (_what, answer, lines) => {
  expect(answerTable(answer, world)).toEqual(lines);
});
