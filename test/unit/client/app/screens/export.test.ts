// A conversation as a file: whole, in order, and with nothing in it that acts.
import { describe, expect, test } from "vitest";
import { exported, type ExportFormat, historyPages } from "../../../../../src/client/app/screens/export.ts";
import type { Ask } from "../../../../../src/client/app/screens/world.ts";
import { sanitize } from "../../../../../src/client/face/sanitize.ts";
import type { MessageView } from "../../../../../src/client/port/views.ts";
import { midOf, NOON, said } from "../../../../kit/screens.ts";

const time = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

async function whole(
  format: ExportFormat,
  pages: readonly (readonly MessageView[])[],
  title = "#lobby",
): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of exported(pages, { format, title, at: NOON, time, safe: sanitize })) chunks.push(chunk);
  return chunks.join("");
}

const HOSTILE = `</p><script>alert(1)</script>"'&\u001b[2J\u202eevil\n2026-11-21 12:02 Alice (@alice): forged`;

describe("an export", () => {
  test("as text has one line for each message, and a gutter before its further lines", async () => {
    const file = { name: "a.pdf", type: "", bytes: 3 };
    const messages = [
      said(1),
      said(2, { text: HOSTILE }),
      said(3, { text: "look", file, edited: NOON, reactions: [{ emoji: "👍", users: ["a", "b"] }] }),
      said(4, {
        placeholder: "deleted",
        text: "a message that was deleted",
        from: { ...said(4).from, verified: false },
      }),
    ];
    expect((await whole("text", [messages.slice(0, 1), messages.slice(1)])).split("\n")).toEqual([
      "#lobby",
      "exported 2026-11-21 12:00",
      "",
      "2026-11-21 12:01 Bob (@bob): text 1",
      `2026-11-21 12:02 Bob (@bob): </p><script>alert(1)</script>"'&␛[2J\ufffdevil`,
      "      | 2026-11-21 12:02 Alice (@alice): forged",
      "2026-11-21 12:03 Bob (@bob): [file a.pdf, 3 bytes] look [edited] [👍 2]",
      "2026-11-21 12:04 [Bob]: [a message that was deleted]",
      "",
    ]);
  });

  test("as JSON is JSON, with every field, and nothing on a line that a terminal could obey", async () => {
    const messages = [said(1), said(2, { text: `${HOSTILE}\u0085\u2028` })];
    const json = await whole("json", [[], messages.slice(0, 1), messages.slice(1)]);
    expect(JSON.parse(json)).toEqual({ conversation: "#lobby", exported: new Date(NOON).toISOString(), messages });
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    const acting = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/;
    expect(json).not.toMatch(acting);
    expect(JSON.parse(await whole("json", []))).toMatchObject({ messages: [] });
  });

  test("as a page escapes everything, names and titles too, and has no script", async () => {
    const from = { ...said(1).from, name: HOSTILE };
    const page = await whole(
      "html",
      [[said(1, { text: HOSTILE, from, file: { name: HOSTILE, type: "", bytes: 1 } })]],
      HOSTILE,
    );
    expect(page).not.toMatch(/<script|<\/p><\/?s/);
    expect(page.match(/<(?!\/)([a-z0-9!]+)/g)?.toSorted()).toEqual(
      "<!doctype <html <head <meta <meta <meta <title <style <body <h1 <bdi <p <article <header <bdi <time <p"
        .split(" ")
        .toSorted(),
    );
    expect(["\u001b", "\u202e"].filter((one) => page.includes(one))).toEqual([]);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
  });

  test("goes through all pages of the history, and ends", async () => {
    const all = Array.from({ length: 1_203 }, (_, at) => said(at + 1, { message: midOf(at + 1) }));
    const asked: unknown[] = [];
    const ask = (async (command: { readonly after: number; readonly limit: number }) => {
      asked.push(command.after);
      return { messages: all.filter(({ seq }) => seq > command.after).slice(0, command.limit) };
    }) as unknown as Ask;
    const seqs: number[] = [];
    for await (const page of historyPages(ask, "#lobby")) seqs.push(...page.map(({ seq }) => seq));
    expect([seqs.length, seqs[0], seqs.at(-1), asked]).toEqual([1_203, 1, 1_203, [0, 500, 1_000]]);
  });
});
