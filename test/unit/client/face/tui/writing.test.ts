// What a person writes at the full terminal, and pastes.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import { messageId, openView } from "../../../../kit/made-up-screens.ts";
import { TALK } from "./talk.ts";
import { KEY, pasted, sitting } from "./tui.ts";

describe("writing", () => {
  test("a line and Enter is sent, and the draft is kept on the way", async () => {
    const one = await sitting(TALK);
    await one.type("hi", KEY.enter);
    expect(one.screens.done).toContainEqual({ want: "draft", text: "hi" });
    expect(one.wants()).toEqual([{ want: "submit", text: "hi" }]);
    expect(one.screen()).toContain("> write a message".replace("> ", ">  "));
  });

  test("whoever is alone in a new realm is told how others come in", async () => {
    const alone = openView("#lobby", []);
    const members = TALK.open.members.filter(({ user }) => user === TALK.self.user);
    const one = await sitting({ ...alone, open: { ...alone.open, members } }, { columns: 100, rows: 15 });
    expect(one.screen()).toContain("nobody else is here yet: /invite NAME gives a line for somebody");
    one.screens.changeOpen({ members: TALK.open.members });
    await one.settle();
    expect(one.screen()).toContain("write a message");
  });

  test("emoji by their names are emoji, in a line and as a reaction; code stays code", async () => {
    const one = await sitting(TALK);
    await one.type(
      "good :thumbsup: and :Tada: at 10:30:45, :nothing: `:heart:`",
      KEY.enter,
      "/react ^ tada",
      KEY.enter,
    );
    expect(one.wants()).toEqual([{ want: "submit", text: "good 👍 and 🎉 at 10:30:45, :nothing: `:heart:`" }]);
    expect(one.screens.asked).toMatchObject([{ do: "react", emoji: "🎉" }]);
  });

  test("what cannot be taken back is asked about", async () => {
    const one = await sitting(TALK);
    await one.type("/disband #general", KEY.enter);
    expect(one.screen()).toContain("end #general for everybody, and for ever?");
    await one.type("n", "/leave", KEY.enter);
    expect(one.screens.asked).toEqual([]);
    await one.type("y");
    expect(one.screens.asked).toMatchObject([{ do: "leave", to: "#general" }]);
  });

  test("several lines by Alt+Enter; the composer grows with them", async () => {
    const one = await sitting(TALK, { columns: 60, rows: 15 });
    await one.type("one", "\x1b\r", "two");
    expect(one.rows().slice(12, 14)).toEqual(["> one", "  two"]);
    await one.type(KEY.enter);
    expect(one.wants()).toEqual([{ want: "submit", text: "one\ntwo" }]);
  });

  test("nothing but spaces is not sent; two slashes are one slash of text", async () => {
    const one = await sitting(TALK);
    await one.type("  ", KEY.enter, "\x15", "//shrug", KEY.enter);
    expect(one.wants()).toEqual([{ want: "submit", text: "/shrug" }]);
  });

  test("where nothing can be written, that is said and the text stays", async () => {
    const left = { draft: "", expire: 0, closed: "left" } as const;
    for (const [composer, why] of [
      [left, "you are out of it"],
      [{ ...left, putOut: {} }, "you were taken out"],
    ] as const) {
      const one = await sitting({ ...TALK, open: { ...TALK.open, composer } });
      expect(one.screen()).toContain(`${why}: nothing can be written here`);
      await one.type("hi", KEY.enter);
      expect(one.wants()).toEqual([]);
      expect(one.screen()).toContain(`error: ${why}: nothing can be written here`);
      expect(one.screen()).toContain("> hi");
    }
  });

  test("what the model does not take is there again", async () => {
    const one = await sitting(TALK);
    await one.type("much too long");
    one.screens.refusal = new Fault("too-long", "the text has more than 65536 bytes");
    await one.type(KEY.enter);
    expect(one.screen()).toContain("error: the text has more than 65536 bytes");
    expect(one.screen()).toContain("> much too long");
  });

  test("another conversation brings its own draft; an edit brings the text", async () => {
    const one = await sitting(TALK);
    await one.type("half");
    one.screens.changeOpen({ conversation: "#ops", composer: { draft: "of ops", expire: 0 } });
    await one.settle();
    expect(one.screen()).toContain("> of ops");
    one.screens.changeOpen({ composer: { draft: "two", editing: messageId(2), expire: 0 } });
    await one.settle();
    expect(one.screen()).toContain("> two");
    expect(one.screen()).toContain("you write it anew");
    await one.type(KEY.escape);
    expect(one.wants()).toEqual([{ want: "edit", message: undefined }]);
  });

  test("↑ edits the last one where nothing is written; Ctrl+P brings back what was sent", async () => {
    const one = await sitting(TALK);
    await one.type("first", KEY.enter, KEY.up, "\x10");
    expect(one.wants()).toEqual([{ want: "submit", text: "first" }, { want: "edit-last" }]);
    expect(one.screen()).toContain("> first");
  });

  test.each([
    ["@br", "> @bruno"],
    ["#op", "> #ops"],
    [":thumbsu", "> 👍"],
    ["/who", "> /who"],
    ["ask @br", "> ask @bruno"],
  ])("Tab completes %s", async (typed, shown) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.tab);
    expect(one.screen()).toContain(shown);
  });
});

describe("pastes", () => {
  test("of one line are put in, and send nothing", async () => {
    const one = await sitting(TALK);
    await one.type(pasted("hello\r"));
    expect(one.screen()).toContain("> hello");
    expect(one.wants()).toEqual([]);
  });

  test("of several lines ask first: Enter puts them in, Esc does not", async () => {
    const one = await sitting(TALK);
    await one.type(pasted("a\rb\rc"));
    expect(one.screen()).toContain("paste 3 lines?");
    await one.type(KEY.escape);
    expect(one.screen()).not.toContain("paste 3 lines?");
    await one.type(pasted("a\rb\rc"), KEY.enter);
    expect(one.screen()).toContain("> a");
    expect(one.wants()).toEqual([]);
    await one.type(KEY.enter);
    expect(one.wants()).toEqual([{ want: "submit", text: "a\nb\nc" }]);
  });

  test("with the end of a paste in it types nothing and presses nothing, in one read or in the next one", async () => {
    const one = await sitting(TALK);
    one.keyboard.emit("data", Buffer.from("\x1b[200~x\x1b[201~/leave\r\x11"));
    one.keyboard.emit("data", Buffer.from("\r\r/quit\r"));
    await one.settle();
    await one.type(KEY.escape);
    expect(one.wants()).toEqual([]);
    expect(one.screens.asked).toEqual([]);
    expect(one.screens.done.filter(({ want }) => want === "submit")).toEqual([]);
  });

  test("of one long line ask, too; what no message can hold is refused with both sizes", async () => {
    const one = await sitting(TALK, { columns: 140 });
    await one.type(pasted("x".repeat(3_000)));
    expect(one.screen()).toContain("paste 3000 characters?");
    await one.type(KEY.enter);
    expect(one.screens.done).toContainEqual({ want: "draft", text: "x".repeat(3_000) });
    await one.type(pasted("y".repeat(90_000)), KEY.enter);
    expect(one.screen()).toContain("a message has at most 65536 bytes, and this one has 93000");
    expect(one.screen()).toMatch(/send it as a[^a-z]*file: \/file PATH/);
  });

  test.each([
    ["es", "tiene 70000 bytes; un mensaje, 65536 como máximo"],
    ["pt", "tem 70000 bytes; uma mensagem, no máximo 65536"],
  ])("that no message can hold are refused with both sizes (%s)", async (language, says) => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } });
    await one.type(pasted("y".repeat(70_000)), KEY.enter);
    expect(one.screen()).toContain(says);
  });

  test("answer no question", async () => {
    const one = await sitting(TALK);
    await one.type(KEY.ctrlUp, KEY.up, "d");
    expect(one.screen()).toContain("take this message back, for everybody?");
    await one.type(pasted("y"));
    expect(one.screens.asked).toEqual([]);
    await one.type("y");
    expect(one.screens.asked).toEqual([{ do: "delete", to: "#general", message: messageId(2) }]);
  });

  test("of a file that was dropped become /file", async () => {
    const one = await sitting(TALK);
    await one.type(pasted("'/home/alice/my plan.pdf' "));
    expect(one.screen()).toContain("> /file '/home/alice/my plan.pdf'");
    await one.type(KEY.enter);
    expect(one.screens.asked).toEqual([{ do: "file", to: "#general", path: "/home/alice/my plan.pdf" }]);
  });
});
