import { describe, expect, test } from "vitest";
import { lineOf } from "../../../src/bin/server-log-line.ts";

const lines = (log: Readonly<Record<string, unknown>>): string =>
  lineOf({ level: "info", time: "t", ...log }, (of) => of);

describe("a line of the log for people", () => {
  test("the sentence, then facts; what is long and opaque is cut", () => {
    expect(lines({ msg: "stopped" })).toBe("stopped");
    expect(lines({ msg: "listening", ip: "::1", port: 1, pid: 42, realm: "ab".repeat(32), created: false })).toBe(
      "listening ip=::1 port=1 pid=42 realm=abababababab… created=false",
    );
    expect(lines({ msg: "x", device: "0123456789abcdef".repeat(2), file: "abcdef" })).toBe(
      "x device=0123456789ab… file=abcdef",
    );
  });

  test("text with spaces or quotes is quoted, so that facts cannot be forged", () => {
    expect(lines({ msg: "refused", reason: "no code=ok", empty: "", quote: 'a"b' })).toBe(
      String.raw`refused reason="no code=ok" empty="" quote="a\"b"`,
    );
  });

  test("nothing of a stranger acts on the terminal", () => {
    const line = lines({ msg: "ready", agent: "a\u{1b}[2Jb\nc\u{9b}1m\u{202e}d\u{2028}e", list: ["\u{9b}"] });
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(line).toBe(String.raw`ready agent="a\u001b[2Jb\nc\u{9b}1m\u{202e}d\u{2028}e" list=["\u{9b}"]`);
  });

  test("a defect brings its stack below", () => {
    expect(lines({ msg: "failed", err: { message: "no", stack: "Error: no\n    at\u{1b} here" }, device: "d" })).toBe(
      "failed device=d\nError: no\n    at\\u{1b} here",
    );
  });
});
