// Which program of this machine can show the page, by absolute paths only: a name alone would be looked for beside the executable, or
// wherever a PATH points. Pure: whether a file is there is asked of whoever calls.

export interface BrowserSystem {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isThere: (path: string) => boolean;
}

export interface BrowserCall {
  readonly file: string;
  readonly args: readonly string[];
}

const CHROMIUMS: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
    "/usr/bin/brave-browser",
    "/usr/bin/microsoft-edge-stable",
    "/usr/bin/microsoft-edge",
    "/opt/google/chrome/chrome",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Brave Browser.app/Contents/MacOS/Brave Browser",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: [
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
    String.raw`C:\Program Files\Microsoft\Edge\Application\msedge.exe`,
  ],
};

/** They take a file and show it in the browser that the person has chosen. */
const OPENERS: Readonly<Record<string, BrowserCall>> = {
  linux: { file: "/usr/bin/xdg-open", args: [] },
  darwin: { file: "/usr/bin/open", args: [] },
  win32: { file: String.raw`C:\Windows\System32\rundll32.exe`, args: ["url.dll,FileProtocolHandler"] },
};

/** `page`: the redirect file. `profile`: a folder for a browser profile of its own, without the extensions of the usual one. */
export function browserFor(
  { platform, env, isThere }: BrowserSystem,
  page: { readonly path: string; readonly url: string; readonly profile: string },
): BrowserCall | undefined {
  // Without a display it would start, fail, and nobody would see why.
  if (platform === "linux" && (env["DISPLAY"] ?? env["WAYLAND_DISPLAY"] ?? "") === "") return undefined;
  const chromium = CHROMIUMS[platform]?.find(isThere);
  if (chromium !== undefined) {
    const quiet = ["--no-first-run", "--no-default-browser-check", "--disable-sync", "--disable-extensions"];
    return { file: chromium, args: [`--app=${page.url}`, `--user-data-dir=${page.profile}`, ...quiet] };
  }
  const opener = OPENERS[platform];
  return opener !== undefined && isThere(opener.file)
    ? { file: opener.file, args: [...opener.args, page.path] }
    : undefined;
}

/** For the browser: what it needs of the environment, and a PATH on which nothing can be planted in the folder of the moment. */
export function browserEnv(env: BrowserSystem["env"], platform: string): Readonly<Record<string, string | undefined>> {
  if (platform === "win32") return env;
  const path = (env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/"));
  return { ...env, PATH: path.join(":") };
}
