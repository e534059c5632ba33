// How the packaged client opens its window on a machine: what other users of it could read meanwhile, what lies in wait nearby, which port.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLIENT, Program } from "../kit/executables.ts";
import { inWindow } from "../kit/faces.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { launch } from "../kit/web/browser.ts";

const CHROMIUM = "/usr/bin/chromium";
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/#(\S+)/;
/** A namespace of mounts, in which the browser of the machine is another program. */
const isolated = [["--mount"], ["--mount", "--map-root-user"]].find(
  (flags) => spawnSync("unshare", [...flags, "sh", "-c", `mount --bind /bin/true ${CHROMIUM}`]).status === 0,
);

let realm: OwnRealm;
let browser: Browser;
beforeAll(async () => {
  [realm, browser] = await Promise.all([OwnRealm.init(), launch()]);
  await realm.start();
  await realm.joined(realm.line, "ann", "--user", "ann");
}, 60_000);
afterAll(async () => {
  await browser.close();
  await realm[Symbol.asyncDispose]();
});

/** Says that it was run, and with what. */
function program(path: string): string {
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${path}.new"\nenv >> "${path}.new"\nmv "${path}.new" "${path}.ran"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

/** Of every process of this machine that may be looked at: how it was called. */
function commandLines(): readonly string[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
    } catch {
      return [];
    }
  });
}

/** The folder of the only device of this home. */
function windowOf(home: string): string {
  const [device = ""] = readdirSync(realm.file(`${home}/window`));
  return realm.file(`${home}/window/${device}`);
}

test.skipIf(isolated === undefined)(
  "the browser is given a file that only this user reads; the token is in no list of processes, and the file goes with it",
  async () => {
    const fake = program(realm.file("browser"));
    const words = `mount --bind ${fake} ${CHROMIUM} && exec ${CLIENT} --gui --home ${realm.file("ann")}`;
    await using gui = new Program("/usr/bin/unshare", [...(isolated ?? []), "sh", "-c", words], {
      env: { DISPLAY: ":987" },
    });
    await gui.until(() => gui.stdout.find((line) => line.includes("the window is open")));
    await expect.poll(() => existsSync(`${fake}.ran`)).toBe(true);
    const folder = join(windowOf("ann"), "open");
    const [name = ""] = readdirSync(folder);
    const file = join(folder, name);
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    const [, port = "", token = ""] =
      /url=http:\/\/127\.0\.0\.1:(\d+)\/#([\w-]+)"/.exec(readFileSync(file, "utf8")) ?? [];
    expect(token.length).toBe(43);
    const told = readFileSync(`${fake}.ran`, "utf8");
    expect(told).toContain(`--app=file://${file}`);
    expect(told).toContain(`--user-data-dir=${windowOf("ann")}/browser`);
    expect(told).not.toContain(token);
    const running = commandLines();
    expect(running.some((line) => line.includes("--gui"))).toBe(true);
    expect(running.filter((line) => line.includes(token))).toEqual([]);
    expect([...gui.stdout, ...gui.stderr].join("\n")).not.toContain(token);
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${port}/#${token}`);
    await page.getByRole("textbox", { name: /^Write to/ }).waitFor();
    expect(readdirSync(folder)).toEqual([]);
    await page.context().close();
  },
);

test.skipIf(isolated === undefined)(
  "programs that were planted beside the executable, in the folder of the moment or on the PATH are not run",
  async () => {
    const places = ["beside", "here", "on-path"].map((name) => realm.file(name));
    for (const place of places) mkdirSync(place);
    const [beside = "", here = ""] = places;
    const traps = places.flatMap((place) =>
      ["xdg-open", "chromium", "google-chrome", "firefox", "open", "sh"].map((name) => program(join(place, name))),
    );
    const copy = join(beside, "chat-client");
    copyFileSync(CLIENT, copy);
    // Where there is no browser at all, a careless program would look further.
    const words = `mount -t tmpfs tmpfs /usr/bin && cd ${here} && PATH=.:${places.join(":")} exec ${copy} --gui --home ${realm.file("ann")}`;
    await using gui = new Program("/usr/bin/unshare", [...(isolated ?? []), "/bin/sh", "-c", words], {
      env: { DISPLAY: ":987" },
    });
    const line = await gui.until(() => gui.stdout.find((said) => ADDRESS.test(said)));
    expect(gui.stdout.join("\n")).toContain("no browser was found");
    const page = await (await browser.newContext()).newPage();
    await page.goto(ADDRESS.exec(line)?.[0] ?? "");
    await page.getByRole("textbox", { name: /^Write to/ }).waitFor();
    await page.context().close();
    expect(traps.filter((trap) => existsSync(`${trap}.ran`))).toEqual([]);
  },
);

/** Where the page of this home was. */
async function portOf(home: string): Promise<number> {
  await using gui = new Program(CLIENT, ["--gui", "--home", realm.file(home)]);
  const line = await gui.until(() => gui.stdout.find((said) => ADDRESS.test(said)));
  return Number(ADDRESS.exec(line)?.[1]);
}

test("a profile keeps its port, and takes another one only where somebody sits on it", async () => {
  const first = await portOf("ann");
  expect(await portOf("ann")).toBe(first);
  await realm.joined(await realm.invite("bob"), "bob");
  expect(await portOf("bob")).not.toBe(first);
  const squatter = createServer().listen(first, "127.0.0.1");
  await once(squatter, "listening");
  const second = await portOf("ann");
  expect(second).not.toBe(first);
  squatter.close();
  await once(squatter, "close");
  expect(await portOf("ann")).toBe(second);
}, 60_000);

test("the live page of the executable makes nothing of a string, asks nobody else, and keeps nothing behind", async () => {
  const asked: string[] = [];
  const complaints: string[] = [];
  await using gui = await inWindow(realm, "ann", {
    browser,
    before: async (page) => {
      page.on("request", (request) => asked.push(new URL(request.url()).host));
      page.on("websocket", (socket) => asked.push(new URL(socket.url()).host));
      page.on("console", (message) => complaints.push(message.text()));
    },
  });
  const { page } = gui;
  await page.getByRole("textbox", { name: /^Write to/ }).waitFor();
  await gui.says(
    "<img src=https://evil.example/a.png onerror=alert(1)> https://evil.example/ ![a](https://evil.example/b.png)",
  );
  await gui.hears("<img src=");
  expect(complaints).toEqual([]);
  const tried = (code: string): Promise<string> =>
    page.evaluate(`(async () => { try { ${code}; return "done"; } catch (error) { return error.name; } })()`);
  expect(await tried("document.body.innerHTML = '<b>'")).toBe("TypeError");
  expect(await tried("document.createElement('script').text = '1'")).toBe("TypeError");
  expect(await tried("trustedTypes.createPolicy('default', {})")).toBe("TypeError");
  const evaluated =
    "await new Promise((ok, no) => setTimeout(() => { try { ok(window.eval('1')) } catch (e) { no(e) } }))";
  expect(await tried(evaluated)).toMatch(/EvalError|TypeError/);
  expect(await tried("await fetch('https://evil.example/')")).toBe("TypeError");
  const { host } = new URL(page.url());
  expect(new Set(asked.filter((one) => one !== "evil.example"))).toEqual(new Set([host]));
  expect(asked.filter((one) => one === "evil.example").length).toBeLessThan(2);
  expect(await page.context().cookies()).toEqual([]);
  expect(await page.evaluate("[localStorage.length, document.querySelectorAll('#page img').length]")).toEqual([0, 0]);
});
