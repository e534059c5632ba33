// What administration says, and how commands are typed, in Spanish and Portuguese: nothing is left out, and nothing stays English.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ACT_FORMS } from "../../../../src/client/face/admin-acts.ts";
import { adminLines } from "../../../../src/client/face/lines/admin-lines.ts";
import {
  GATHERING,
  PEOPLE,
  READING,
  REALM,
  RUNNING,
  SAYING,
  type Verb,
} from "../../../../src/client/face/lines/verbs.ts";
import { OWN_COMMANDS } from "../../../../src/client/face/tui/scene/command-names.ts";
import { ACTS, actRows, ANSWER_WORDS, answerSay } from "../../../../src/client/face/administering.ts";
import { FIELD_NAMES } from "../../../../src/client/face/words/field-names.ts";
import { STANDS_FOR, usageWords } from "../../../../src/client/face/words/usage.ts";

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
const VERBS = [SAYING, READING, GATHERING, PEOPLE, REALM, RUNNING].flatMap((group) => Object.values<Verb>(group));

describe("words", () => {
  test("each act has them in each language", () => {
    expect(Object.keys(ACTS)).toEqual(Object.keys(ACT_FORMS));
    expect(actRows("es").map(([, does]) => does)).toEqual(Object.values(ACTS).map(([es]) => es));
    expect(actRows("en")[1]).toEqual(["user USER", "one user and their devices"]);
    expect(actRows("pt")[1]).toEqual(["user USUÁRIO", "um usuário e os seus dispositivos"]);
  });

  test("of answers: each that is looked for is there, with the same places", () => {
    const source = `${read("src/client/face/lines/admin-lines.ts")}${read("src/model/table.ts")}`;
    const asked = [...source.matchAll(/\b(?:say|word|wordIn)\((?:world, )?"([^"]+)"/g)].map(
      ([, english = ""]) => english,
    );
    expect(asked.length).toBeGreaterThan(9);
    expect(asked.filter((english) => !Object.hasOwn(ANSWER_WORDS, english))).toEqual([]);
    const places = (sentence: string): readonly string[] => (sentence.match(/\{\w+\}/g) ?? []).toSorted();
    for (const [english, [es, pt]] of Object.entries(ANSWER_WORDS)) {
      expect([english, places(es)]).toEqual([english, places(english)]);
      expect([english, places(pt)]).toEqual([english, places(english)]);
    }
  });

  test("of fields: both languages have the same, and each field of docs/administration.md", () => {
    expect(Object.keys(FIELD_NAMES.pt)).toEqual(Object.keys(FIELD_NAMES.es));
    const rows = [...read("docs/administration.md").matchAll(/^\| `(\w+)` \|([^|]*)\|([^|]*)\|/gm)];
    const acts = rows.filter(([, act = ""]) => Object.hasOwn(ACT_FORMS, act));
    expect(acts.map(([, act = ""]) => act).toSorted()).toEqual(Object.keys(ACT_FORMS).toSorted());
    const named = acts.flatMap(([, , , answer = ""]) => [...answer.matchAll(/[[{] ?`(\w+)`|, `(\w+)`/g)]);
    const fields = named.map(([, first, next]) => first ?? next ?? "");
    const known = new Set([...Object.keys(FIELD_NAMES.es), ...NO_FIELDS]);
    expect(fields.length).toBeGreaterThan(25);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
  });

  test("of what a command is typed with", () => {
    const usages = [...VERBS, ...Object.values(ACT_FORMS)]
      .map(({ usage }) => usage)
      .concat(Object.values(OWN_COMMANDS));
    const words = usages.flatMap((usage) => usage.match(/[A-Z]{2,}/g) ?? []);
    expect(words.filter((word) => !Object.hasOwn(STANDS_FOR, word))).toEqual([]);
    expect(usageWords("/privacy [WHAT on|off]", "es")).toBe("/privacy [QUÉ on|off]");
    expect(usageWords("/reply M TEXT", "pt")).toBe("/reply M TEXTO");
    expect(usageWords("/reply M TEXT", "en")).toBe("/reply M TEXT");
  });
});

/** Words of that table that are values, and `more`, which no face shows, or which are shown under another name. */
const NO_FIELDS = ["sources", "open", "invited", "flag", "setting", "usual", "clear", "admin", "member"];

describe("answers", () => {
  const clockTime = (ms: number): string => `T${ms}`;
  const es = { clockTime, say: answerSay("es") };
  const pt = { clockTime, say: answerSay("pt") };

  test("a table", () => {
    const users = [{ user: "bob", role: "member", disabled: false, deviceCount: 2 }];
    expect(adminLines("users", { users, more: true }, es)).toEqual([
      "  usuario  papel   desactivado  dispositivos",
      "  bob      member  no           2",
      "  hay más: after=bob",
    ]);
    expect(adminLines("users", { users: [], more: false }, pt)).toEqual(["  não há usuários"]);
    expect(adminLines("enable", { ok: true }, pt)).toEqual(["  feito"]);
  });

  test("an invitation, with what is special about it", () => {
    const line = "chat://example.org/#x";
    expect(adminLines("invite", { line, expiresAt: 5, uses: 3, role: "admin", leaseUntil: 9 }, es)).toEqual([
      "  para quien la tenga, 3 veces, hasta T5, como admin del reino, invitado hasta T9:",
      `  chat-client join '${line}'`,
    ]);
    expect(adminLines("invite", { line, expiresAt: 5, user: "bob", openpgp: "F" }, pt)).toEqual([
      "  para @bob, uma vez, até T5:",
      `  chat-client join '${line}' --pgp ENDEREÇO`,
    ]);
  });

  test("where something is from, and what a place in a value would be", () => {
    const limits = { messageRate: 5, sources: { messageRate: "usual" } };
    expect(adminLines("limits", limits, es)[1]).toMatch(/messageRate +5 +lo habitual/);
    expect(adminLines("users", { users: [{ user: "{place}" }], more: true }, es).at(-1)).toBe(
      "  hay más: after={place}",
    );
  });
});
