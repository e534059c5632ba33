// Each event as a person sees it, on a terminal and in a pipe.
import { describe, expect, test } from "vitest";
import type { ClientEvent } from "../../../../src/client/port/views.ts";
import { clientThat, text } from "../../../kit/lines.ts";
import { conversation, EVENTS, shown, SILENT } from "./news.ts";
import { ALICE, BOB, event, id, message, NOW, plain } from "./plain-face.ts";

describe("events for people", () => {
  test.each(EVENTS)("%s", (line, one) => {
    expect(shown(true, one)).toEqual([line]);
  });

  test.each(SILENT)("%s: no line", (_, one) => {
    expect(shown(true, one)).toEqual([]);
  });

  test("in a pipe nobody can type a command: none is named, and nobody types", () => {
    expect(shown(false, conversation({ change: "added" }))).toEqual(["* you are in #plans now"]);
    expect(shown(false, event("asked", { user: "carol", name: "carol" }))).toEqual([
      "* @carol asks to be let into #lobby",
    ]);
    expect(shown(false, event("typing", { user: "bob", on: true }))).toEqual([]);
  });

  test("one user's devices in one commit are one line, in two they are two", () => {
    const added = (device: string, at: number): ClientEvent =>
      event("member", { at, user: "bob", name: "bob", device, change: "added", by: "carol" });
    expect(shown(true, added("d1", 1), added("d2", 1))).toEqual([]);
    expect(shown(true, added("d1", 1), added("d2", 2))).toEqual(["* @carol added @bob to #lobby"]);
  });

  test("typing is told once until it was said, or stopped", () => {
    const typing = (on: boolean): ClientEvent => event("typing", { user: "bob", on });
    expect(shown(true, typing(true), typing(true))).toEqual([]);
    expect(shown(true, typing(true), message("x"), typing(true))).toEqual(["* @bob is typing"]);
    expect(shown(true, typing(true), typing(false), typing(true))).toEqual(["* @bob is typing"]);
  });
});

describe("messages for people", () => {
  test.each<readonly [string, object]>([
    ["#plans 12:34 Bob: x", { conversation: "#plans" }],
    ["12:34 Bob (edited): x", { edited: 5 }],
    ["12:34 Bob (until 08:00): x", { expires: NOW }],
    ["12:34 Bob (to an older message): x", { replyTo: id("77") }],
    [
      "12:34 Bob: x [👍 2, é 1]",
      {
        reactions: [
          { emoji: "👍", users: ["a", "b"] },
          { emoji: "é", users: ["a"] },
        ],
      },
    ],
    ["12:34 Bob: [x]", { placeholder: "deleted" }],
    ["12:34 Bob: [x] [no longer on the server]", { placeholder: "expired", lost: true }],
    [
      "12:34 Bob (file a.pdf, 3.1 MiB, /save beef): x",
      { message: id("beef"), file: { name: "a.pdf", bytes: 3_250_586 } },
    ],
    [
      "12:34 Bob (file a.pdf, 1 byte, /save beef):",
      { text: "", message: id("beef"), file: { name: "a.pdf", bytes: 1 } },
    ],
  ])("%s", (line, fields) => {
    expect(shown(true, message("x", fields))).toEqual([line]);
  });

  test("an answer says to what, an edit what it says now; what is deleted is not said again", () => {
    const tea = message("shall we have tea in the garden, or rather in the house?", { message: id("7"), at: NOW });
    const by = { message: id("7"), seq: 2, from: BOB };
    const reacted = event("reaction", { ...by, emoji: "👍", on: true });
    expect(shown(true, tea, message("yes", { replyTo: id("7") }))).toEqual([
      '12:34 Bob (to "shall we have tea in the garden, or rat…"): yes',
    ]);
    const edited = event("edited", { ...by, text: "tea?\nor not" });
    expect(shown(true, tea, edited)).toEqual(["12:34 Bob (edited): tea?", "      | or not"]);
    expect(shown(true, tea, edited, reacted)).toEqual(['* Bob (@bob) reacted 👍 to "tea?␊or not"']);
    const back = event("reaction", { ...by, emoji: "👍", on: false, from: ALICE, conversation: "#plans" });
    expect(shown(true, tea, back)).toEqual([
      '* you took 👍 back from "shall we have tea in the garden, or rat…" in #plans',
    ]);
    const deleted = event("deleted", by);
    expect(shown(true, tea, deleted)).toEqual(["* Bob (@bob) deleted the message of 08:00"]);
    expect(shown(true, deleted)).toEqual(["* Bob (@bob) deleted an older message"]);
    expect(shown(true, tea, deleted, reacted)).toEqual(["* Bob (@bob) reacted 👍 to an older message"]);
    expect(shown(true, event("edited", { ...by, text: "x", conversation: "@bob" }))).toEqual([
      "@bob 12:34 Bob (edited): x",
    ]);
    const stranger = { ...BOB, verified: false };
    expect(shown(true, event("deleted", { ...by, from: stranger }))).toEqual(["* [Bob] deleted an older message"]);
  });

  test("a conversation that is muted is still, but where the person is, is named, or in a pipe", () => {
    const muted = { conversation: "#plans", muted: true };
    expect(shown(true, message("x", muted))).toEqual([]);
    expect(shown(false, message("x", muted))).toHaveLength(1);
    expect(shown(true, message("x", { ...muted, mentioned: true }))).toHaveLength(1);
    expect(shown(true, message("x", { ...muted, conversation: "#lobby" }))).toHaveLength(1);
  });

  test("that the newest was read is told between two, and nothing of older ones or in rooms", () => {
    const mine = (digits: string, seq: number, where: string): ClientEvent =>
      message(`m${digits}`, { message: id(digits), seq, mine: true, from: ALICE, conversation: where });
    const read = (digits: string): ClientEvent => event("state", { message: id(digits), state: "read", user: "bob" });
    const both = [mine("1", 1, "@bob"), mine("2", 2, "@bob"), message("x", { message: id("3"), seq: 3 })] as const;
    expect(shown(true, ...both, read("2"))).toEqual(['* @bob has read "m2"']);
    expect(shown(true, ...both, read("1"))).toEqual([]);
    expect(shown(true, ...both, read("3"))).toEqual([]);
    expect(shown(true, mine("1", 1, "#plans"), read("1"))).toEqual([]);
  });

  test("the same text typed elsewhere is another one", async () => {
    const { face, printed } = plain(true);
    await face.onLine(
      text("hi"),
      clientThat(() => ({})),
    );
    face.show(message("hi", { mine: true, from: ALICE, conversation: "#plans" }));
    face.show(message("hi", { mine: true, from: ALICE }));
    expect(printed).toEqual(["#plans 12:34 Alice: hi"]);
  });
});

describe("files on their way", () => {
  const progress = (stage: string, bytes: number, more: object = {}): ClientEvent =>
    event("progress", { id: id("beef"), way: "up", name: "a.pdf", stage, bytes, total: 4_194_304, ...more });

  test("a large one is told in quarters, each state once", () => {
    const { face, printed } = plain(true);
    for (const bytes of [0, 1, 1_048_575, 1_048_576, 1_048_577, 4_194_303]) face.show(progress("moving", bytes));
    for (const stage of ["paused", "paused", "waiting", "done"]) face.show(progress(stage, 4_194_304));
    expect(printed).toEqual([
      "* sending a.pdf (beef): 0 % of 4.0 MiB",
      "* sending a.pdf (beef): 25 % of 4.0 MiB",
      "* sending a.pdf (beef): 75 % of 4.0 MiB",
      "* sending a.pdf (beef): held, /resume goes on with it",
      "* sending a.pdf (beef): waits for a connection",
      "* sending a.pdf (beef): done",
    ]);
  });

  test("a small one is told as it begins and ends; why it failed is told", () => {
    const small = { total: 9, way: "down" };
    const { face, printed } = plain(true);
    for (const bytes of [0, 4, 9]) face.show(progress("moving", bytes, small));
    face.show(progress("failed", 9, { ...small, reason: { code: "x", message: "no\nroom" } }));
    expect(printed).toEqual(["* saving a.pdf (beef): 9 bytes", "* saving a.pdf (beef): failed: no␊room"]);
  });

  test("one that is over cannot be meant any more; the newest is, where nothing is typed", async () => {
    const { face, complaints } = plain(true);
    const client = clientThat(() => ({}));
    face.show(progress("moving", 0));
    face.show(progress("moving", 0, { id: id("cafe") }));
    face.show(progress("paused", 0));
    for (const line of ["/resume", "/cancel cafe"]) await face.onLine(text(line), client);
    expect(client.asked).toMatchObject([{ message: id("beef") }, { message: id("cafe") }]);
    face.show(progress("done", 0));
    face.show(progress("failed", 0, { id: id("cafe") }));
    await face.onLine(text("/cancel"), client);
    expect(complaints).toEqual(["error: no such file is on its way"]);
  });
});
