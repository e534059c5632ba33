// The settings of the screens: what each may be, and what it is where nothing was said. Pure.
import type { SettingsView } from "../../port/screens.ts";

export type Settings = Omit<SettingsView, "hasPassphrase">;
type Fields = Readonly<Record<string, unknown>>;

const LANGUAGES = ["en", "es", "pt"];
const THEMES: readonly SettingsView["theme"][] = ["system", "light", "dark"];
const DAY_MINUTES = 24 * 60;
const KEYWORDS_MOST = 50;
const KEYWORD_CHARS = 64;
const SCALE = { least: 0.5, most: 3 };

/** `language`: of the system, BCP 47. */
export function usualSettings(language: string): Settings {
  const [spoken = ""] = language.toLowerCase().split(/[-_.]/);
  return {
    theme: "system",
    language: LANGUAGES.includes(spoken) ? spoken : "en",
    notifications: true,
    sound: true,
    quiet: undefined,
    keywords: [],
    lockAfter: 0,
    fontScale: 1,
  };
}

/** What is missing or makes no sense is as before. */
export function readSettings(fields: Fields, before: Settings): Settings {
  const { notifications, sound, language, lockAfter, fontScale } = fields;
  return {
    theme: THEMES.find((one) => one === fields["theme"]) ?? before.theme,
    language: LANGUAGES.find((one) => one === language) ?? before.language,
    notifications: typeof notifications === "boolean" ? notifications : before.notifications,
    sound: typeof sound === "boolean" ? sound : before.sound,
    quiet: "quiet" in fields ? quietOf(fields["quiet"], before.quiet) : before.quiet,
    keywords: keywordsOf(fields["keywords"]) ?? before.keywords,
    lockAfter: isMinutes(lockAfter) ? lockAfter : before.lockAfter,
    fontScale: isScale(fontScale) ? fontScale : before.fontScale,
  };
}

/** What somebody has chosen: the rest goes with the system. */
export function chosenOf(settings: Settings, usual: Settings): Fields {
  const before = new Map(Object.entries(usual).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(settings).filter(([name, value]) => JSON.stringify(value) !== before.get(name)),
  );
}

/** What is handed in beside them is none of them. */
export function without(change: Partial<SettingsView>): Fields {
  const { hasPassphrase: _known, ...rest } = change;
  return rest;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Also over midnight: from 22:00 to 7:00. */
export function isQuiet(quiet: Settings["quiet"], minutes: number): boolean {
  if (quiet === undefined || quiet.from === quiet.to) return false;
  const { from, to } = quiet;
  return from < to ? minutes >= from && minutes < to : minutes >= from || minutes < to;
}

function quietOf(value: unknown, before: Settings["quiet"]): Settings["quiet"] {
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) return before;
  const { from, to } = value;
  return isMinutes(from) && isMinutes(to) && from < DAY_MINUTES && to < DAY_MINUTES ? { from, to } : before;
}

function keywordsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const words = value.filter((one): one is string => typeof one === "string").map((one) => one.trim());
  const good = words.filter((one) => one !== "" && one.length <= KEYWORD_CHARS && one.isWellFormed());
  return [...new Set(good)].slice(0, KEYWORDS_MOST);
}

function isMinutes(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= DAY_MINUTES;
}

function isScale(value: unknown): value is number {
  return typeof value === "number" && value >= SCALE.least && value <= SCALE.most;
}
