// Members beside a room, where there is room for them.
import { describe, expect, test } from "vitest";
import { conversation, member, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { KEY, sitting } from "./tui.ts";

const MEMBERS = [
  member("alice", { role: "owner" }),
  member("misaki", { online: false }),
  member("bruno", { trusted: true }),
  member("mallory", { verified: false, name: "Bruno" }),
];
const base = openView("#general", [saidBy("bruno", "hello")]);
const VIEW = { ...base, open: { ...base.open, members: MEMBERS } };

const right = (rows: readonly string[], width: number): readonly string[] =>
  rows.map((row) => row.slice(width - 25)).slice(0, 6);

describe("members beside a room", () => {
  test("stand there by themselves on a wide terminal: those who are here first, each with what is known", async () => {
    const { terminal } = await sitting(VIEW, { columns: 140 });
    expect(terminal.chars(115, 0)).toBe("│");
    expect(right(terminal.rows(), 140)).toEqual([
      "│ 4 members, 3 online",
      "│ ● Alice Marsh owner",
      "│ ◆ Bruno",
      "│ ● [Bruno]",
      // Wide letters: two columns each.
      "│ ○ 美咲",
      "│",
    ]);
    expect(terminal.rows()[23]).toContain("TLS 1.3");
  });

  test("not on a narrow one, but on demand; the key takes them away again, and that is remembered", async () => {
    const one = await sitting(VIEW, { columns: 100 });
    expect(one.screen()).not.toContain("4 members, 3 online\n│");
    await one.type(KEY.f6);
    expect(right(one.rows(), 100)[1]).toBe("│ ● Alice Marsh owner");
    await one.resize(140, 24);
    expect(right(one.rows(), 140)[2]).toBe("│ ◆ Bruno");
    await one.type(KEY.f6);
    await one.resize(200, 24);
    expect(one.screen()).not.toContain("│ ◆ Bruno");
    await one.type("/column", KEY.enter);
    expect(right(one.rows(), 200)[2]).toBe("│ ◆ Bruno");
  });

  test("where there is too little room, that is said", async () => {
    const one = await sitting(VIEW, { columns: 80 });
    await one.type(KEY.f6);
    expect(one.screen()).toContain("from 96 columns on");
  });

  test("of two, both are known; of many, the last row says how many more there are", async () => {
    const direct = await sitting(
      { ...VIEW, conversations: [conversation("#general", { kind: "direct" })] },
      { columns: 140 },
    );
    expect(direct.screen()).not.toContain("◆ Bruno");
    const members = Array.from({ length: 60 }, (_, at) => member(`user${at}`));
    const many = await sitting({ ...base, open: { ...base.open, members } }, { columns: 140 });
    expect(many.rows()[22]?.slice(115)).toBe("│ … 39 more: /members");
  });
});
