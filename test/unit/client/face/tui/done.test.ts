// What a typed command has set is said in one line, in the language that holds then.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting } from "./tui.ts";

const SAID: readonly (readonly [line: string, en: string, es: string, pt: string])[] = [
  [
    "/nick bruno B",
    "you call @bruno B from now on",
    "desde ahora llamas B a @bruno",
    "de agora em diante você chama @bruno de B",
  ],
  ["/nick bruno", "@bruno has the name again", "@bruno tiene otra vez el nombre", "@bruno tem outra vez o nome"],
  ["/quiet 22:00-7:30", "quiet hours: 22:00-07:30", "horas de silencio: 22:00-07:30", "horas de silêncio: 22:00-07:30"],
  ["/quiet off", "quiet hours: none", "horas de silencio: ningun", "horas de silêncio: nenhum"],
  ["/notify off", "notifications: off", "notificaciones: no", "notificações: não"],
  ["/level mentions", "only what names you", "solo suena lo que te nombra", "só toca o que cita você"],
  ["/pin", "#general stands at the top", "#general está arriba", "#general fica no topo"],
  ["/archive", "#general is put away", "#general está guardada", "#general está guardada"],
  ["/language pt", "idioma: Português", "idioma: Português", "idioma: Português"],
  ["/keywords deploy", "keywords: deploy", "palabras clave: deploy", "palavras-chave: deploy"],
];

describe.each([
  ["en", 0],
  ["es", 1],
  ["pt", 2],
] as const)("%s", (language, at) => {
  test.each(SAID)("%s", async (line, ...says) => {
    const one = await sitting({ ...TALK, settings: { ...TALK.settings, language } }, { columns: 100 });
    await one.type(line, KEY.enter);
    expect(one.screen()).toContain(says[at]);
    await one.type("x");
    expect(one.screen()).not.toContain(says[at]);
  });
});

test("the same change in the settings is seen there, and not said; what was refused is not said to be done", async () => {
  const one = await sitting(TALK, { columns: 100 });
  await one.type(KEY.f5, "\x1b[C", KEY.escape);
  expect(one.screen()).not.toContain("theme:");
  one.screens.refusal = new Fault("no-such-user", "nobody is called so");
  await one.type("/nick nobody N", KEY.enter);
  expect(one.screen()).toContain("nobody is called so");
  expect(one.screen()).not.toContain("from now on");
});

test("the name of a device", async () => {
  const one = await sitting(TALK, { columns: 100 });
  await one.type("/label 4f1c09aa old laptop", KEY.enter);
  expect(one.screen()).toContain("the device 4f1c09aa is called old laptop now");
});
