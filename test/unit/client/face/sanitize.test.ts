import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sanitize, sanitizeLine } from "../../../../src/client/face/sanitize.ts";

/** The 15 payloads of the lab and more: what comes in, what a terminal gets. */
const HOSTILE: Readonly<Record<string, readonly [string, string]>> = {
  "erase display": ["\x1b[2J\x1b[Hcleared", "␛[2J␛[Hcleared"],
  "window title": ["\x1b]0;pwned\x07t", "␛]0;pwned␇t"],
  "clipboard (OSC 52)": ["\x1b]52;c;cHduZWQ=\x07c", "␛]52;c;cHduZWQ=␇c"],
  "status report": ["\x1b[6nr", "␛[6nr"],
  "C1 CSI": ["\x9b31mC1", "�31mC1"],
  "C1 OSC": ["\x9d0;c1title\x9cx", "�0;c1title�x"],
  DCS: ['\x1bP$q"p\x1b\\d', '␛P$q"p␛\\d'],
  "other screen": ["\x1b[?1049l e", "␛[?1049l e"],
  "link (OSC 8)": ["\x1b]8;;http://evil.example\x07click\x1b]8;;\x07", "␛]8;;http://evil.example␇click␛]8;;␇"],
  "right-to-left override": ["\u202Egpj.exe", "�gpj.exe"],
  "carriage return": ["a\rFAKE", "a␍FAKE"],
  backspace: ["\x08\x08\x08b", "␈␈␈b"],
  colour: ["\x1b[31mred", "␛[31mred"],
  NUL: ["a\x00b", "a␀b"],
  Zalgo: [`Z${"\u0335".repeat(80)}`, `Z${"\u0335".repeat(4)}`],
  DEL: ["a\x7fb", "a␡b"],
  isolates: ["\u2066a\u2067b\u2068c\u2069", "�a�b�c�"],
  "marks of direction": ["\u200ea\u200fb\u061c", "�a�b�"],
  "zero width space, word joiner, BOM": ["a\u200bb\u2060c\ufeff", "a�b�c�"],
  "soft hyphen": ["pay\u00adpal", "pay�pal"],
  "line separators": ["a\u2028b\u2029c", "a�b�c"],
  NEL: ["a\u0085b", "a�b"],
  interlinear: ["\ufff9a\ufffab\ufffb", "�a�b�"],
  "invisible operators": ["f\u2061x\u2064", "f�x�"],
  "tags without a flag": ["a\u{e0041}\u{e0042}b", "a��b"],
  "an unknown flag": ["\u{1f3f4}\u{e0075}\u{e0073}\u{e007f}", "\u{1f3f4}���"],
  "a known flag with a tail": [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u{e0041}",
    "\u{1f3f4}�������",
  ],
  "lone surrogates": ["a\ud83d b\ude00", "a� b�"],
  "form feed and vertical tab": ["a\x0cb\x0bc", "a␌b␋c"],
};

const HARMLESS: readonly string[] = [
  "plain text",
  "Müller, Zoë, Łukasz, Ελλάδα, Москва",
  "מה שלומך · مرحبا بالعالم",
  "日本語 한국어 中文",
  "👩‍👩‍👧‍👦 ❤️ 🏳️‍🌈 🇪🇸",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} Scotland",
  "می‌خواهم",
  "two\nlines",
  "e\u0323\u0302\u0301",
];

describe("sanitize", () => {
  test.each(Object.entries(HOSTILE))("%s", (_name, [payload, shown]) => {
    expect(sanitize(payload)).toBe(shown);
  });

  test.each(HARMLESS)("leaves %j alone", (text) => {
    expect(sanitize(text)).toBe(text);
  });

  test("tabs are spaces, CRLF is one newline", () => {
    expect(sanitize("a\tb\r\nc")).toBe("a    b\nc");
  });

  test("no control character comes through, whatever goes in; twice is as good as once", () => {
    const wild = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...Array.from("\x1b\x9b\r\n\t\u202e\u2066\u{e0041}\ud83d[]m;")),
        fc.string({ unit: "binary", maxLength: 2 }),
      ),
    });
    fc.assert(
      fc.property(wild, (text) => {
        const out = sanitize(text);
        expect(out).not.toMatch(
          // oxlint-disable-next-line no-control-regex -- they are what must not be there
          /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/,
        );
        expect(out.isWellFormed()).toBe(true);
        expect(sanitize(out)).toBe(out);
      }),
      { numRuns: 1000, seed: 7 },
    );
  }, 60_000);
});

describe("sanitizeLine", () => {
  test("is one line, cut", () => {
    expect(sanitizeLine("a\nb")).toBe("a␊b");
    expect(sanitizeLine("😀".repeat(100), 5)).toBe("😀😀😀😀…");
    expect(sanitizeLine("12345", 5)).toBe("12345");
  });
});
