// Commands of --json, read from unknown values: what is taken, what each becomes, and what is refused with which code.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCommand } from "../../../../src/client/app/commands.ts";
import { Fault } from "../../../../src/model/fault.ts";

const MID = "0123456789abcdef0123456789abcdef";
const TO = "#plans";

/** Each with everything that it needs and nothing more: read as it stands. */
const PLAIN: readonly Readonly<Record<string, unknown>>[] = [
  { do: "whoami" },
  { do: "send", to: TO, text: "hi" },
  { do: "edit", to: TO, message: MID, text: "hi" },
  { do: "delete", to: TO, message: MID },
  { do: "react", to: TO, message: MID, emoji: "👍", on: false },
  { do: "create", name: "plans", join: "open", listed: true, history: 7 },
  { do: "rename", to: TO, text: "ideas" },
  { do: "topic", to: TO, text: "what next?" },
  { do: "policy", to: TO, join: "ask", history: "all", listed: false },
  { do: "expire", to: TO, seconds: 86_400 },
  { do: "disband", to: TO },
  { do: "add", to: TO, user: "bob" },
  { do: "remove", to: TO, user: "bob" },
  { do: "approve", to: TO, user: "bob" },
  { do: "deny", to: TO, user: "bob" },
  { do: "role", to: TO, user: "bob", role: "admin" },
  { do: "join", to: TO },
  { do: "leave", to: TO },
  { do: "typing", to: TO, on: true },
  { do: "privacy", to: TO, receipts: false, typing: true, presence: false },
  { do: "conversations" },
  { do: "members", to: TO },
  { do: "users", query: "bo" },
  { do: "history", to: TO, before: 9, limit: 3 },
  { do: "history", to: TO, after: 9, limit: 3 },
  { do: "history", to: TO, around: MID, limit: 3 },
  { do: "history", to: TO, before: 9, limit: 3, receipts: true },
  { do: "conversations", previews: true },
  { do: "conversations", past: true },
  { do: "read", to: TO, seq: 0 },
  { do: "search", query: "from:bob tea", to: TO, from: "bob", limit: 3 },
  { do: "file", to: TO, path: "/tmp/a b.pdf", text: "look", replyTo: MID, expire: 5 },
  { do: "save", message: MID, path: ".", replace: true },
  { do: "cancel", message: MID },
  { do: "pause", message: MID },
  { do: "resume", message: MID },
  { do: "verify", user: "bob" },
  { do: "trust", user: "bob", verified: false },
  { do: "devices", user: "bob" },
  { do: "revoke", device: "0123abcd" },
  { do: "pair" },
  { do: "label", device: "0123abcd", label: "old laptop" },
  { do: "audit", user: "bob" },
  { do: "admin", request: { do: "invite", user: "bob", uses: 3 } },
  { do: "link", state: "down" },
  { do: "quit" },
];

describe("commands", () => {
  test("there is a good one of each here", () => {
    const fault = refusal({ do: "?" });
    const known = fault.hint?.replace("there are: ", "").split(", ");
    expect(new Set([...PLAIN.map((one) => one["do"]), "mute"])).toEqual(new Set(known));
  });

  test.each(PLAIN.map((fields) => [fields["do"], fields] as const))("%s is read as it stands", (_, fields) => {
    expect(readCommand(fields)).toEqual(fields);
    expect(readCommand({ ...fields, shiny: true, id: 7 })).toEqual(fields);
  });

  test.each<readonly [object, object]>([
    [{ do: "react", to: TO, message: MID, emoji: "👍" }, { on: true }],
    [
      { do: "create", name: "#Plans" },
      { name: "plans", join: "invite", listed: false, history: "none" },
    ],
    [{ do: "expire", to: TO, seconds: 0 }, { seconds: 0 }],
    [{ do: "topic", to: TO, text: "" }, { text: "" }],
    [
      { do: "label", device: "4F1C09AA", label: "  old laptop " },
      { device: "4F1C09AA", label: "old laptop" },
    ],
    [{ do: "label", device: "old laptop", label: " " }, { label: "" }],
    [
      { do: "search", query: "" },
      { query: "", limit: 50 },
    ],
    [
      { do: "history", to: TO, before: null },
      { before: undefined, limit: 50 },
    ],
    [{ do: "users" }, { query: "" }],
    [{ do: "save", message: MID, path: "x" }, { replace: false }],
    [{ do: "mute", to: TO }, { until: "for-ever" }],
    [{ do: "mute", to: TO, until: null }, { until: "unmute" }],
    [{ do: "mute", to: TO, until: "2026-11-21T09:00:30.5+01:00" }, { until: Date.UTC(2026, 10, 21, 8, 0, 30, 500) }],
    [{ do: "mute", to: TO, until: "2028-02-29T23:59Z" }, { until: Date.UTC(2028, 1, 29, 23, 59) }],
  ])("%j: what is left out, and what has another form", (fields, expected) => {
    expect(readCommand({ ...fields })).toMatchObject(expected);
  });

  test("what was not given is not there: nothing is changed by leaving it out", () => {
    expect(readCommand({ do: "send", to: TO, text: "x" })).toStrictEqual({ do: "send", to: TO, text: "x" });
    // Who writes lines does not choose ids.
    expect(readCommand({ do: "send", to: TO, text: "x", message: MID })).not.toHaveProperty("message");
    expect(readCommand({ do: "devices" })).toStrictEqual({ do: "devices" });
    expect(readCommand({ do: "audit" })).toStrictEqual({ do: "audit" });
    expect(readCommand({ do: "privacy", to: TO, typing: false })).toStrictEqual({
      do: "privacy",
      to: TO,
      typing: false,
    });
    expect(readCommand({ do: "policy", to: TO, listed: true })).toStrictEqual({ do: "policy", to: TO, listed: true });
    expect(readCommand({ do: "file", to: TO, path: "x" })).toStrictEqual({ do: "file", to: TO, path: "x" });
  });

  /** A command, one field of it, values that are wrong there. */
  const WRONG: readonly (readonly [string, string, readonly unknown[], string?])[] = [
    ["send", "to", [undefined, null, "", 5, ["#a"], "#".repeat(130)]],
    ["send", "text", [undefined, null, 5, ["x"]]],
    ["send", "text", [""], "empty-text"],
    ["send", "text", ["x".repeat(65_537), "ü".repeat(32_769)], "too-long"],
    ["send", "text", ["\ud800"], "bad-text"],
    ["send", "replyTo", [null, "", "y", MID.toUpperCase(), `${MID}0`, 5]],
    ["send", "expire", [null, 0, 4, 5.5, -5, "60", 31_536_001, Number.NaN, Number.POSITIVE_INFINITY]],
    ["edit", "message", [undefined, "^", `${MID}\n`, {}]],
    ["edit", "text", [""], "empty-text"],
    ["react", "emoji", [undefined, null, 5]],
    ["react", "emoji", ["", "ab", "👍👍", " ", "\n", "\ud83d", "x".repeat(65), "\u202e", "\u200b"], "bad-emoji"],
    ["react", "on", [null, 1, "true"]],
    ["create", "name", [undefined, null, 5, ["a"]]],
    ["create", "name", ["", "#", "##a", "a b", "lobby", "#Lobby", "a\u202eb", "@a", "x".repeat(65)], "bad-room-name"],
    ["create", "join", [null, "", "Open", "closed", 1, "toString"]],
    ["create", "listed", [null, 1, "yes"]],
    ["create", "history", [null, "some", 0, -1, 1.5, 366, "7", true]],
    ["rename", "text", ["a b", ""], "bad-room-name"],
    ["topic", "text", [undefined, null, 5]],
    ["topic", "text", ["a\nb", "\u001b[2J", "x".repeat(251), "\ud800"], "bad-topic"],
    ["policy", "join", [null, "never"]],
    ["expire", "seconds", [undefined, null, 1, -1, "0", 31_536_001]],
    ["add", "user", [undefined, null, "", "@bob", "Bob", "bob ", "x".repeat(33), 5, "../bob"]],
    ["role", "role", [undefined, null, "king", "Owner", "constructor"]],
    ["typing", "on", [undefined, null, 0, "on"]],
    ["privacy", "receipts", [null, 1, "off"]],
    ["users", "query", [null, 5, "x".repeat(65)]],
    ["history", "limit", [0, -1, 501, 1.5, "5"]],
    ["history", "before", [0, 1.5, "5", 2 ** 53]],
    ["history", "after", [-1, 1.5, "5", 2 ** 53, 3]],
    ["history", "around", [null, "", 5, MID.toUpperCase(), MID]],
    ["conversations", "previews", [null, 1, "true"]],
    ["conversations", "past", [null, 1, "true"]],
    ["read", "seq", [-1, 0.5, "1"]],
    ["search", "query", [undefined, null, 5, "x".repeat(1_001)]],
    ["search", "from", [null, "@bob", "Bob"]],
    ["search", "to", [null, ""]],
    ["file", "path", [undefined, null, "", 5, "a\0b", "x".repeat(4_097)]],
    ["file", "text", [""], "empty-text"],
    ["save", "replace", [null, 1, "yes"]],
    ["verify", "user", [undefined, "@bob"]],
    ["trust", "verified", [undefined, null, 1, "true"]],
    ["devices", "user", [null, ""]],
    ["revoke", "device", [undefined, null, 5, "x".repeat(129)]],
    ["label", "device", [undefined, null, 5, "x".repeat(129)]],
    ["label", "label", [undefined, null, 5]],
    ["label", "label", ["a\nb", "\u001b[2J", "a\u202eb", "x".repeat(65), "\ud800"], "bad-label"],
    ["audit", "user", [null, "", "@bob"]],
    ["admin", "request", [undefined, null, "users", 5, ["users"]]],
    ["link", "state", [undefined, "sideways", null, ["up"]]],
    ["cancel", "message", [undefined, 7]],
  ];

  test.each(
    WRONG.flatMap(([name, field, values, code]) => values.map((value) => [name, field, value, code ?? "bad-field"])),
  )("%s with %s: %j is %s", (...[name, field, value, code]) => {
    const good = PLAIN.find((one) => one["do"] === name);
    expect(refusal({ ...good, [field as string]: value }).code).toBe(code);
  });

  test.each([
    "2026-11-21",
    "2026-11-21T09:00:00",
    "2026-02-30T00:00:00Z",
    "2027-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-21T25:00:00Z",
    "2026-11-21 09:00:00Z",
    "tomorrow",
    "",
    0,
    true,
  ])("mute until %j is no time", (until) => {
    expect(refusal({ do: "mute", to: TO, until })).toMatchObject({ code: "bad-field" });
  });

  test("a room that nobody can come into is not announced", () => {
    expect(refusal({ do: "create", name: "x", listed: true }).message).toBe(
      "the field listed goes with join: open or ask",
    );
    expect(refusal({ do: "create", name: "x", listed: true, join: "invite" }).code).toBe("bad-field");
    expect(readCommand({ do: "create", name: "x", listed: true, join: "ask" })).toMatchObject({ listed: true });
  });

  test("a policy that changes nothing is a mistake", () => {
    expect(refusal({ do: "policy", to: TO }).code).toBe("bad-field");
  });

  test.each([
    [{}, "bad-field"],
    [{ do: 5 }, "bad-field"],
    [{ do: "dance" }, "unknown-command"],
    [{ do: "toString" }, "unknown-command"],
    [{ do: "__proto__" }, "unknown-command"],
  ])("%j: %s", (fields, code) => {
    expect(refusal(fields).code).toBe(code);
  });

  test("whatever a field holds, the answer is a command of that name or a fault, and the fault repeats nothing of it", () => {
    const names = PLAIN.map((one) => String(one["do"]));
    const fields = [...new Set(PLAIN.flatMap((one) => Object.keys(one)))].filter((name) => name !== "do");
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: "binary" }),
      fc.constantFrom(MID, TO, "bob", "⌘⌘", 5, true),
    );
    const any = fc.record(Object.fromEntries(fields.map((name) => [name, value])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.constantFrom(...names), any, (name, more) => {
        const { did, fault } = outcome({ ...more, do: name });
        expect(did ?? fault).toBe(fault ?? name);
        expect(`${fault?.message} ${fault?.hint}`).not.toContain("⌘");
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});

/** Anything but a fault is thrown on. */
function outcome(fields: Readonly<Record<string, unknown>>): { readonly did?: string; readonly fault?: Fault } {
  try {
    return { did: readCommand(fields).do };
  } catch (error) {
    if (error instanceof Fault) return { fault: error };
    throw error;
  }
}

function refusal(fields: Readonly<Record<string, unknown>>): Fault {
  const { fault } = outcome(fields);
  if (fault === undefined) throw new Error(`was taken: ${JSON.stringify(fields)}`);
  return fault;
}
