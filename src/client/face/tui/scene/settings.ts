// The settings that are of the terminal's concern, as rows: what each is now, and what it is with the next key.
import type { SettingsView } from "../../../port/screens.ts";
import { type Language, LANGUAGE_NAMES, languageOf } from "../../words/say.ts";
import type { Say } from "../words/say.ts";

type Change = Partial<Omit<SettingsView, "hasPassphrase">>;

export interface SettingRow {
  readonly of: keyof SettingsView;
  readonly label: string;
  readonly value: string;
  /** Undefined: by the command in `value` alone. */
  readonly turn: ((by: 1 | -1) => Change) | undefined;
}

const THEMES: readonly SettingsView["theme"][] = ["system", "light", "dark"];
const LANGUAGES = Object.keys(LANGUAGE_NAMES) as readonly Language[];
const LOCKS = [0, 1, 5, 15, 30, 60];
const NIGHT = { from: 22 * 60, to: 7 * 60 };

export function settingRows(settings: SettingsView, say: Say): readonly SettingRow[] {
  return [...ringingRows(settings, say), ...keepingRows(settings, say)];
}

function ringingRows({ theme, notifications, sound, quiet }: SettingsView, say: Say): readonly SettingRow[] {
  return [
    {
      of: "theme",
      label: say("set-theme"),
      value: say(`theme-${theme}`),
      turn: (by) => ({ theme: turned(THEMES, theme, by) }),
    },
    {
      of: "notifications",
      label: say("set-notifications"),
      value: onOff(notifications, say),
      turn: () => ({ notifications: !notifications }),
    },
    { of: "sound", label: say("set-bell"), value: onOff(sound, say), turn: () => ({ sound: !sound }) },
    {
      of: "quiet",
      label: say("set-quiet"),
      value: quiet === undefined ? say("quiet-none") : `${hours(quiet.from)}-${hours(quiet.to)}`,
      turn: () => ({ quiet: quiet === undefined ? NIGHT : undefined }),
    },
  ];
}

function keepingRows({ language, keywords, lockAfter, hasPassphrase }: SettingsView, say: Say): readonly SettingRow[] {
  return [
    {
      of: "lockAfter",
      label: say("set-lock"),
      value: hasPassphrase ? (lockAfter === 0 ? say("lock-never") : `${lockAfter} min`) : say("lock-needs"),
      turn: hasPassphrase ? (by) => ({ lockAfter: turned(LOCKS, lockAfter, by) }) : undefined,
    },
    {
      of: "hasPassphrase",
      label: say("passphrase"),
      value: say(hasPassphrase ? "passphrase-is" : "passphrase-none"),
      turn: undefined,
    },
    {
      of: "keywords",
      label: say("set-keywords"),
      value: keywords.length === 0 ? say("keywords-none") : keywords.join(" "),
      turn: undefined,
    },
    {
      of: "language",
      label: say("set-language"),
      value: LANGUAGE_NAMES[languageOf(language)],
      turn: (by) => ({ language: turned(LANGUAGES, languageOf(language), by) }),
    },
  ];
}

function turned<T>(all: readonly T[], now: T, by: 1 | -1): T {
  const at = all.indexOf(now);
  return all[(at + by + all.length) % all.length] ?? now;
}

function onOff(on: boolean, say: Say): string {
  return say(on ? "on" : "off");
}

/** Minutes of the day. */
function hours(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
