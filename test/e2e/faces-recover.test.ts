// Accounts in the first run of both faces, by the packaged executables: the password is lost and the paper is not; and, in a terminal, one
// that is made by an invitation.
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AccountRealm, OTHER, PASSWORD } from "../kit/account-realm.ts";
import { inTerminal, inWindow } from "../kit/faces.ts";
import { foundIn } from "../kit/vault.ts";
import { launch } from "../kit/web/browser.ts";

const SIZE = { columns: 120, rows: 50 };

let realm: AccountRealm;
beforeAll(async () => {
  realm = await AccountRealm.start();
  for (const user of ["ivy", "jan"]) await realm.register(user);
}, 60_000);
afterAll(() => realm[Symbol.asyncDispose]());

const phraseOf = (user: string): string => readFileSync(realm.file(`${user}.phrase`), "utf8").trim();
/** Its fifth word is none. */
const bent = (phrase: string): string => phrase.split(" ").with(4, "zzzz").join(" ");

/** The new password is good elsewhere, that of before is not, the first device is still one, and nothing of what was typed is on the disk. */
async function isRecovered(user: string, home: string): Promise<void> {
  await using first = realm.own.client(user);
  await first.ready();
  expect(await realm.logIn(user, `${user}-new`, OTHER)).toMatchObject({ code: 0 });
  expect(await realm.logIn(user, `${user}-old`)).toMatchObject({ code: 6 });
  for (const folder of [home, "data"])
    expect(foundIn(realm.file(folder), [PASSWORD, OTHER, phraseOf(user)])).toEqual([]);
}

test("in a window: what is wrong with the words is said, and the words on paper end in the lobby", async () => {
  await using browser = await launch();
  await using window = await inWindow(realm.own, "window", { browser });
  const { page } = window;
  const before = page.locator("form").filter({ has: page.getByRole("heading", { name: "account with a password" }) });
  await before.getByRole("textbox", { name: "Line of the realm" }).fill(realm.line);
  await before.getByLabel("Your name there").fill("ivy");
  await before.getByRole("button", { name: "Password lost?" }).click();
  const form = page.locator("form").filter({ has: page.getByRole("heading", { name: "Password lost?" }) });
  const focused = () => page.evaluate("document.activeElement.textContent");
  expect(await focused()).toBe("Password lost?");
  const words = form.getByLabel("The 24 words of the recovery phrase");
  const [next, again] = [
    form.getByLabel("New password", { exact: true }),
    form.getByLabel("The same password again", { exact: true }),
  ];
  const go = form.getByRole("button", { name: "Come in" });
  for (const [phrase, first, second, sentence] of [
    [bent(phraseOf("ivy")), OTHER, OTHER, "Word 5 of the recovery phrase is not in the list"],
    [phraseOf("jan"), OTHER, OTHER, "The name or the recovery phrase is wrong"],
    [phraseOf("ivy"), "short", "short", "A password has at least 8 characters"],
    [phraseOf("ivy"), OTHER, PASSWORD, "The two are not the same"],
  ] as const) {
    await words.fill(phrase);
    await next.fill(first);
    await again.fill(second);
    await go.click();
    await form.getByRole("alert").getByText(sentence).waitFor();
  }
  expect(existsSync(realm.file("window/profiles.json"))).toBe(false);
  // Back, and what was typed of the realm is there still.
  await form.getByRole("button", { name: "Back" }).click();
  expect(await focused()).toBe("I have an account with a password");
  expect(await before.getByLabel("Your name there").inputValue()).toBe("ivy");
  await before.getByRole("button", { name: "Password lost?" }).click();
  // As people copy it from paper.
  await words.fill(
    phraseOf("ivy")
      .split(" ")
      .map((word, at) => `${at + 1}. ${word.toUpperCase()}`)
      .join("\n"),
  );
  await next.fill(OTHER);
  await again.fill(OTHER);
  await go.click();
  await page.getByText("Encrypted", { exact: true }).waitFor();
  await page.getByRole("heading", { level: 1, name: "#lobby" }).waitFor();
  await isRecovered("ivy", "window");
}, 60_000);

test("in a terminal, in Portuguese: recover, and nothing of what is secret is shown", async () => {
  using jan = inTerminal(realm.own, "terminal", { before: "LC_ALL=pt_BR.UTF-8", size: SIZE });
  await jan.shows("recover se perdeu a senha");
  jan.type(`recover ${realm.line}`);
  await jan.shows("o seu nome lá");
  jan.type("jan");
  for (const [asked, typed] of [
    ["as 24 palavras", bent(phraseOf("jan"))],
    ["a palavra 5 da frase de recuperação não está na lista", phraseOf("jan")],
    ["senha nova, pelo menos 8", "curta"],
    ["uma senha tem pelo menos 8 caracteres", OTHER],
    ["a mesma outra vez", PASSWORD],
    ["não foi a mesma nas duas vezes", OTHER],
    [/não foi a mesma[^]*a mesma outra vez/, OTHER],
    ["uma frase secreta para o que fica guardado", ""],
  ] as const) {
    await jan.shows(asked);
    if (typed === "") jan.press("Enter");
    else jan.type(typed);
  }
  await jan.shows("cifrado de ponta a ponta");
  jan.press("C-q");
  const all = (await jan.shows("exit 0")) + jan.history();
  expect(all).toContain("a partir de agora vale a senha nova");
  expect(all).toContain("você é @jan no reino");
  for (const secret of [OTHER, PASSWORD, phraseOf("jan"), "zzzz"]) expect(all).not.toContain(secret);
  await isRecovered("jan", "terminal");
}, 60_000);

test("in a terminal: register before the line of an invitation; the words are shown once and asked back", async () => {
  using kim = inTerminal(realm.own, "registered", { size: SIZE });
  await kim.shows("write register before it");
  kim.type(`register ${await realm.own.invite("kim")}`);
  await kim.shows("new password, at least 8 characters");
  kim.type(PASSWORD);
  await kim.shows("the same again");
  kim.type(PASSWORD);
  // Another one than that of the account: typed wrongly once, and what was chosen before holds.
  await kim.shows("a passphrase for what is kept");
  kim.type(OTHER);
  await kim.shows(/kept on this machine[^]*the same again/);
  kim.type(PASSWORD);
  await kim.shows(/not the same twice[^]*a passphrase for what is kept/);
  kim.press("Enter");
  const shown = await kim.shows("Enter, when the words are on paper");
  const numbered = new Map(
    [...shown.matchAll(/(?<=\s)(\d+) ([a-z]{3,8})(?=\s)/g)].map(([, at, word = ""]) => [Number(at), word]),
  );
  expect([...numbered.keys()].toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 24 }, (_, at) => at + 1),
  );
  kim.press("Enter");
  await kim.shows(/word \d+ of it:/);
  for (const word of numbered.values()) expect(kim.screen() + kim.history()).not.toMatch(new RegExp(`\\d ${word}\\b`));
  expect(kim.screen()).not.toContain("This is the recovery phrase");
  const places: number[] = [];
  const answered = async (answer: (place: number) => string): Promise<void> => {
    const from = places.length;
    while (places.length < from + 3) {
      const screen = await kim.shows(new RegExp(`(?:word \\d+ of it:[^]*){${places.length + 1}}`));
      const place = Number([...screen.matchAll(/word (\d+) of it:/g)].at(-1)?.[1]);
      places.push(place);
      kim.type(answer(place));
    }
  };
  await answered(() => "abandon");
  await kim.shows("the words that were asked back are not those of the phrase");
  await answered((place) => numbered.get(place) ?? "");
  await kim.shows("end-to-end");
  kim.press("C-q");
  const all = (await kim.shows("exit 0")) + kim.history();
  expect(all).toContain("you are @kim in the realm");
  expect(all).toContain("on another machine: chat-client login 'chat://");
  expect(all).not.toContain(PASSWORD);
  expect(await realm.logIn("kim", "kim-2")).toMatchObject({ code: 0 });
}, 60_000);
