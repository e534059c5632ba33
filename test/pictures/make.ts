// `make pictures`: docs/pictures, from a real conversation of real programs: a server, three clients that talk, and one of them looked at in
// the terminal and in the window, in light and dark, in three languages.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { CLIENT, type ClientProgram, HOME, type Json } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { Terminal } from "../kit/tmux.ts";
import { launch } from "../kit/web/browser.ts";
import { GuiProgram } from "../kit/web/gui-program.ts";
import { png } from "../kit/web/png.ts";
import { terminalPage } from "./ansi.ts";

const PLACE = join(import.meta.dirname, "../../docs/pictures");
/** White behind everything. */
const LIGHT = "48;5;231";
const SIZE = { columns: 100, rows: 30 };

interface People {
  readonly bob: ClientProgram;
  readonly carla: ClientProgram;
}

/** At dusk: colours that run into each other. */
function garden(): Buffer {
  return png(320, 200, (x, y) => {
    const hill = 120 + 30 * Math.sin(x / 40) + 12 * Math.sin(x / 11);
    return y < hill ? [40 + y, 60 + y / 2, 140 - y / 3] : [30, 110 - (y - hill) / 2, 50];
  });
}

/** What somebody answers or reacts to has to be there. */
const heard = (who: ClientProgram, said: Json): Promise<Json> =>
  who.event((line) => line["event"] === "message" && line["message"] === said["message"]);

async function talk({ bob, carla }: People, realm: OwnRealm): Promise<void> {
  const picture = realm.file("garden.png");
  writeFileSync(picture, garden());
  await bob.done({ do: "create", name: "garden", join: "open", listed: true });
  for (const user of ["ada", "carla"]) await bob.done({ do: "add", to: "#garden", user });
  await carla.event((line) => line["event"] === "conversation" && line["conversation"] === "#garden");
  await bob.done({ do: "topic", to: "#garden", text: "who waters what, and when" });
  await bob.says("I watered the tomatoes this morning", "#garden");
  const asked = await carla.says("does anybody have the key of the shed?", "#garden");
  await heard(bob, asked);
  await carla.says("¿quedamos mañana a las diez? La puerta está cerrada", "#garden");
  await bob.done({ do: "send", to: "#garden", text: "it hangs **behind the door**", replyTo: asked["message"] });
  await carla.done({ do: "file", to: "#garden", path: picture, text: "from yesterday evening" });
  const last = await bob.says("você viu? `make build` took 9 s 👍🏽", "#garden");
  await heard(carla, last);
  await carla.done({ do: "react", to: "#garden", message: last["message"], emoji: "🎉", on: true });
  await carla.says("@ada can you bring the seeds on Sunday?", "#garden");
  await bob.says("see you on Sunday", "@ada");
}

function opened(realm: OwnRealm, language: string): Terminal {
  const env = { PATH: "/usr/bin:/bin", HOME, LC_ALL: "C.UTF-8", TERM: "xterm-256color", CHAT_UI: "tui" };
  return new Terminal(`LC_ALL=${language} ${CLIENT} --home ${realm.file("ada")}; echo; echo it has ended; sleep 60`, {
    ...SIZE,
    env,
    cwd: "/",
  });
}

/** Looks are kept, and the word that they were taken would stand in the picture: so they are chosen in a start of their own. */
async function look(realm: OwnRealm, theme: string): Promise<void> {
  using terminal = opened(realm, "C.UTF-8");
  await terminal.shows("#garden");
  terminal.type(`/theme ${theme}`);
  await terminal.shows(`theme: ${theme}`);
  terminal.type("/quit");
  await terminal.shows("it has ended");
}

/** `members`: as this language says it. */
async function inTerminal(
  realm: OwnRealm,
  page: Page,
  { name, language, members, theme = "system" }: { name: string; language: string; members: string; theme?: string },
): Promise<void> {
  await look(realm, theme);
  using terminal = opened(realm, language);
  await terminal.shows("#garden");
  terminal.type("/to #garden");
  await terminal.shows("on Sunday?");
  await terminal.shows(members);
  for (let tries = 0; terminal.colours().includes(LIGHT) !== (theme === "light") && tries < 100; tries += 1)
    await page.waitForTimeout(50);
  await page.setContent(terminalPage(terminal.colours()));
  await page.locator("pre").screenshot({ path: join(PLACE, `${name}.png`) });
  terminal.type("/quit");
  await terminal.shows("it has ended");
}

async function inWindow(realm: OwnRealm, browser: Browser): Promise<void> {
  const looks = [
    ["window-light", "light", "en_US.UTF-8", { width: 1180, height: 760 }],
    ["window-dark", "dark", "en_US.UTF-8", { width: 1180, height: 760 }],
    ["window-es", "light", "es_ES.UTF-8", { width: 1180, height: 760 }],
    ["window-pt", "dark", "pt_BR.UTF-8", { width: 1180, height: 760 }],
    ["window-narrow", "light", "en_US.UTF-8", { width: 400, height: 800 }],
  ] as const;
  for (const [name, colorScheme, LANG, viewport] of looks) {
    await using gui = await GuiProgram.open(["--home", realm.file("ada")], {
      browser,
      env: { LANG },
      context: { colorScheme, viewport },
    });
    const { page } = gui;
    const row = page.getByText("#garden").first();
    // A narrow one shows the conversation that was open before.
    if (viewport.width > 600) await row.click();
    await page.getByText("on Sunday?").last().waitFor();
    await page.getByRole("img", { name: "garden.png" }).waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(PLACE, `${name}.png`) });
  }
}

mkdirSync(PLACE, { recursive: true });
await using realm = await OwnRealm.init();
await realm.start();
await realm.joined(realm.line, "bob", "--user", "bob", "--name", "Bob Brown");
for (const [user, name] of [
  ["ada", "Ada"],
  ["carla", "Carla Núñez"],
] as const)
  await realm.joined(await realm.invite(user, "--name", name), user);
{
  await using people = new AsyncDisposableStack();
  const client = (home: string): ClientProgram => {
    const one = realm.client(home);
    people.defer(() => one.end());
    return one;
  };
  const [bob, carla, ada] = [client("bob"), client("carla"), client("ada")];
  await Promise.all([bob, carla, ada].map((one) => one.ready()));
  await talk({ bob, carla }, realm);
  await ada.event((line) => line["event"] === "message" && line["text"] === "see you on Sunday");
}
const browser = await launch();
try {
  for (const [name, language, members, theme] of [
    ["terminal", "C.UTF-8", "3 members", "system"],
    ["terminal-light", "C.UTF-8", "3 members", "light"],
    ["terminal-es", "es_ES.UTF-8", "3 miembros", "system"],
    ["terminal-pt", "pt_BR.UTF-8", "3 membros", "system"],
  ] as const)
    await inTerminal(realm, await browser.newPage({ viewport: { width: 1000, height: 700 } }), {
      name,
      language,
      members,
      theme,
    });
  await inWindow(realm, browser);
} finally {
  await browser.close();
}
