// File names and media types of strangers.
import fc from "fast-check";
import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { numberedName, safeFileName } from "../../../../src/client/files/file-name.ts";
import { mediaTypeOf, safeMediaType } from "../../../../src/client/files/media-type.ts";

describe("file names", () => {
  test.each([
    ["photo.png", "photo.png"],
    ["Urlaub – Fähre.jpg", "Urlaub – Fähre.jpg"],
    ["写真 2.heic", "写真 2.heic"],
    ["👨‍👩‍👧 ❤️.png", "👨‍👩‍👧 ❤️.png"],
    ["می‌خواهم.txt", "می‌خواهم.txt"],
    ["../../etc/passwd", "_.._etc_passwd"],
    ["..\\..\\autoexec.bat", "_.._autoexec.bat"],
    ["/etc/passwd", "_etc_passwd"],
    ["C:\\boot.ini", "C__boot.ini"],
    ["notes.txt:hidden", "notes.txt_hidden"],
    [".", "file"],
    ["..", "file"],
    ["", "file"],
    ["   ", "file"],
    [".bashrc", "bashrc"],
    ["-rf", "rf"],
    ["- .-.x", "x"],
    ["name. . .", "name"],
    ["a\0b\nc\x1b[2Jd\x7f\u009b", "abc[2Jd"],
    ["annexe\u202egnp.exe", "annexegnp.exe"],
    ["a\u2066b\u2069\u200e\u061cc", "abc"],
    ["line\u2028end\u2029", "lineend"],
    ["zero\u200bwidth\ufeff", "zerowidth"],
    ["tag\u{e0041}\u{e007f}", "tag"],
    ["half\ud800", "half\ufffd"],
    ["e\u200b\u0301", "\u00e9"],
    ["e\u0301t\u00e9", "\u00e9t\u00e9"],
    ["con", "_con"],
    ["CON.tar.gz", "_CON.tar.gz"],
    ["Lpt9", "_Lpt9"],
    ["com¹.txt", "_com¹.txt"],
    ["nul .txt", "_nul .txt"],
    ["c\u200bon", "_con"],
    [".con", "_con"],
    ["console.log", "console.log"],
    ['what?*.<txt>|"', "what__._txt___"],
  ])("%j becomes %j", (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });

  test("too long: the stem is cut, between characters, and the ending stays", () => {
    const safe = safeFileName(`${"é".repeat(300)}.pdf`);
    expect(safe).toBe(`${"é".repeat(125)}.pdf`);
    expect(Buffer.byteLength(safeFileName("😀".repeat(100)))).toBe(252);
    expect(Buffer.byteLength(safeFileName(`a.${"e".repeat(400)}`))).toBe(255);
    expect(safeFileName(`${"a".repeat(250)}. . . .pdf`).endsWith(" .pdf")).toBe(false);
  });

  test("any text: safe, and safe names stay", () => {
    const nasty = fc.constantFrom(
      ...Array.from("./\\:-_ \u200d\u202e\0\u0301\ud83d\ude00é"),
      "con",
      "NUL",
      ".",
      "..",
      "com1",
      "\u{e0001}",
    );
    const texts = fc.oneof(
      fc
        .array(fc.integer({ max: 0x10_ffff, min: 0 }), { maxLength: 300 })
        .map((points) => String.fromCodePoint(...points)),
      fc.array(nasty, { maxLength: 200 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const safe = safeFileName(text);
        expect(safeFileName(safe)).toBe(safe);
        expect(safe).not.toBe("");
        expect(safe.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
        expect(safe).not.toMatch(/[/\\:\p{Cc}\u202a-\u202e\u2066-\u2069]|^[.\-\s]|[.\s]$/u);
        expect(posix.basename(posix.resolve("/a/b", safe))).toBe(safe);
        expect(posix.dirname(posix.resolve("/a/b", safe))).toBe("/a/b");
        expect(win32.dirname(win32.resolve("C:\\a\\b", safe))).toBe("C:\\a\\b");
      }),
      { numRuns: 300 },
    );
  });

  test("numbered", () => {
    expect(numberedName("photo.png", 2)).toBe("photo (2).png");
    expect(numberedName("README", 3)).toBe("README (3)");
    expect(numberedName("a.tar.gz", 2)).toBe("a.tar (2).gz");
    const long = numberedName(`${"x".repeat(251)}.pdf`, 12);
    expect(Buffer.byteLength(long)).toBe(255);
    expect(long.endsWith("x (12).pdf")).toBe(true);
  });
});

describe("media types", () => {
  test.each([
    ["image/png", "image/png"],
    ["IMAGE/PNG", "image/png"],
    ["application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"],
    ["text/html; charset=utf-7", "application/octet-stream"],
    ["text", "application/octet-stream"],
    ["/", "application/octet-stream"],
    ["a/b/c", "application/octet-stream"],
    ["text/\nhtml", "application/octet-stream"],
    ["text/html\n", "application/octet-stream"],
    ["", "application/octet-stream"],
    [`a/${"b".repeat(65)}`, "application/octet-stream"],
    ["image/<script>", "application/octet-stream"],
  ])("%j becomes %j", (type, safe) => {
    expect(safeMediaType(type)).toBe(safe);
  });

  test("of an ending; every type of the table is a safe one", () => {
    expect(mediaTypeOf("a.b.PNG")).toBe("image/png");
    expect(mediaTypeOf("README")).toBe("application/octet-stream");
    expect(mediaTypeOf("x.constructor")).toBe("application/octet-stream");
    for (const ending of ["docx", "pdf", "svg", "mp4"])
      expect(safeMediaType(mediaTypeOf(`a.${ending}`))).toBe(mediaTypeOf(`a.${ending}`));
  });
});
