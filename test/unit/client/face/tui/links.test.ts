// Where a click leads: to an address of the web that stands there in full, and nowhere else.
import { describe, expect, test } from "vitest";
import { sanitize } from "../../../../../src/client/face/sanitize.ts";
import { linksIn } from "../../../../../src/client/face/tui/ground/links.ts";
import { openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { KEY, sitting } from "./tui.ts";

const urls = (text: string): readonly string[] => linksIn(sanitize(text)).map(({ url }) => url);

/** Every link as the terminal has it: where it leads, and what can be clicked on. */
function ledTo(written: string): readonly (readonly [url: string, text: string])[] {
  // oxlint-disable-next-line no-control-regex -- what a terminal is told
  const parts = [...written.matchAll(/\x1b\]8;[^;]*;([^\x1b]*)\x1b\\((?:(?!\x1b\]8;).)*)/gsu)];
  return parts
    .filter(([, url]) => url !== "")
    .map(([, url = "", text = ""]) => [
      url,
      // oxlint-disable-next-line no-control-regex -- the same
      text.replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, ""),
    ]);
}

describe("what is a link", () => {
  test.each([
    ["see https://example.org.", ["https://example.org"]],
    ["(https://example.org/a_(b))", ["https://example.org/a_(b)"]],
    ["http://example.org:8080/a?b=c&d=%20#e, and more", ["http://example.org:8080/a?b=c&d=%20#e"]],
    ["https://EXAMPLE.org/Path", ["https://EXAMPLE.org/Path"]],
    ["**https://example.org/**", ["https://example.org/"]],
    ["https://one.example https://two.example", ["https://one.example", "https://two.example"]],
  ])("%s", (text, wanted) => {
    expect(urls(text)).toEqual(wanted);
  });

  test.each([
    ["javascript:alert(1)"],
    ["file:///etc/passwd"],
    ["ftp://example.org"],
    ["https://"],
    ["https://good.example@evil.example/"],
    ["https://user:secret@example.org/"],
    ["https://good.example\\@evil.example"],
    // Cyrillic letters that look like Latin ones.
    ["https://аррӏе.example/"],
    ["https://example.org/\u202egpj.exe"],
    ["https://example.org/\u200b"],
    ["https://exam\u0007ple.org"],
    ["https://example.org/\x1b]8;;https://evil.example\x1b\\"],
    ["https://0x7f.1/"],
    ["https://example.org/a/../b"],
    ["https://example.org/^"],
    [`https://example.org/${"a".repeat(2_000)}`],
  ])("%j is none", (text) => {
    expect(urls(text)).toEqual([]);
  });
});

describe("on the screen", () => {
  const written = async (text: string, columns = 80): Promise<string> => {
    const view = openView("#general", [saidBy("mallory", text)]);
    return (await sitting(view, { columns })).window.writes.join("");
  };

  test("what can be clicked on is what it leads to", async () => {
    expect(ledTo(await written("look at https://example.org/start, all of you"))).toEqual([
      ["https://example.org/start", "https://example.org/start"],
    ]);
  });

  test("one that goes on in the next row is one link, and leads there as a whole", async () => {
    const url = `https://example.org/${"abcdefghij".repeat(8)}`;
    const links = ledTo(await written(`see ${url} now`));
    expect(links.length).toBeGreaterThan(1);
    expect(links.map(([to]) => to)).toEqual(links.map(() => url));
    expect(links.map(([, text]) => text.replaceAll(/[ │]/g, "")).join("")).toBe(url);
  });

  test("code, names, titles and files lead nowhere", async () => {
    const evil = "https://evil.example/";
    const items = [
      saidBy("mallory", `\`${evil}\`\n\`\`\`\n${evil}\n\`\`\``, {
        from: { user: "mallory", device: "00" as never, name: evil, verified: true },
        file: { name: evil, type: evil, bytes: 1 },
        reactions: [{ emoji: evil, users: [evil] }],
        replyTo: "00" as never,
        quoted: { from: { user: "x", device: "00" as never, name: evil, verified: false }, excerpt: evil },
      }),
    ];
    const one = await sitting(openView(evil, items));
    await one.type(KEY.f3, KEY.escape);
    expect(one.screen()).toContain(evil);
    expect(one.window.writes.join("")).not.toContain("\x1b]8;");
  });

  test("a text cannot make one", async () => {
    const said = await written("\x1b]8;;https://evil.example\x1b\\https://good.example\x1b]8;;\x1b\\");
    expect(ledTo(said).filter(([url]) => !url.startsWith("https://good.example"))).toEqual([]);
    expect(ledTo(said).every(([url, text]) => url === text)).toBe(true);
  });

  test("what lies over it is no link, and below it is one again", async () => {
    const view = openView("#general", [saidBy("bruno", "https://example.org/start")]);
    const one = await sitting(view);
    one.forget();
    await one.type(KEY.f1, KEY.escape);
    const last = ledTo(one.window.writes.join(""));
    expect(last).toEqual([["https://example.org/start", "https://example.org/start"]]);
  });
});
