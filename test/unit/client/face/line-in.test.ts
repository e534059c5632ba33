import { expect, test } from "vitest";
import { lineIn, userIn } from "../../../../src/client/face/line-in.ts";

const LINE = "chat://chat.example.org:12345/abc-DEF_1#x=2&y";

test.each([
  LINE,
  `  ${LINE}\n`,
  `chat-client join '${LINE}'`,
  `Come in:\n\n  chat-client join "${LINE}"\n\nwithin a day`,
  `“${LINE}”`,
])("the line is found in %j", (pasted) => {
  expect(lineIn(pasted)).toBe(LINE);
});

test("what holds no line is given as it is", () => {
  expect(lineIn(" hello ")).toBe("hello");
});

test.each([
  [`chat-client login '${LINE}' --user bob`, "bob"],
  [`* on another machine: chat-client login '${LINE}' --user=@ada.l-2\n`, "ada.l-2"],
  [LINE, undefined],
  [`chat-client login '${LINE}--user bob'`, undefined],
])("who it is for is found in %j", (pasted, user) => {
  expect(userIn(pasted)).toBe(user);
});
