// How the browser is opened: no program that was planted nearby is run, and no other user sees the token.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { browserEnv, browserFor } from "../../src/client/face/web/browsers.ts";
import { openPage } from "../../src/client/face/web/opening.ts";
import { TestWeb } from "../kit/web/server.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-open-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const random = (bytes: number): Uint8Array => randomBytes(bytes);
const page = { path: "/p/open.html", url: "file:///p/open.html", profile: "/p/browser" };

/** Writes down its arguments and its environment. */
function program(path: string): string {
  writeFileSync(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${path}.args.new"\nprintf '%s' "$PATH" > "${path}.path"\nmv "${path}.args.new" "${path}.args"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

test("only absolute paths of known places are ever called", () => {
  const asked: string[] = [];
  for (const platform of ["linux", "darwin", "win32"]) {
    const isThere = (path: string): boolean => (asked.push(path), false);
    expect(browserFor({ platform, env: { DISPLAY: ":0", PATH: "." }, isThere }, page)).toBeUndefined();
  }
  expect(asked.length).toBeGreaterThan(10);
  expect(
    asked.filter((path) => !/^(?:\/(?:usr\/bin|opt|Applications)\/|C:\\(?:Program Files|Windows))/.test(path)),
  ).toEqual([]);
});

test("a planted xdg-open, beside the program, in the folder of the moment or first on the PATH, is not run", async () => {
  await using web = await TestWeb.start();
  const planted = ["here", "onpath"].map((name) => join(folder, name));
  for (const place of planted) mkdirSync(place);
  const traps = planted.flatMap((place) => ["xdg-open", "chromium"].map((name) => program(join(place, name))));
  const before = process.cwd();
  process.chdir(join(folder, "here"));
  try {
    const env = { DISPLAY: ":0", PATH: [".", "", ...planted].join(delimiter) };
    const system = { platform: "linux", env, isThere: () => false };
    const opened = await openPage(web.web, { folder: web.folder, system, random });
    expect(opened.how).toBe("printed");
  } finally {
    process.chdir(before);
  }
  expect(traps.filter((trap) => existsSync(`${trap}.args`))).toEqual([]);
  expect(browserEnv({ PATH: ".::/usr/bin:bin:/bin" }, "linux")).toEqual({ PATH: "/usr/bin:/bin" });
});

test("the token is in no argument; the redirect file is 0600, and goes when the token is used", async () => {
  await using web = await TestWeb.start();
  const browser = program(join(folder, "browser"));
  // The first known place is the program of this test: only its path is another one.
  const system = { platform: "linux", env: { DISPLAY: ":0", PATH: "/usr/bin:/bin" }, isThere: () => true };
  const call = browserFor(system, page);
  expect(call?.args).toContain("--app=file:///p/open.html");
  let url = "";
  const opened = await openPage(
    { address: (onUsed) => (url = web.web.address(onUsed)) },
    { folder: web.folder, system: { ...system, isThere: (path) => path === browser }, random },
  );
  expect(opened).toEqual({ how: "printed", url });
  expect(readdirSync(web.folder)).not.toContain("open");
});

test("a browser that is there gets the file, which goes when the token is used", async () => {
  await using web = await TestWeb.start();
  const chromium = "/usr/bin/chromium";
  const urls: string[] = [];
  // It is really started, and ends at once: there is no such display.
  const env = { DISPLAY: ":987", PATH: "/usr/bin:/bin", HOME: folder };
  const system = { platform: "linux", env, isThere: (path: string) => path === chromium && existsSync(path) };
  const address = (onUsed?: () => void): string => {
    const made = web.web.address(onUsed);
    urls.push(made);
    return made;
  };
  const opened = await openPage({ address }, { folder: web.folder, system, random });
  expect(opened).toEqual({ how: "window", browser: chromium });
  const [name = ""] = readdirSync(join(web.folder, "open"));
  const file = join(web.folder, "open", name);
  const token = new URL(urls[0] ?? "").hash.slice(1);
  expect([statSync(file).mode & 0o777, statSync(join(web.folder, "open")).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readFileSync(file, "utf8")).toContain(`#${token}"`);
  expect((await web.swap(token)).status).toBe(200);
  expect(existsSync(file)).toBe(false);
});
