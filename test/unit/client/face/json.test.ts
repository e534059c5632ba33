import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Line } from "../../../../src/client/face/lines/input.ts";
import { JsonFace, writeJson } from "../../../../src/client/face/lines/json.ts";
import type { Command, Reply } from "../../../../src/client/port/client.ts";
import type { ClientEvent } from "../../../../src/client/port/views.ts";
import { Fault } from "../../../../src/model/fault.ts";
import { clientThat, Lines, text } from "../../../kit/lines.ts";

describe("--json", () => {
  async function ask(
    lines: readonly (string | Line)[],
    answer: (command: Command) => Promise<Reply> | Reply = () => ({}),
  ) {
    const lines_ = new Lines();
    const face = new JsonFace(lines_.output);
    const client = clientThat(answer);
    for (const line of lines) await face.onLine(typeof line === "string" ? text(line) : line, client);
    return {
      asked: client.asked,
      replies: (await lines_.read()).map((line) => JSON.parse(line) as { ok: boolean; error?: { code: string } }),
    };
  }

  test.each<readonly [string | Line, string]>([
    ["{", "bad-json"],
    ["[]", "bad-json"],
    ["null", "bad-json"],
    ["1", "bad-json"],
    ['"do"', "bad-json"],
    ['{"do":"send"} x', "bad-json"],
    [{ kind: "not-utf8" }, "bad-json"],
    [{ kind: "too-long" }, "line-too-long"],
    ["{}", "bad-field"],
    ['{"do":1}', "bad-field"],
    ['{"do":null}', "bad-field"],
    ['{"do":"dance"}', "unknown-command"],
    ['{"do":"toString"}', "unknown-command"],
    ['{"do":"__proto__"}', "unknown-command"],
    ['{"do":"revoke"}', "bad-field"],
    ['{"do":"admin","request":[]}', "bad-field"],
    ['{"do":"send"}', "bad-field"],
    ['{"do":"send","to":"#lobby"}', "bad-field"],
    ['{"do":"send","to":"","text":"x"}', "bad-field"],
    ['{"do":"send","to":{},"text":"x"}', "bad-field"],
    ['{"do":"send","to":"#lobby","text":["x"]}', "bad-field"],
    ['{"do":"send","to":"#lobby","text":""}', "empty-text"],
    [`{"do":"send","to":"#lobby","text":"${"x".repeat(65_537)}"}`, "too-long"],
    [`{"do":"send","to":"#lobby","text":"${"ü".repeat(32_769)}"}`, "too-long"],
    ['{"do":"send","to":"#lobby","text":"\\ud800"}', "bad-text"],
    ['{"do":"send","to":"#lobby","text":"x","replyTo":"y"}', "bad-field"],
    ['{"do":"send","to":"#lobby","text":"x","expire":0}', "bad-field"],
    ['{"do":"react","to":"#lobby","message":"0123456789abcdef0123456789abcdef","emoji":"ab"}', "bad-emoji"],
    ['{"do":"history","to":"#lobby","limit":0}', "bad-field"],
    ['{"do":"history","to":"#lobby","limit":501}', "bad-field"],
    ['{"do":"history","to":"#lobby","before":1.5}', "bad-field"],
    ['{"do":"link","state":"sideways"}', "bad-field"],
    ['{"do":"users","query":5}', "bad-field"],
  ])("%j: %s, and nothing is asked of the client", async (line, code) => {
    const { asked, replies } = await ask([line]);
    expect(replies).toMatchObject([
      { ok: false, error: { code, message: expect.stringMatching(/^[^A-Z].*[^.]$/) as unknown } },
    ]);
    expect(asked).toEqual([]);
  });

  test("each command gets one reply with its id, whatever the id is; blank lines get none; the stream goes on after mistakes", async () => {
    const { replies } = await ask(
      [
        "{",
        "",
        "  ",
        '{"do":"whoami","id":7}',
        '{"do":"whoami","id":{"a":[1]}}',
        '{"do":"whoami","id":null}',
        '{"do":"nope","id":"x"}',
      ],
      () => ({ user: "a" }),
    );
    expect(replies).toEqual([
      { reply: null, ok: false, error: expect.objectContaining({ code: "bad-json" }) as unknown },
      { reply: "whoami", id: 7, ok: true, user: "a" },
      { reply: "whoami", id: { a: [1] }, ok: true, user: "a" },
      { reply: "whoami", id: null, ok: true, user: "a" },
      { reply: "nope", id: "x", ok: false, error: expect.objectContaining({ code: "unknown-command" }) as unknown },
    ]);
  });

  test("unknown fields are ignored", async () => {
    expect((await ask(['{"do":"send","to":"#lobby","text":"x","shiny":true}'])).asked).toEqual([
      { do: "send", to: "#lobby", text: "x" },
    ]);
  });

  test("a fault of the client is a reply, and so is a defect", async () => {
    const { replies } = await ask(['{"do":"quit"}', '{"do":"whoami"}'], ({ do: name }) => {
      throw name === "quit" ? new Fault("offline", "not now", { hint: "later" }) : new TypeError("oops");
    });
    expect(replies.map(({ error }) => error)).toEqual([
      { code: "offline", message: "not now", hint: "later" },
      { code: "internal", message: "oops" },
    ]);
  });

  test("times go out as ISO 8601, of events, of answers and of what they list; a time that no calendar has is no end", async () => {
    const at = Date.UTC(2026, 10, 21, 8, 0, 0, 5);
    const iso = "2026-11-21T08:00:00.005Z";
    const message = { text: "x", at, edited: at, expires: at, from: { user: "bob" }, seq: at };
    const shown = { text: "x", at: iso, edited: iso, expires: iso, from: { user: "bob" }, seq: at };
    const lines = new Lines();
    const face = new JsonFace(lines.output);
    face.show({ event: "message", ...message } as unknown as ClientEvent);
    face.show({ event: "presence", at: Number.MAX_SAFE_INTEGER, user: "bob", on: true });
    const [first, second] = (await lines.read()).map((line) => JSON.parse(line) as unknown);
    expect(first).toEqual({ event: "message", ...shown });
    expect(second).toMatchObject({ at: "+275760-09-13T00:00:00.000Z", user: "bob" });
    const { replies } = await ask(['{"do":"whoami"}'], () => ({
      until: at,
      at: "as it is",
      messages: [message],
      devices: [{ added: at }],
      conversations: [{ muted: true }, { muted: at, last: { text: "tea", at } }],
      groups: ["a", 5, null, [at]],
    }));
    expect(replies).toEqual([
      {
        reply: "whoami",
        ok: true,
        until: iso,
        at: "as it is",
        messages: [shown],
        devices: [{ added: iso }],
        conversations: [{ muted: true }, { muted: iso, last: { text: "tea", at: iso } }],
        groups: ["a", 5, null, [at]],
      },
    ]);
  });

  test("one line for each object, and nothing on it that a terminal or a splitter of lines could obey", () => {
    const hostile = "a\u2028b\u2029c\u0085d\u009b31m\u202ee\u2066f\u007fg\u001b[2J\n\u{e0041}\ud800\ufeff";
    const line = writeJson({ text: hostile, 好: "😀" });
    // oxlint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u);
    expect(line).toContain("\\u2028b\\u2029c\\u0085d\\u009b31m\\u202ee\\u2066f\\u007fg");
    expect(line).toContain("\\udb40\\udc41");
    expect(JSON.parse(line)).toEqual({ text: hostile, 好: "😀" });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(writeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 2 },
    );
  });
});
