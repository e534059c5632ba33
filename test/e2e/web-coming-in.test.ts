// How a person comes to the page in a real browser: by the redirect file and its token, and for the first time.
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { openPage } from "../../src/client/face/web/opening.ts";
import type { FirstRun, LoginRequest } from "../../src/client/face/web/protocol/first-run.ts";
import { Fault } from "../../src/model/fault.ts";
import { faultsOf } from "../kit/web/browser.ts";
import { FakeScreens } from "../kit/web/fake-screens.ts";
import { Pages } from "../kit/web/pages.ts";

const pages = new Pages();

test("the token leaves the address, works once, and a reload stays in", async () => {
  await using window = await pages.open();
  await window.page.getByRole("article").first().waitFor();
  expect(window.page.url()).toBe(`${window.web.origin}/`);
  await window.page.reload();
  await window.page.getByRole("article").first().waitFor();
  expect(await window.page.context().cookies()).toEqual([]);
  expect(await window.page.evaluate("localStorage.length")).toBe(0);
  const other = await window.page.context().newPage();
  await other.goto(window.web.origin);
  await other.getByText("Open it again from chat-client").waitFor();
});

test("the redirect file leads to the page, and is gone when the page is there", async () => {
  await using window = await pages.open();
  const { web } = window;
  // The browser that it starts finds no such display, and goes; ours follows the file.
  const env = { DISPLAY: ":987", PATH: "/usr/bin:/bin", HOME: web.folder };
  const system = { platform: "linux", env, isThere: (path: string) => path === "/usr/bin/chromium" };
  await openPage(web.web, { folder: web.folder, system, random: (bytes) => randomBytes(bytes) });
  const [name = ""] = readdirSync(join(web.folder, "open"));
  const fresh = await (await pages.browser.newContext()).newPage();
  await fresh.goto(pathToFileURL(join(web.folder, "open", name)).href);
  await fresh.getByRole("article").first().waitFor();
  expect(fresh.url()).toBe(`${web.origin}/`);
  expect(readdirSync(join(web.folder, "open"))).toEqual([]);
  await fresh.context().close();
});

test("who is nobody yet comes in by a line of invitation, and is told what is wrong with another", async () => {
  const screens = new FakeScreens();
  const firstRun: FirstRun = {
    look: async (line) => {
      if (line !== "good")
        throw new Fault("invitation-malformed", "this is no invitation", { hint: "ask for a new one" });
      return { server: "chat.example.org", realm: "ab".repeat(32), asks: "name" };
    },
    join: async ({ user }) => {
      if (user === undefined) throw new Fault("user-missing", "nobody has said who", { hint: "join --user NAME" });
      if (user === "taken") throw new Fault("user-taken", "somebody has this name");
      return screens;
    },
    register: async () => ({ words: [], asked: [] }),
    written: async () => screens,
    login: async () => screens,
    recover: async () => screens,
    certificates: async () => screens,
  };
  await using window = await pages.open({ who: firstRun, context: { bypassCSP: true } });
  const { page: shown } = window;
  await shown.getByRole("heading", { name: "Welcome to Mutual" }).waitFor();
  expect(await faultsOf(shown)).toEqual([]);
  const line = shown.getByRole("textbox", { name: "Line of invitation" });
  await line.fill("bad");
  await shown.getByRole("button", { name: "Continue" }).click();
  await shown.getByText("This is not a whole invitation: paste the line").waitFor();
  await line.fill("good");
  await shown.getByRole("button", { name: "Continue" }).click();
  await shown.getByLabel(/^The name you want/).waitFor();
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("alert").getByText("type the name that you want in the field above").waitFor();
  await shown.getByLabel(/^The name you want/).fill("Ada Lovelace");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("alert").getByText("This name cannot be used").waitFor();
  await shown.getByLabel(/^The name you want/).fill("taken");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByText("Somebody in the realm has this name").waitFor();
  await shown.getByLabel(/^The name you want/).fill(" @ada");
  await shown.getByRole("button", { name: "Come in" }).first().click();
  await shown.getByRole("heading", { name: "general" }).waitFor();
});

const AWAY = {
  values: { server: "192.0.2.7:12346" },
  hint: "start chat-server there",
};
const FAULTS = [
  new Fault("login-refused", "the name or the password is wrong"),
  new Fault("too-many-requests", "too many at once", { hint: "wait half a minute" }),
  new Fault("realm-line", "this is not the whole line of a realm"),
  new Fault("connect-no-login", "nothing listens at 192.0.2.7:12346", AWAY),
  new Fault("no-accounts", "this server lets nobody in by a password", { hint: "ask who runs it" }),
  new Fault("handle-invalid", "this is not a valid name"),
];

test.each([
  [
    "en",
    [
      "The name or the password is wrong: try again",
      "Too many at once: Wait half a minute",
      "This is not the whole line of a realm: paste it",
      "Nothing listens at 192.0.2.7:12346: Start chat-server",
      "This server lets nobody in by a password",
      "This name cannot be used",
    ],
  ],
  [
    "es",
    [
      "El nombre o la contraseña no es correcto: prueba otra vez",
      "Son demasiados intentos a la vez: Espera medio minuto",
      "Esto no es la línea entera de un reino: pégala",
      "Nada escucha en 192.0.2.7:12346: Arranca",
      "Este servidor no deja entrar a nadie con contraseña",
      "Ese nombre no se puede usar",
    ],
  ],
  [
    "pt",
    [
      "O nome ou a senha não está certo: tente de novo",
      "São tentativas demais ao mesmo tempo: Espere meio minuto",
      "Isto não é a linha inteira de um reino: cole",
      "Nada escuta em 192.0.2.7:12346: Inicie",
      "Este servidor não deixa ninguém entrar com senha",
      "Esse nome não pode ser usado",
    ],
  ],
] as const)(
  "who has an account logs in, and reads what is wrong; what was typed stays: %s",
  async (locale, sentences) => {
    const screens = new FakeScreens();
    const faults = [...FAULTS];
    const asked: LoginRequest[] = [];
    const refuse = async (): Promise<never> => {
      throw new Error("this is not asked for");
    };
    const login = async (request: LoginRequest): Promise<FakeScreens> => {
      asked.push(request);
      const fault = faults.shift();
      if (fault !== undefined) throw fault;
      return screens;
    };
    const firstRun: FirstRun = {
      look: refuse,
      join: refuse,
      register: refuse,
      written: refuse,
      login,
      recover: refuse,
      certificates: refuse,
    };
    await using window = await pages.open({ who: firstRun, context: { locale } });
    const form = window.page.locator("form").filter({ has: window.page.locator("[autocomplete=current-password]") });
    await form.locator("textarea").fill("* on another machine: chat-client login 'chat://example' --user ada");
    await form.locator("[autocomplete=current-password]").fill("five words");
    for (const sentence of sentences) {
      await form.locator("[type=submit]").click();
      await form.getByRole("alert").getByText(sentence).waitFor();
      expect(await form.locator("[autocomplete=username]").inputValue()).toBe("ada");
      expect(await form.locator("[autocomplete=current-password]").inputValue()).toBe("five words");
    }
    await form.locator("[autocomplete=new-password]").fill("for this device");
    await form.locator("[type=submit]").click();
    await window.page.getByRole("heading", { name: "general" }).waitFor();
    const given = { line: "chat://example", user: "ada", password: "five words" };
    expect(asked).toEqual([...FAULTS.map(() => given), { ...given, passphrase: "for this device" }]);
    expect(window.requests.filter((url) => url.includes("five"))).toEqual([]);
  },
);
