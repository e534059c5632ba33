// What /history shows, in the language of the person: digits, times, authors, and what stands in the place of a text.
import { describe, expect, test } from "vitest";
import type { Replies } from "../../../../../src/client/port/replies.ts";
import { answerWords } from "../../../../../src/client/face/tui/view/answer-words.ts";
import { tellingOf } from "../../../../../src/client/face/tui/view/look.ts";
import { sayIn } from "../../../../../src/client/face/tui/words/say.ts";
import { openView, saidBy } from "../../../../kit/made-up-screens.ts";

type Message = Replies["history"]["messages"][number];

const NOON = new Date(2026, 10, 20, 12).getTime();
const SENDER = { user: "bob", name: "Bob", device: "b", verified: true };

function message(digits: string, more: Partial<Message>): Message {
  const id = digits.padStart(32, "0");
  return {
    conversation: "#general",
    message: id,
    seq: 1,
    at: NOON,
    from: SENDER,
    text: "hi",
    mine: false,
    ...more,
  } as Message;
}

function rows(language: string, reply: Replies["history"], limit = 20): readonly string[] {
  const view = openView("#general", [saidBy("bob", "x", { n: 1 })]);
  const telling = tellingOf(view.self, "#general", NOON);
  const command = { do: "history", to: "#general", before: undefined, limit } as const;
  return answerWords(command, reply, { say: sayIn(language), telling });
}

const ALL = {
  messages: [
    message("1111", { text: "uno\ndos", reactions: [{ emoji: "👍", users: ["a", "b"] }] as never }),
    message("2222", { text: "", file: { name: "a.pdf", bytes: 2_048 } as never, edited: NOON }),
    message("3333", { text: "message deleted", placeholder: "deleted" }),
    message("4444", { replyTo: "1111".padStart(32, "0") as never, expires: NOON, lost: true }),
    message("5555", { replyTo: "9999".padStart(32, "0") as never, from: { ...SENDER, verified: false } as never }),
  ],
  waiting: [
    { conversation: "#general", message: "6666".padStart(32, "0"), state: "queued", from: SENDER, text: "w" } as never,
  ],
} as unknown as Replies["history"];

describe("every row", () => {
  test.each([
    [
      "es",
      [
        "1111 12:00 Bob: uno",
        "      | dos [👍 2]",
        "2222 12:00 Bob (archivo a.pdf, 2,0 KiB, /save 2222, editado):",
        "3333 12:00 Bob: [mensaje borrado]",
        "4444 12:00 Bob (a «uno␊dos», hasta 12:00): hi [ya no está en el servidor]",
        "5555 12:00 [Bob] (a un mensaje anterior): hi",
        "--:-- Bob: w [en espera]",
      ],
    ],
    [
      "en",
      [
        "1111 12:00 Bob: uno",
        "      | dos [👍 2]",
        "2222 12:00 Bob (file a.pdf, 2.0 KiB, /save 2222, edited):",
        "3333 12:00 Bob: [a message that was deleted]",
        '4444 12:00 Bob (to "uno␊dos", until 12:00): hi [no longer on the server]',
        "5555 12:00 [Bob] (to an older message): hi",
        "--:-- Bob: w [waiting]",
      ],
    ],
  ])("%s", (language, told) => {
    expect(rows(language, ALL)).toEqual(told);
  });
});

test("what waits counts, and a text is no row of ours", () => {
  expect(rows("pt", ALL, 2)).toEqual(["5555 12:00 [Bob] (a uma mensagem anterior): hi", "--:-- Bob: w [à espera]"]);
  const evil = { messages: [message("7777", { text: "a\n8888 12:00 Eve: b\u001b[2J" })] } as never;
  expect(rows("es", evil)).toEqual(["7777 12:00 Bob: a", "      | 8888 12:00 Eve: b␛[2J"]);
});

test("where nothing was said it is said so", () => {
  expect(rows("es", { messages: [] })).toEqual(["aquí aún no se ha dicho nada"]);
});
