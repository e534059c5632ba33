// Which message a person means by `^` or by digits: what was shown, and what is looked up.
import { describe, expect, test } from "vitest";
import { clientThat, text } from "../../../kit/lines.ts";
import { id, message, plain } from "./plain-face.ts";

const HERE = "#lobby";

describe("which message is meant", () => {
  test("what was not shown yet is looked up, once, where the person is", async () => {
    const { face, complaints } = plain(true);
    const history = { messages: [message("old", { message: id("abcd1234"), seq: 1 })] };
    const client = clientThat(({ do: name }) => (name === "history" ? history : {}));
    for (const line of ["/delete 1234", "/delete 1234"]) await face.onLine(text(line), client);
    expect(client.asked).toMatchObject([
      { do: "history", to: HERE, limit: 500 },
      { do: "delete", message: id("abcd1234") },
      { do: "delete", message: id("abcd1234") },
    ]);
    expect(complaints).toEqual([]);
  });

  test("^ counts by the log, not by when it was shown, and in this conversation alone", async () => {
    const { face } = plain(true);
    const client = clientThat(() => ({}));
    face.show(message("new", { message: id("2222"), seq: 9 }));
    face.show(message("old", { message: id("1111"), seq: 3 }));
    face.show(message("elsewhere", { message: id("3333"), seq: 20, conversation: "#plans" }));
    for (const line of ["/react ^ 👍", "/react ^2 👍"]) await face.onLine(text(line), client);
    expect(client.asked).toMatchObject([{ message: id("2222") }, { message: id("1111") }]);
  });

  test("digits that name two name none; history shows as many as are needed", async () => {
    const { face, printed, complaints } = plain(true);
    const messages = ["1abcd", "2abcd", "3ffff"].map((digits, seq) => message(digits, { message: id(digits), seq }));
    const client = clientThat(() => ({ messages }));
    for (const line of ["/history", "/delete abcd", "/delete 2abcd"]) await face.onLine(text(line), client);
    expect(printed).toEqual(["1abcd 12:34 Bob: 1abcd", "2abcd 12:34 Bob: 2abcd", "ffff 12:34 Bob: 3ffff"]);
    expect(complaints).toEqual(["error: 2 messages end with abcd", "hint: /history shows how many digits are needed"]);
    expect(client.asked.at(-1)).toMatchObject({ do: "delete", message: id("2abcd") });
  });

  test("what was shown long ago is forgotten, and looked up again", async () => {
    const { face } = plain(true);
    const client = clientThat(() => ({ messages: [] }));
    const show = (seq: number): void =>
      face.show(message("x", { message: id(`a${seq.toString(16).padStart(4, "0")}`), seq }));
    for (let seq = 0; seq < 2_000; seq += 1) show(seq);
    // Shown once more it is new.
    for (const seq of [1, 2_000, 2_001]) show(seq);
    for (const line of ["/delete a0003", "/delete a0001", "/delete a0002"]) await face.onLine(text(line), client);
    expect(client.asked.map(({ do: name }) => name)).toEqual(["delete", "delete", "history"]);
  });
});
