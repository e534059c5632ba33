// The settings that are of the terminal's concern, as rows: what each is now, and what it is with the next key.
import type { SettingsView } from "../../../port/screens.ts";

type Change = Partial<Omit<SettingsView, "hasPassphrase">>;

export interface SettingRow {
  readonly label: string;
  readonly value: string;
  /** Undefined: by the command in `value` alone. */
  readonly turn: ((by: 1 | -1) => Change) | undefined;
}

const THEMES: readonly SettingsView["theme"][] = ["system", "light", "dark"];
const LOCKS = [0, 1, 5, 15, 30, 60];
const NIGHT = { from: 22 * 60, to: 7 * 60 };

export function settingRows(settings: SettingsView): readonly SettingRow[] {
  const { theme, notifications, sound, quiet, keywords, lockAfter, hasPassphrase } = settings;
  return [
    { label: "theme", value: theme, turn: (by) => ({ theme: turned(THEMES, theme, by) }) },
    { label: "notifications", value: onOff(notifications), turn: () => ({ notifications: !notifications }) },
    { label: "bell", value: onOff(sound), turn: () => ({ sound: !sound }) },
    {
      label: "quiet hours",
      value: quiet === undefined ? "none" : `${hours(quiet.from)}-${hours(quiet.to)}`,
      turn: () => ({ quiet: quiet === undefined ? NIGHT : undefined }),
    },
    {
      label: "lock after",
      value: hasPassphrase
        ? lockAfter === 0
          ? "never"
          : `${lockAfter} min`
        : "needs a passphrase: chat-client passwd",
      turn: hasPassphrase ? (by) => ({ lockAfter: turned(LOCKS, lockAfter, by) }) : undefined,
    },
    {
      label: "keywords",
      value: keywords.length === 0 ? "none: /keywords WORD …" : keywords.join(" "),
      turn: undefined,
    },
  ];
}

function turned<T>(all: readonly T[], now: T, by: 1 | -1): T {
  const at = all.indexOf(now);
  return all[(at + by + all.length) % all.length] ?? now;
}

function onOff(on: boolean): string {
  return on ? "on" : "off";
}

/** Minutes of the day. */
function hours(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
