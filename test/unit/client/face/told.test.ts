// Nothing English is left in what a face says in Spanish or Portuguese: every code that can reach one has a sentence, every sentence
// with names in it is known again, and every hint too. The English is read out of the source, so that a new one is missed here.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../src/model/fault.ts";
import { commandOf } from "../../../../src/client/face/lines/plain-commands.ts";
import { readCommand } from "../../../../src/client/app/commands.ts";
import { typedFault } from "../../../../src/client/face/lines/typed-fault.ts";
import type { FaultWords } from "../../../../src/client/face/words/fault-words.ts";
import { faultWordsIn, told } from "../../../../src/client/face/words/faults.ts";
import { heardAmong, heardIn } from "../../../../src/client/face/words/heard.ts";

const ROOT = new URL("../../../../", import.meta.url);
const LANGUAGES = ["es", "pt"] as const;
const WORDS: Readonly<Record<string, FaultWords>> = {
  es: faultWordsIn("es"),
  pt: faultWordsIn("pt"),
};

/** Of docs/errors.md, what only a command line, a server or `make certs` says. */
const NOT_OF_A_FACE =
  /^(?:Exit codes|The command line|The server's own start|Coming in by OpenPGP|Accounts with a password|Who this is|make certs)/;
/** In the other parts: only a server's own start or care, only `chat-client NAME`. */
const ELSEWHERE = new Set(
  "store-locked store-unwritable store-corrupt store-too-new restore-not-empty restore-new drill-failed identity-exists".split(
    " ",
  ),
);
/** What stands in them is no sentence of ours: a defect, or what somebody at the server wrote. */
const AS_IT_CAME = ["internal", "link-internal"];

const docs = readFileSync(new URL("docs/errors.md", ROOT), "utf8");
const inTicks = (text: string): readonly string[] =>
  [...text.matchAll(/`([a-z][a-z-]*)`/g)].map(([, code = ""]) => code);

/** The codes of the first cells, and of the notices, which stand in prose. */
const CODES = docs
  .split(/^##+ /m)
  .flatMap((part) =>
    NOT_OF_A_FACE.test(part)
      ? []
      : [
          ...[...part.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = ""]) => inTicks(cell)),
          ...[...part.matchAll(/^A `notice` `([a-z-]+)`/gm)].map(([, code = ""]) => code),
        ],
  )
  .filter((code) => !ELSEWHERE.has(code));

/** Every file of the rooms whose sentences come to a face. */
const SOURCES: readonly (readonly [path: string, text: string])[] = [
  "src/client",
  "src/server/service",
  "src/mls",
].flatMap((room) =>
  readdirSync(new URL(room, ROOT), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("words"))
    .map((file) => [file, readFileSync(new URL(`${room}/${file}`, ROOT), "utf8")] as const),
);

const QUOTED = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\`[^\`]*\`)`;

/** What a literal says, with an `x` where a value will stand. */
function saidIn(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "x")
    .replaceAll('\\"', '"')
    .replaceAll("\\'", "'");
}

function found(pattern: RegExp, name = ""): readonly string[] {
  return SOURCES.filter(([path]) => path.endsWith(name)).flatMap(([, text]) =>
    [...text.matchAll(pattern)].map(([, literal = ""]) => saidIn(literal)),
  );
}

/** Alarms that say nothing beside what they are about. */
const ALONE =
  /^(?:the key of the realm's log proves|the realm's log cannot be believed|the server's log of certificates has lost|x: this device did not vouch)/;
/** Those of which a piece is put together elsewhere, as they are then. */
const PIECES: readonly (readonly [piece: string, whole: readonly string[]])[] = [
  [
    "(serial ",
    ["somebody was given a certificate for this very device, and this device has not asked for it (serial 7, T)"],
  ],
  [
    "shows different logs",
    ["this device was shown two", "@bob was shown another one than this device"].map(
      (whom) => `the server shows different logs of its certificates: ${whom}; somebody`,
    ),
  ],
  ["of before cannot be believed", ["1 message", "2 messages"].map((n) => `#a: ${n} of before cannot be believed: x`)],
  [
    "restored from an older backup, had x",
    ["a device", "2 devices"].map(
      (what) =>
        `#a: the server, restored from an older backup, had ${what} in it again that had been put out; bob has put that right`,
    ),
  ],
];

const unheard = (sentences: readonly string[], among: "detail" | "hint"): readonly string[] =>
  sentences.filter((sentence) => LANGUAGES.some((language) => heardIn(language, sentence, among) === undefined));

test("every code that can reach a face has a sentence in each language", () => {
  expect(CODES.length).toBeGreaterThan(300);
  for (const language of LANGUAGES)
    expect([language, CODES.filter((code) => !Object.hasOwn(WORDS[language] ?? {}, code))]).toEqual([language, []]);
});

test("no sentence has the English one in it, but for what is not ours to say", () => {
  for (const language of LANGUAGES)
    expect(
      Object.entries(WORDS[language] ?? {})
        .filter(([, { says }]) => [says].flat().some((one) => one.includes("{message}")))
        .map(([code]) => code),
    ).toEqual(AS_IT_CAME);
});

test("a sentence has no place that the English one has not, and both languages have the same", () => {
  const places = (sentence: string): readonly string[] => [...new Set(sentence.match(/\{\w+\}/g))].toSorted();
  for (const [en, es, pt] of [...heardAmong("detail"), ...heardAmong("hint")]) {
    expect([en, places(pt)]).toEqual([en, places(es)]);
    expect([en, places(es).filter((place) => !places(en).includes(place))]).toEqual([en, []]);
  }
});

describe("sentences with names in them are known again", () => {
  test("of fields", () => {
    const fields = found(new RegExp(String.raw`badField\((?:[^,()]+|"\w+"),\s*${QUOTED}`, "g"), "command-fields.ts")
      .concat(found(new RegExp(String.raw`badField\((?:[^,()]+|"\w+"),\s*${QUOTED}`, "g"), "app/commands.ts"))
      .map((what) => `x ${what}`);
    expect(fields.length).toBeGreaterThan(15);
    // Some are about one field alone, or have a piece that may be left out.
    const named = fields
      .map((one) =>
        one.replace(/^x is neither none/, "history is neither none").replace("not xwhole", "not 0 or whole"),
      )
      .map((one) =>
        one.includes("goes with neither") ? one.replace("x", "before") : one.replace(/^x goes/, "listed goes"),
      );
    expect(unheard(named, "detail")).toEqual([]);
  });

  test("of what the server says of an act", () => {
    const acts = [
      ...found(
        new RegExp(
          String.raw`new Fault\(\s*"(?:bad-field|last-owner|handle-invalid|role-unknown|reason-unknown|no-such-invitation|lease-over|too-many-devices|too-many-certificates|unknown-act)",\s*${QUOTED}`,
          "g",
        ),
        "-acts.ts",
      ),
      ...found(new RegExp(String.raw`\bbad\(name,\s*${QUOTED}`, "g"), "wish.ts").map((what) => `"user" ${what}`),
      ...found(new RegExp(String.raw`unclear\(\s*${QUOTED}`, "g"), "admin-words.ts"),
    ];
    expect(acts.length).toBeGreaterThan(15);
    // Those of bad-field and its like have nothing else to say than this.
    expect(unheard(acts, "detail")).toEqual([]);
  });

  test("of searches and keys", () => {
    const rest = [
      ...found(new RegExp(String.raw`wrong\(${QUOTED}`, "g"), "query.ts"),
      ...found(new RegExp(String.raw`new Fault\("bad-key",\s*${QUOTED}`, "g"), "bindings.ts"),
    ];
    expect(rest.length).toBeGreaterThan(5);
    expect(unheard(rest, "detail")).toEqual([]);
  });

  test("of alarms and notices", () => {
    const alarms = found(new RegExp(String.raw`alarm\(\s*(?:log,\s*)?"[\w-]+",\s*${QUOTED}`, "gi"))
      .concat(found(new RegExp(String.raw`const (?:message|what) =\s*${QUOTED}`, "g"), "intake.ts"))
      .concat(found(new RegExp(String.raw`const message = ${QUOTED}`, "g"), "events.ts"));
    expect(alarms.length).toBeGreaterThan(12);
    const plain = alarms
      .filter((one) => !ALONE.test(one))
      .flatMap((one) => PIECES.find(([piece]) => one.includes(piece))?.[1] ?? [one]);
    expect(unheard(plain, "detail")).toEqual([]);
  });
});

/** These say it to whoever writes a program, and are left out. */
const FOR_PROGRAMS = new Set(["bad-terms", "blob-size"]);

test("each hint has words: those of its code, or its own", () => {
  const pattern = new RegExp(String.raw`new Fault\(\s*"([\w-]+)",(?:(?!new Fault)[\s\S]){0,400}?hint: ${QUOTED}`, "g");
  const hints = SOURCES.flatMap(([, text]) =>
    [...text.matchAll(pattern)].map(([, code = "", literal = ""]) => [code, saidIn(literal)] as const),
  );
  expect(hints.length).toBeGreaterThan(60);
  for (const language of LANGUAGES) {
    const lost = hints.filter(([code, hint]) => {
      const word = WORDS[language]?.[code];
      const own = word?.hint ?? "{hint}";
      return (
        word !== undefined &&
        !FOR_PROGRAMS.has(code) &&
        own === "{hint}" &&
        heardIn(language, hint, "hint") === undefined
      );
    });
    expect([language, lost]).toEqual([language, []]);
  }
});

describe("what a person mistypes is told without an English word", () => {
  const ENGLISH = /\b(?:is|not|the|of|or|from|for|example|missing|whole|one|none|neither)\b/;
  const LINES = [
    "/expire x",
    "/expiring 5 hello",
    "/history 9999",
    "/mute x",
    "/role bob king",
    "/policy history x",
    "/create plans listed",
    "/join",
    "/add b!",
    "/link x",
    "/verify alice!",
    "/save ^ ",
    "/admin nothing",
    "/admin role bob",
    "/admin maintenance x",
    "/admin invite bob uses=x",
    "/admin users passphrase=x",
    "/admin users x:=x",
  ];

  const faultOf = (line: string): Fault => {
    try {
      const command = commandOf(line, true, { here: "#lobby", now: 0, homeFolder: "/" });
      const [wish] = command.do === "ask" ? command.wishes : [];
      try {
        readCommand({ ...wish?.fields, message: "00" });
      } catch (error) {
        throw typedFault(error, { fields: wish?.fields ?? {}, verb: line.slice(1).split(" ")[0], usage: () => "" });
      }
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    throw new Error(`${line} is understood`);
  };

  test.each(LINES)("%s", (line) => {
    for (const language of LANGUAGES) {
      const { message, hint = "" } = told(faultOf(line), language);
      const words = `${message}; ${hint}`.replaceAll(/none \(|: [a-z, ]+$|“[^”]*”|«[^»]*»/g, "");
      expect([language, words, ENGLISH.test(words)]).toEqual([language, words, false]);
    }
  });
});
