// A picture of a message, looked at in a terminal that says that it can, and in one that does not: the exact bytes, and that they go away again.
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, test, vi } from "vitest";
import type { ScreenView } from "../../../../../src/client/port/screens.ts";
import { messageId, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { flagOf, pngOf } from "./made-up-pictures.ts";
import { KEY, type Options, type Sitting, sitting } from "./tui.ts";

const PNG = pngOf(200, 100);
const JPEG = encodeJpeg({ width: 200, height: 100, data: flagOf(200, 100) }, 90).data;
const GRAPHICS_QUERY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c";
const REMOVED = "\x1b_Ga=d,d=I,i=31,q=2\x1b\\";

const view = (name: string, bytes = PNG.length): ScreenView =>
  openView("#general", [
    saidBy("bruno", "one", { n: 1 }),
    saidBy("bruno", "", { n: 2, file: { name, type: "image/png", bytes } }),
  ]);

interface Answers {
  readonly kitty?: string;
  readonly attributes?: string;
  readonly cell?: string;
}

/** A terminal that answers as it is told, and nothing else. */
async function asked(file: Uint8Array, answers: Answers, more: Options & { name?: string } = {}): Promise<Sitting> {
  const { kitty = "", attributes = "\x1b[?62;22c", cell = "\x1b[6;20;10t" } = answers;
  const one = await sitting(view(more.name ?? "flag.png"), { columns: 80, rows: 24, isMute: true, file, ...more });
  await one.type(`${cell}${attributes}`);
  one.forget();
  await one.type("/look", KEY.enter);
  expect(one.window.writes).toContain(GRAPHICS_QUERY);
  await one.type(`${kitty}${attributes}`);
  // What is decoded is decoded in another thread.
  await vi.waitFor(async () => {
    await one.settle();
    expect(one.screen()).not.toContain("looking …");
  }, WAIT);
  return one;
}

const WAIT = { timeout: 8_000, interval: 20 };

const KITTY = { kitty: "\x1b_Gi=31;OK\x1b\\" };
const SIXEL = { attributes: "\x1b[?62;4;22c" };
const written = (one: Sitting): string => one.window.writes.join("");

/** What is written from now on is read by the terminal, too. */
function pieces(one: Sitting, begin: string): readonly string[] {
  return written(one)
    .split("\x1b\\")
    .filter((part) => part.includes(begin));
}

describe("a terminal with kitty's protocol", () => {
  test("gets a PNG as it is, at its place and as large as it is", async () => {
    const one = await asked(PNG, KITTY);
    expect(one.lookedAt).toEqual([messageId(2)]);
    const [first = "", ...rest] = pieces(one, "_G").filter((part) => !part.includes("a=q"));
    // 200 × 100 points in cells of 10 × 20.
    expect(first).toMatch(/\[\d+;\d+H._Ga=T,f=100,i=31,p=1,c=20,r=5,C=1,q=2,m=0;/);
    expect(rest).toEqual([]);
    expect(Buffer.from(first.slice(first.indexOf(";", first.indexOf("_G")) + 1), "base64")).toEqual(PNG);
    expect(one.screen()).toContain("flag.png");
  });

  test("gets of a JPEG its points, packed", async () => {
    const one = await asked(JPEG, KITTY);
    expect(written(one)).toMatch(/_Ga=T,f=24,s=200,v=100,o=z,i=31,p=1,c=20,r=5,C=1,q=2,m=/);
  });

  test("it is taken away when it is closed, and moved when the terminal has another size", async () => {
    const one = await asked(PNG, KITTY);
    one.forget();
    await one.settle();
    expect(written(one)).toBe("");
    await one.resize(60, 15);
    expect(written(one)).toContain(`${REMOVED}\x1b[?2026h`);
    expect(written(one)).toMatch(/_Ga=T,f=100/);
    one.forget();
    await one.type("\x0c");
    // The screen was cleared, and the picture with it.
    expect(written(one)).toMatch(/_Ga=T,f=100/);
    one.forget();
    await one.type(KEY.escape);
    expect(written(one).startsWith(REMOVED)).toBe(true);
    expect(written(one)).not.toContain("a=T");
  });

  test("another thing over the conversation, the lock and leaving take it away", async () => {
    const one = await asked(PNG, KITTY);
    one.forget();
    await one.type(KEY.f1);
    expect(written(one)).toContain(REMOVED);
    const two = await asked(PNG, KITTY);
    two.forget();
    two.screens.change({ locked: true });
    await two.settle();
    expect(written(two)).toContain(REMOVED);
    const three = await asked(PNG, KITTY);
    three.forget();
    await three.type("\x11");
    await three.left;
    expect(three.window.writes.join("").indexOf(REMOVED)).toBe(0);
  });
});

describe("a terminal with sixels", () => {
  test("gets them no larger than its place, in points of its own cells", async () => {
    const one = await asked(PNG, SIXEL);
    expect(written(one)).toMatch(/\[\d+;\d+H.P0;1;0q"1;1;200;100#/);
    expect(written(one)).not.toContain("a=T");
  });

  test("that has not said how large a cell is gets them smaller than any cell", async () => {
    const one = await asked(pngOf(800, 400), { ...SIXEL, cell: "" });
    const [, width = "", height = ""] = /"1;1;(\d+);(\d+)#/.exec(written(one)) ?? [];
    // The place is 57 by 19 cells, and no cell is smaller than 6 by 12.
    expect(Number(width)).toBeLessThanOrEqual(57 * 6);
    expect(Number(height)).toBeLessThanOrEqual(19 * 12);
  });

  test("what is written over them draws them again; closed, the screen is drawn anew", async () => {
    const one = await asked(PNG, SIXEL);
    one.forget();
    one.screens.change({ unread: 5 });
    await one.settle();
    expect(pieces(one, 'P0;1;0q"')).toHaveLength(1);
    one.forget();
    await one.type(KEY.escape);
    expect(written(one)).toContain("\x1b[2J");
    expect(written(one)).not.toContain("P0;1");
  });
});

describe("no picture", () => {
  test("where the terminal says nothing of it: that is said, and no file is fetched", async () => {
    const one = await asked(PNG, {});
    expect(one.screen()).toContain("error: this terminal shows no pictures");
    expect(one.lookedAt).toEqual([]);
    expect(written(one)).not.toMatch(/a=T|P0;1/);
  });

  test("where it does not answer at all, after a second", async () => {
    const one = await sitting(view("flag.png"), { isMute: true, file: PNG });
    await one.type("/look", KEY.enter);
    one.clock.pass(1_000);
    await one.settle();
    expect(one.screen()).toContain("error: this terminal shows no pictures");
  });

  test("a refusal of kitty's is one", async () => {
    const one = await asked(PNG, { kitty: "\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\" });
    expect(one.screen()).toContain("error: this terminal shows no pictures");
  });

  test("what is no picture, by its bytes; and what is larger than a terminal shows", async () => {
    const one = await asked(Buffer.from("<svg onload='x'/>"), KITTY, { name: "evil.png" });
    expect(one.screen()).toContain("error: this is neither a PNG nor a JPEG");
    const large = await sitting(view("large.png", 5_000_000));
    await large.type("/look", KEY.enter);
    expect(large.screen()).toContain("error: pictures of more than 4 MiB are not shown here");
    expect(large.lookedAt).toEqual([]);
  });

  test("a broken one is a sentence, and the program goes on", async () => {
    const one = await asked(PNG.subarray(0, 60), SIXEL);
    expect(one.screen()).toContain("error: this picture cannot be read: it is cut off");
    await one.type("still here");
    expect(one.screen()).toContain("> still here");
  });

  test("whoever closes it before it is there sees nothing of it", async () => {
    const one = await sitting(view("flag.png"), { isMute: true, file: PNG });
    await one.type(`\x1b[?62;4c`, "/look", KEY.enter);
    await one.type(KEY.escape, "\x1b[?62;4c");
    one.forget();
    await one.type("x");
    expect(written(one)).not.toContain("P0;1");
  });
});

test("a name cannot act, and the letter in the list of keys looks at it", async () => {
  const one = await asked(PNG, KITTY, { name: "\x1b]0;pwned\x07\u202egpj.png" });
  expect(one.terminal.titles.filter((title) => title.startsWith("pwned"))).toEqual([]);
  expect(written(one)).not.toMatch(/\u202e/);
  const two = await sitting(view("flag.png"), { columns: 120, isMute: true, file: PNG });
  await two.type(KEY.ctrlUp);
  expect(two.screen()).toContain("o look");
  await two.type("o");
  expect(two.window.writes).toContain(GRAPHICS_QUERY);
});

test("in two rows below the shell's it is said where it can be seen", async () => {
  const one = await asked(PNG, KITTY, { isInline: true });
  expect(one.terminal.whole().join("\n")).toContain("200 × 100 points; seen in the whole of a terminal");
  expect(written(one)).not.toContain("a=T");
});
