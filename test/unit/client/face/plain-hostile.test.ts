// Whatever others write, a terminal shows it and does not obey it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../../src/client/port/views.ts";
import { EVENTS, READY, shown, SILENT } from "./news.ts";
import { BOB, event, id, message } from "./plain-face.ts";

// oxlint-disable-next-line no-control-regex -- control characters are what it is for
const ACTING = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

describe("what others can write", () => {
  const EVIL = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("x\u001b]52;c;aGk=\u0007\ny", "\u202egnp.exe", "\r12:34 Bob: hi", "\u009b2J", "\u{e0041}\u0000"),
  );

  const ALL = [...EVENTS.map(([, one]) => one), ...SILENT.map(([, one]) => one), READY, ...withText()];

  test.each(ALL.map((one) => [one.event, one] as const))("%s: no text in it can act, or make lines", (_, one) => {
    fc.assert(
      fc.property(EVIL, (evil) => {
        const lines = shown(true, message("x", { message: id("1") }), poisoned(one, evil));
        expect(lines.filter((line) => ACTING.test(line) || !line.isWellFormed())).toEqual([]);
        expect(lines.length).toBeLessThanOrEqual(Math.max(2, evil.split("\n").length));
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test("no name of a conversation, a user or a file can begin a line", () => {
    const evil = "x\n12:34 Alice: I owe you 100";
    for (const one of ALL)
      for (const line of shown(true, poisoned(one, evil))) expect(line).not.toMatch(/^12:34 Alice/);
  });
});

/** Every text in it that a stranger may have written; what the program itself chooses among stays. */
function poisoned(one: ClientEvent, evil: string): ClientEvent {
  const ours = new Set(["event", "change", "state", "stage", "way", "kind", "join", "role", "id", "device", "message"]);
  const swap = (value: unknown, name: string): unknown => {
    if (typeof value === "string") return ours.has(name) && !(name === "message" && value.length !== 32) ? value : evil;
    if (Array.isArray(value)) return value.map((item) => swap(item, name));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, swap(item, key)]));
  };
  return swap(one, "") as ClientEvent;
}

function withText(): readonly ClientEvent[] {
  const file = { name: "a.pdf", type: "x/y", bytes: 1 };
  const reactions = [{ emoji: "👍", users: ["bob"] }];
  const by = { message: id("1"), seq: 2, from: BOB };
  return [
    message("x", { file, reactions, replyTo: id("1") }),
    event("edited", { ...by, text: "x" }),
    event("deleted", by),
    event("reaction", { ...by, emoji: "👍", on: true }),
    event("progress", {
      id: id("2"),
      way: "up",
      name: "x",
      stage: "failed",
      bytes: 0,
      total: 1,
      reason: { message: "x" },
    }),
    event("link", { state: "reconnecting", reason: { code: "c", message: "x", hint: "x" } }),
  ];
}
