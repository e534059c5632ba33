// Tab behind a command that takes a path: files and folders, in quotes where they must be.
import { expect, test } from "vitest";
import { TALK } from "./talk.ts";
import { KEY, sitting, type Sitting } from "./tui.ts";

const HOSTILE = "re\u202eport.pdf";
const FOUND = [
  { name: ".hidden", isFolder: false },
  { name: "My Documents", isFolder: true },
  { name: 'it\'s "it"', isFolder: false },
  { name: "plan.pdf", isFolder: false },
  { name: "plans", isFolder: true },
  { name: HOSTILE, isFolder: false },
  { name: "report one.pdf", isFolder: false },
];

async function typing(...keys: readonly string[]): Promise<Sitting> {
  const one = await sitting(TALK);
  one.inFolder = FOUND;
  await one.type(...keys);
  return one;
}

const line = (one: Sitting): string => /> (.*)$/m.exec(one.screen())?.[1]?.trimEnd() ?? "";

test.each([
  ["/file pl", "", "/file plan.pdf", ["plan.pdf", "plans/"]],
  ["/file ~/pla", "~/", "/file ~/plan.pdf", ["plan.pdf", "plans/"]],
  ["/file /tmp/rep", "/tmp/", '/file "/tmp/report one.pdf"', []],
  ["/file '/tmp/rep", "/tmp/", '/file "/tmp/report one.pdf"', []],
  ["/file My", "", '/file "My Documents/', []],
  ['/file "My Documents/pl', "My Documents/", '/file "My Documents/plan.pdf"', ["plan.pdf"]],
  ["/file My\\ Documents/pl", "My Documents/", '/file "My Documents/plan.pdf"', ["plans/"]],
  ["/file .h", "", "/file .hidden", []],
  ["/save ^ pl", "", "/save ^ plan.pdf", ["plans/"]],
  ["/export pl", "", "/export plan.pdf", ["plans/"]],
  ["/export html ~/pl", "~/", "/export html ~/plan.pdf", ["plans/"]],
])("%s", async (typed, ...wanted) => {
  const [folder, becomes, offers] = wanted;
  const one = await typing(typed, KEY.tab);
  expect(one.folders).toEqual([folder]);
  expect(line(one)).toBe(becomes);
  for (const offer of offers) expect(one.screen()).toMatch(new RegExp(`│ ${offer} +│`));
});

test("again and again: the next one; a folder alone is gone into by the next Tab", async () => {
  const one = await typing("/file pl", KEY.tab, KEY.tab);
  expect(line(one)).toBe("/file plans/");
  await one.type(KEY.tab);
  expect(line(one)).toBe("/file plan.pdf");
  const other = await typing("/file My", KEY.tab, KEY.tab);
  expect(other.folders).toEqual(["", "My Documents/"]);
});

test("without a beginning all that is not hidden, and no name that does not show as it is", async () => {
  const one = await typing("/file ", KEY.tab);
  expect(one.screen()).toContain("│ report one.pdf │");
  expect(one.screen()).not.toMatch(/hidden|re.*port\.pdf|it's/);
});

test("nothing there, another command, or another line by then: nothing is changed", async () => {
  const none = await typing("/file zzz", KEY.tab);
  expect(line(none)).toBe("/file zzz");
  const text = await typing('/file "a" pl', KEY.tab, "\x15", "/topic pl", KEY.tab);
  expect(text.folders).toEqual([]);
  const late = await sitting(TALK);
  late.inFolder = FOUND;
  await late.type("/file pl");
  late.keyboard.emit("data", Buffer.from(`${KEY.tab}x`));
  await late.settle();
  expect(line(late)).toBe("/file plx");
});
