// Typing a secret: what comes of keys, and what is shown of it (nothing).
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { newPassword } from "../../../src/bin/client-account-words.ts";
import { askHandle } from "../../../src/bin/client-handle.ts";
import { askSecret, askWord, chooseFrom } from "../../../src/bin/prompt.ts";

function person() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => modes.push(on) });
  const output = new PassThrough();
  let all = "";
  output.on("data", (chunk: Buffer) => (all += chunk.toString()));
  return { input, output, modes, shown: () => all };
}

describe("a secret", () => {
  test.each([
    ["letters and Enter", ["secret\r"], "secret"],
    ["one by one", ["s", "e", "c", "\n"], "sec"],
    ["nothing", ["\r"], ""],
    ["a letter in two pieces", [Buffer.from([0xc3]), Buffer.from([0xbc, 0x0d])], "ü"],
    ["backspace of both kinds", ["abc\u{7f}\bx\r"], "ax"],
    ["backspace at the start", ["\u{7f}\u{7f}a\r"], "a"],
    ["backspace over one that has two units", ["a\u{1f512}\u{7f}b\r"], "ab"],
    ["all of it away", ["wrong\u{15}right\r"], "right"],
    ["cursor keys and the like", ["a\u{1b}[Ab\u{1b}OPc\u{1b}[3~\r"], "abc"],
    ["control characters", ["a\u{0}\u{1}\tb\r"], "ab"],
    ["spaces inside and at its ends", [" a b \r"], " a b "],
    ["more than anybody types", [`${"x".repeat(3_000)}\r`], "x".repeat(1_024)],
  ])("%s", async (_what, keys, expected) => {
    const { input, output, modes, shown } = person();
    const asked = askSecret({ input, output }, "say it: ");
    for (const key of keys) input.write(key);
    expect(await asked).toBe(expected);
    await new Promise((resolve) => void setImmediate(resolve));
    expect([shown(), modes]).toEqual(["say it: \n", [true, false]]);
  });

  test.each([
    ["Ctrl+C", "abc\u{3}"],
    ["Ctrl+D", "\u{4}"],
  ])("%s: nothing was typed, and the terminal is as it was", async (_what, keys) => {
    const { input, output, modes } = person();
    const asked = askSecret({ input, output }, "? ");
    input.write(keys);
    await expect(asked).rejects.toMatchObject({ code: "no-passphrase" });
    expect(modes).toEqual([true, false]);
  });

  test("the end of input: nothing was typed", async () => {
    const { input, output } = person();
    const asked = askSecret({ input, output }, "? ");
    input.end("abc");
    await expect(asked).rejects.toMatchObject({ code: "no-passphrase" });
  });

  test("what was typed ahead is for whoever reads next", async () => {
    const { input, output } = person();
    const first = askSecret({ input, output }, "? ");
    input.write("one\rtwo\rthree");
    expect(await first).toBe("one");
    expect(await askSecret({ input, output }, "? ")).toBe("two");
    expect(String(input.read())).toBe("three");
  });
});

test("a word is shown while it is typed; who leaves has said nothing", async () => {
  const { input, output } = person();
  const asked = askWord({ input, output }, "yes? ");
  input.write(" yes \n");
  expect(await asked).toBe("yes");
});

describe("asked again", () => {
  test("a name that is none, with the rule", async () => {
    const { input, output, shown } = person();
    const asked = askHandle({ input, output }, "who? ");
    input.write("Bob!\n");
    await until(() => shown().includes("at most 32, first a letter or digit\nwho? "));
    input.write("@bob\n");
    expect(await asked).toBe("bob");
  });

  test("a name, but not for ever, nor of somebody who leaves", async () => {
    const { input, output } = person();
    input.end();
    expect(await askHandle({ input, output }, "who? ")).toBeUndefined();
  });

  test("a password that is too short; the least is said before", async () => {
    const { input, output, shown } = person();
    const said: string[] = [];
    const words = { person: { input, output }, say: (sentence: string) => said.push(sentence) };
    const asked = newPassword(words, { file: undefined, flag: "--password-file" });
    await until(() => shown().endsWith("new password: "));
    expect(said).toEqual(["a password has at least 8 characters"]);
    input.write("short\r");
    await until(() => shown().split("new password: ").length === 3);
    expect(shown()).toContain("* a password has at least 8 characters");
    input.write("long enough\r");
    await until(() => shown().endsWith("the same again: "));
    input.write("long enough\r");
    expect(await asked).toBe("long enough");
  });
});

describe("a choice", () => {
  test("with what is to be known of each", async () => {
    const { input, output, shown } = person();
    const asked = chooseFrom({ input, output }, [{ name: "bob", note: "revoked" }, { name: "bob-2" }], "--profile");
    input.write("2\n");
    expect(await asked).toBe("bob-2");
    expect(shown()).toMatch(/^ {2}1 {2}bob \(revoked\)\n {2}2 {2}bob-2\nwho are you\? /);
  });

  test("who leaves is told so on a line of its own", async () => {
    const { input, output, shown } = person();
    const asked = chooseFrom({ input, output }, [{ name: "a" }, { name: "b" }], "--profile");
    input.end();
    await expect(asked).rejects.toMatchObject({ code: "identity-choice" });
    expect(shown()).toMatch(/who are you\? \n$/);
  });
});

async function until(is: () => boolean): Promise<void> {
  while (!is()) await new Promise((resolve) => void setImmediate(resolve));
}
