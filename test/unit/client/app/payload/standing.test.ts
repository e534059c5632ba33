// Messages as they stand, for another device of the same user: strict on the way in; and what becomes of a message that is known.
import { describe, expect, it } from "vitest";
import type { Opened } from "../../../../../src/client/app/payload/opened.ts";
import {
  decodeStanding,
  encodeStanding,
  type Standing,
  standingOf,
  standingSince,
} from "../../../../../src/client/app/payload/standing.ts";
import type { Handle, MessageId } from "../../../../../src/model/ids.ts";
import { FULL } from "./samples.ts";

const BOB = "bob" as Handle;
const CAROL = "carol" as Handle;
const MALFORMED = { kind: "unreadable", code: "payload-malformed" };
const hi = (more: object = {}): Opened & Standing => ({ kind: "text", text: "hi", ...more });

describe("on its way", () => {
  it.each<readonly [string, Standing]>([
    ["a text", FULL.text],
    ["a file", FULL.file],
    ["what happened to it", hi({ edited: { at: 5 }, reactions: [["👍", [BOB, CAROL]]] })],
    ["what was deleted", { kind: "deleted", by: BOB }],
  ])("%s comes as it went", (_what, standing) => {
    expect(decodeStanding(encodeStanding(standing))).toEqual(standing);
  });

  it.each<readonly [string, object]>([
    ["edited at no time", { edited: {} }],
    ["edited at a text", { edited: { at: "5" } }],
    ["edited in a list", { edited: [5] }],
    ["edited, and more", { edited: { at: 5, by: "bob" } }],
    ["nothing in the place of an edit", { edited: null }],
    ["no reactions", { reactions: [] }],
    ["21 reactions", { reactions: Array.from({ length: 21 }, () => ["👍", ["bob"]]) }],
    ["a reaction of words", { reactions: [["not one emoji", ["bob"]]] }],
    ["a reaction of nobody known", { reactions: [["👍", ["Bob!"]]] }],
    ["a reaction of a number", { reactions: [["👍", [7]]] }],
    ["a reaction without users", { reactions: [["👍"]] }],
    ["a reaction with more", { reactions: [["👍", ["bob"], 1]] }],
    ["reactions that are none", { reactions: "👍" }],
    ["its end", { expiresAt: 5 }],
    ["a field of somebody's own", { seq: 5 }],
  ])("%s is refused", (_what, more) => {
    const bytes = Buffer.from(JSON.stringify({ v: 1, ...hi(), ...more }));
    expect(decodeStanding(bytes)).toEqual(MALFORMED);
    expect(decodeStanding(Buffer.from(JSON.stringify({ v: 1, ...hi() })))).toEqual(hi());
  });

  it("is nothing that was said by the way, that has expired, or that could not be read", () => {
    const none: readonly Opened[] = [
      { kind: "expired" },
      { kind: "newer" },
      { kind: "unreadable", code: "x" },
      FULL.receipt,
      { kind: "delete", target: "ab".repeat(16) as MessageId },
    ];
    expect(none.map(standingOf)).toEqual(none.map(() => undefined));
    expect(standingOf(hi({ expiresAt: 5, expire: 9 }))).toEqual(hi({ expire: 9 }));
  });
});

describe("a message that is known, and is handed over too", () => {
  const edit = (at: number): object => ({ edited: { at }, text: `edited at ${at}` });
  it.each<readonly [string, readonly [known: Opened, standing: Standing], Opened]>([
    ["was deleted", [hi(), { kind: "deleted", by: BOB }], { kind: "deleted", by: BOB }],
    ["was deleted since", [{ kind: "deleted", by: BOB }, hi()], { kind: "deleted", by: BOB }],
    ["has expired here", [{ kind: "expired" }, hi()], { kind: "expired" }],
    ["was edited", [hi(), hi(edit(5))], hi(edit(5))],
    ["was edited later", [hi(edit(4)), hi(edit(5))], hi(edit(5))],
    ["was edited later here", [hi(edit(6)), hi(edit(5))], hi(edit(6))],
    ["says something else there, and was never edited", [hi(), hi({ text: "a lie" })], hi()],
    ["has reactions", [hi(), hi({ reactions: [["👍", [BOB]]] })], hi({ reactions: [["👍", [BOB]]] })],
    [
      "has others here",
      [hi({ reactions: [["🎉", [BOB]]] }), hi({ reactions: [["👍", [BOB]]] })],
      hi({ reactions: [["🎉", [BOB]]] }),
    ],
    ["is of another kind there", [hi(), FULL.file], hi()],
    ["stays until its time", [hi({ expiresAt: 9, expire: 5 }), hi({ expire: 5 })], hi({ expiresAt: 9, expire: 5 })],
  ])("%s", (_what, [known, standing], expected) => {
    expect(standingSince(known, standing)).toEqual(expected);
  });
});
