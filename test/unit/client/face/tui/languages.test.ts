// The screen in Spanish and Portuguese, small and large: exact rows, and nothing that one must see is cut off.
import { describe, expect, test } from "vitest";
import type { ScreenView } from "../../../../../src/client/port/screens.ts";
import { sayIn } from "../../../../../src/client/face/tui/words/say.ts";
import { Fault } from "../../../../../src/model/fault.ts";
import { busyView, happened, NOON, openView, saidBy } from "../../../../kit/made-up-screens.ts";
import { KEY, sitting, type Sitting } from "./tui.ts";

const LANGUAGES = ["es", "pt"] as const;
const SIZES = [
  { columns: 60, rows: 15 },
  { columns: 100, rows: 30 },
] as const;
const EVERY = LANGUAGES.flatMap((language) => SIZES.map((size) => ({ language, ...size })));

function speaking(view: ScreenView, language: string, more: Partial<ScreenView["settings"]> = {}): ScreenView {
  return { ...view, settings: { ...view.settings, language, ...more } };
}

const TALK = openView("#general", [
  { item: "date", key: "d", at: NOON },
  happened(1, {
    event: "member",
    at: NOON,
    conversation: "#general",
    user: "alice",
    name: "Alice",
    change: "added",
    by: "bruno",
  } as never),
  saidBy("bruno", "buenos días", { n: 1 }),
  saidBy("alice", "hello", { n: 2, state: "delivered", edited: 3 }),
  { item: "unread", key: "u", count: 1 },
  saidBy("carla", "hi", { n: 3 }),
]);

describe("exact rows", () => {
  test("Spanish, at 60 columns and 15 rows", async () => {
    const { terminal } = await sitting(speaking(TALK, "es"), { columns: 60, rows: 15 });
    expect(terminal.rows()).toEqual([
      " #general                            2 miembros, 2 en línea",
      "────────────── Hoy, viernes, 20 de noviembre ───────────────",
      "12:00                * @bruno te añadió a #general",
      "12:01        Bruno ◆ │ buenos días",
      "12:02           tú ✓✓│ hello (editado)",
      "──────────────────────── 1 sin leer ────────────────────────",
      "12:03  Carla Nunes   │ hi",
      "",
      "",
      "",
      "",
      "",
      "────────────────────────────────────────────────────────────",
      ">  escribe un mensaje, F1 para ayuda",
      " ● TLS 1.3  E2E  ◆ 0/1                      @alice 616c6963",
    ]);
  });

  test("Portuguese, at 60 columns and 15 rows", async () => {
    const { terminal } = await sitting(speaking(TALK, "pt"), { columns: 60, rows: 15 });
    expect(terminal.rows()).toEqual([
      " #general                               2 membros, 2 online",
      "──────────── Hoje, sexta-feira, 20 de novembro ─────────────",
      "12:00                * @bruno adicionou você a #general",
      "12:01        Bruno ◆ │ buenos días",
      "12:02         você ✓✓│ hello (editada)",
      "──────────────────────── 1 não lida ────────────────────────",
      "12:03  Carla Nunes   │ hi",
      "",
      "",
      "",
      "",
      "",
      "────────────────────────────────────────────────────────────",
      ">  escreva uma mensagem, F1 para ajuda",
      " ● TLS 1.3  E2E  ◆ 0/1                      @alice 616c6963",
    ]);
  });
});

/** What is opened by a key, and the words of its title and of the keys below it. */
const PAPERS = [
  [KEY.f1, "help", "keys-pages"],
  [KEY.f3, "members-of", "keys-members"],
  [KEY.f5, "settings", "keys-settings"],
  ["\x0b", "conversations", "keys-switcher"],
  ["\x06", "search", "keys-search"],
] as const;

describe.each(EVERY)("$language at $columns by $rows", ({ language, columns, rows }) => {
  const say = sayIn(language);
  const at = (view: ScreenView): Promise<Sitting> => sitting(speaking(view, language), { columns, rows });

  test("how it is connected, what is written where, and who one is, stand there whole", async () => {
    const one = await at(openView("#general", []));
    expect(one.screen()).toContain(say("write"));
    expect(one.screen()).toContain(say("nothing-said"));
    expect(one.rows().at(-1)).toMatch(/^ ● TLS.* @alice/);
  });

  test("the title of each paper, and how it is closed", async () => {
    const one = await at(busyView());
    for (const [key, title, keys] of PAPERS) {
      await one.type(key);
      const heading = title === "members-of" ? say.count("members", 5) : say(title);
      const frame = one.rows().filter((row) => /[┌└]─/.test(row));
      expect(frame[0]).toContain(` ${heading}`.slice(0, 20));
      expect(frame[1]).toContain(say(keys));
      expect(one.rows().at(-1)).toMatch(/TLS/);
      await one.type(KEY.escape);
    }
  });

  test("every setting with its value, but for what is longer than a row", async () => {
    const one = await at({ ...busyView(), settings: { ...busyView().settings, hasPassphrase: true } });
    await one.type(KEY.f5);
    for (const key of [
      "set-theme",
      "set-notifications",
      "set-bell",
      "set-quiet",
      "set-lock",
      "set-keywords",
      "set-language",
    ] as const)
      expect(one.screen()).toMatch(new RegExp(`${say(key)} +\\S`));
    expect(one.screen()).toContain(`‹ ${language === "es" ? "Español" : "Português"} ›`);
  });

  test("a chosen message says which keys there are, and always how to go back", async () => {
    const one = await at(busyView());
    await one.type(KEY.altUp);
    const keys = one.rows().find((row) => row.includes(`r ${say("select-reply")}`)) ?? "";
    expect(keys).toContain(`Esc ${say("select-back")}`);
  });

  test("a question is asked whole, and s is yes", async () => {
    const one = await at(TALK);
    await one.type(KEY.altUp, "\x1b[A", "d");
    expect(one.screen()).toContain(say("delete-sure"));
    expect(one.screen()).toContain(say("keys-confirm"));
    await one.type("s");
    expect(one.screens.asked).toMatchObject([{ do: "delete" }]);
  });

  test("locked: nothing but the field, and how it is opened", async () => {
    const one = await at({ ...TALK, locked: true });
    for (const key of ["locked", "locked-about", "keys-unlock"] as const) expect(one.screen()).toContain(say(key));
  });

  test("what goes wrong is said in this language, with what matters of it", async () => {
    const one = await at(TALK);
    const values = { path: "/tmp/plan.pdf" };
    one.screens.refusal = new Fault("source-missing", "there is no file /tmp/plan.pdf", { values });
    await one.type("/file /tmp/plan.pdf", KEY.enter);
    const squeezed = one.screen().replaceAll(/\s+/g, " ");
    expect(squeezed).toContain(
      say("error", { text: say.told({ code: "source-missing", message: "", values }).message }),
    );
    expect(squeezed).not.toContain("there is no file");
  });
});

test("no row of help is longer than a paper of 60 columns has room for, but for what is cut with a sign", async () => {
  for (const language of LANGUAGES) {
    const one = await sitting(speaking(TALK, language), { columns: 60, rows: 15 });
    await one.type(KEY.f1);
    for (let page = 0; page < 12; page += 1) {
      expect(one.rows().every((row) => row.length <= 60)).toBe(true);
      await one.type(KEY.pageDown);
    }
  }
});
