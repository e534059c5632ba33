// Edits, deletes and reactions: who may do what to which message, and what is there afterwards.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Message, type Opened, settled, writeOpened } from "../../../../../src/client/app/payload/opened.ts";
import type { ChangePayload } from "../../../../../src/client/app/payload/payload.ts";
import { applied, type ChangedBy, REACTIONS_MOST, textOf } from "../../../../../src/client/app/payload/projection.ts";
import type { Handle } from "../../../../../src/model/ids.ts";
import { FULL, MID, TICKET } from "./samples.ts";

const by = (user: string, more: Partial<ChangedBy> = {}): ChangedBy => ({
  user: user as Handle,
  isAuthor: false,
  mayDelete: false,
  at: 1000,
  ...more,
});
const author = by("alice", { isAuthor: true });
const admin = by("adam", { mayDelete: true });
const member = by("max");
const edit = (text: string): ChangePayload => ({ kind: "edit", target: MID, text });
const gone: ChangePayload = { kind: "delete", target: MID };
const react = (emoji: string, on = true): ChangePayload => ({ kind: "react", target: MID, emoji, on });

/** The changes one after the other; a refused one is none. */
function after(target: Opened, ...changes: readonly (readonly [ChangePayload, ChangedBy])[]): Opened {
  return changes.reduce((opened, [change, who]) => {
    const result = applied(opened, change, who);
    return "opened" in result ? result.opened : opened;
  }, target);
}

const text: Message = { kind: "text", text: "hello", replyTo: MID, expire: 60, expiresAt: 61_000 };
const file: Message = { kind: "file", ticket: TICKET };

describe("an edit", () => {
  test("by the author changes the text and leaves the rest", () => {
    const reacted = after(text, [react("👍"), member]);
    expect(applied(reacted, edit("hullo"), author)).toStrictEqual({
      opened: { ...reacted, text: "hullo", edited: { at: 1000 } },
    });
  });

  test("of a file is one of its caption", () => {
    const opened = { kind: "file", ticket: TICKET, text: "look", edited: { at: 1000 } };
    expect(applied(file, edit("look"), author)).toStrictEqual({ opened });
    expect(applied({ ...file, text: "x" }, edit("look"), author)).toStrictEqual({ opened });
  });

  test("that is later wins, whatever its time", () => {
    const late = by("alice", { isAuthor: true, at: 500 });
    expect(after(text, [edit("one"), author], [edit("two"), late])).toMatchObject({ text: "two", edited: { at: 500 } });
  });

  test("by anybody else is refused", () => {
    for (const who of [member, admin]) expect(applied(text, edit("x"), who)).toEqual({ refused: "not-the-author" });
  });
});

describe("a delete", () => {
  test("by the author or an admin leaves nothing but who did it", () => {
    const much = after(text, [react("👍"), member], [edit("secret"), author]);
    expect(applied(much, gone, author)).toStrictEqual({ opened: { kind: "deleted", by: "alice" } });
    expect(applied(file, gone, admin)).toStrictEqual({ opened: { kind: "deleted", by: "adam" } });
    // Nor does the entry of the edit keep the text.
    expect(writeOpened(settled(edit("secret")))).not.toContain("secret");
  });

  test("by another member is refused", () => {
    expect(applied(text, gone, member)).toEqual({ refused: "not-the-author" });
  });
});

describe("a reaction", () => {
  test("by anybody, in the order in which they came", () => {
    const all = after(text, [react("👍"), member], [react("❤️"), author], [react("👍"), admin], [react("❤️"), member]);
    expect(all).toStrictEqual({
      ...text,
      reactions: [
        ["👍", ["max", "adam"]],
        ["❤️", ["alice", "max"]],
      ],
    });
  });

  test("set twice, or taken back where there is none, changes nothing", () => {
    const once = after(text, [react("👍"), member]);
    for (const [opened, change, who] of [
      [once, react("👍"), member],
      [once, react("👍", false), author],
      [once, react("❤️", false), member],
      [text, react("👍", false), member],
    ] as const) {
      const result = applied(opened, change, who);
      expect("opened" in result && result.opened === opened).toBe(true);
    }
  });

  test("taken back is gone, and the last one leaves nothing", () => {
    const two = after(text, [react("👍"), member], [react("👍"), admin], [react("❤️"), admin]);
    const one = after(two, [react("👍", false), member], [react("❤️", false), admin]);
    expect(one).toStrictEqual({ ...text, reactions: [["👍", ["adam"]]] });
    expect(after(one, [react("👍", false), admin])).toStrictEqual(text);
  });

  test("of so many kinds and no more; those that are there may be set on", () => {
    const signs = Array.from({ length: REACTIONS_MOST }, (_, at) => String.fromCodePoint(0x1f600 + at));
    const full = after(text, ...signs.map((emoji) => [react(emoji), member] as const));
    expect(full).toMatchObject({ reactions: { length: REACTIONS_MOST } });
    expect(applied(full, react("👍"), admin)).toEqual({ refused: "too-many-reactions" });
    expect(applied(full, react(signs[0] ?? ""), admin)).toHaveProperty("opened.reactions.0.1", ["max", "adam"]);
    const room = after(full, [react(signs[0] ?? "", false), member]);
    expect(applied(room, react("👍"), admin)).toHaveProperty("opened");
  });

  test("called like something of the language is one like any other", () => {
    const odd = after(text, [react("__proto__"), member], [react("constructor"), member]);
    expect(odd).toMatchObject({
      reactions: [
        ["__proto__", ["max"]],
        ["constructor", ["max"]],
      ],
    });
  });
});

describe("what cannot be changed", () => {
  const whoever = by("alice", { isAuthor: true, mayDelete: true });
  test.each<[string, Opened]>([
    ["message-deleted", { kind: "deleted", by: "alice" as Handle }],
    ["message-expired", { kind: "expired" }],
    ["message-unreadable", { kind: "unreadable", code: "undecryptable" }],
    ["message-unreadable", { kind: "newer" }],
    ...Object.values(FULL)
      .filter(({ kind }) => kind !== "text" && kind !== "file")
      .map((payload): [string, Opened] => ["no-message", payload]),
    ["no-message", settled(FULL.edit)],
    [
      "no-message",
      { kind: "commit", by: "alice" as Handle, isExternal: false, isRenewed: false, added: [], removed: [] },
    ],
  ])("%s: %j", (code, target) => {
    for (const change of [edit("x"), gone, react("👍"), react("👍", false)])
      expect(applied(target, change, whoever)).toEqual({ refused: code });
  });
});

test("any changes: nobody's word is changed by others, and the same log gives the same message", () => {
  const users = ["alice", "adam", "max"] as const;
  const who = fc.constantFrom(...users);
  const change = fc.oneof(
    fc.constantFrom("a", "b", "c").map(edit),
    fc.tuple(fc.constantFrom("👍", "❤️"), fc.boolean()).map(([emoji, on]) => react(emoji, on)),
  );
  const steps = fc.array(fc.tuple(change, who), { maxLength: 30 });
  fc.assert(
    fc.property(steps, (all) => {
      const log = all.map(
        ([one, user], at) => [one, by(user, { isAuthor: user === "alice", mayDelete: user === "adam", at })] as const,
      );
      const target = Object.freeze({ kind: "text", text: "hello" } as const);
      const opened = after(target, ...log);
      const own = all.filter(([{ kind }, user]) => kind === "edit" && user === "alice");
      const [last] = own.at(-1) ?? [edit("hello")];
      expect(opened).toHaveProperty("text", "text" in last ? last.text : undefined);
      expect(reactionsIn(opened)).toEqual(wanted(all));
      expect(after(target, ...log)).toStrictEqual(opened);
    }),
    { seed: 41, numRuns: 300 },
  );
});

/** As a set of pairs. */
function reactionsIn(opened: Opened): readonly string[] {
  const reactions = opened.kind === "text" ? (opened.reactions ?? []) : [];
  return reactions.flatMap(([emoji, users]) => users.map((user) => `${emoji} ${user}`)).toSorted();
}

/** The last word of each user about each emoji. */
function wanted(all: readonly (readonly [ChangePayload, string])[]): readonly string[] {
  const set = new Set<string>();
  for (const [change, user] of all) {
    if (change.kind !== "react") continue;
    if (change.on) set.add(`${change.emoji} ${user}`);
    else set.delete(`${change.emoji} ${user}`);
  }
  return [...set].toSorted();
}

describe("what a search finds", () => {
  test.each<[Opened, string | undefined]>([
    [{ ...text, edited: { at: 1 } }, "hello"],
    [file, "photo.png"],
    [{ ...file, text: "look" }, "photo.png\nlook"],
    [FULL.edit, undefined],
    [FULL.about, undefined],
    [FULL.listing, undefined],
    [{ kind: "deleted", by: "alice" as Handle }, undefined],
    [{ kind: "expired" }, undefined],
    [{ kind: "unreadable", code: "hello" }, undefined],
  ])("%j", (opened, found) => {
    expect(textOf(opened)).toBe(found);
  });
});
