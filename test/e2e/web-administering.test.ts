// The dialog of administration in Spanish and Portuguese, in a real browser: no English word in labels, hints, answers and complaints,
// and nothing that is wider than the dialog.
import { expect, test } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import { sayIn } from "../../src/client/face/web/page/words/say.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test.each([
  {
    language: "es",
    user: "usuario",
    typed: "USUARIO PAPEL",
    table: /^usuario +papel +desactivado +dispositivos\nada +owner +no +3$/,
    wrong: "Este acto no tiene «quux»: Tiene after, count",
  },
  {
    language: "pt",
    user: "usuário",
    typed: "USUÁRIO PAPEL",
    table: /^usuário +papel +desativado +dispositivos\nada +owner +não +3$/,
    wrong: "Este ato não tem “quux”: Tem after, count",
  },
])("$language", async ({ language, user, typed, table, wrong }) => {
  const say = sayIn(language);
  const screens = new FakeScreens();
  screens.change({ settings: { ...screens.view.settings, language } });
  const users = [{ user: "ada", role: "owner", disabled: false, deviceCount: 3 }];
  screens.answers.set("admin", () => ({ ok: true, users }));
  await using window = await pages.open({ who: screens });
  const { page: shown } = window;
  await shown.getByRole("button", { name: say("settings") }).click();
  await shown.getByRole("button", { name: say("admin") }).click();
  const dialog = shown.getByRole("dialog", { name: say("admin") });
  await dialog.getByRole("button", { name: say("do-it") }).click();
  const answer = dialog.getByRole("status", { name: say("admin-answer") });
  await answer.waitFor();
  expect(await answer.textContent()).toMatch(table);

  await dialog.getByLabel(say("admin-act")).selectOption("role");
  await dialog.getByLabel(user, { exact: true }).waitFor();
  await dialog.getByText(typed, { exact: true }).waitFor();
  expect(await dialog.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);

  screens.answers.set("admin", () => {
    throw new Fault("bad-field", '"quux" is no field of this act', { hint: "it has after, count" });
  });
  await dialog.getByLabel(say("admin-act")).selectOption("users");
  await dialog.getByRole("button", { name: say("do-it") }).click();
  const complaint = dialog.getByRole("alert");
  await complaint.waitFor();
  expect(await complaint.textContent()).toBe(wrong);
});
