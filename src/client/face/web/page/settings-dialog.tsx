// The settings of this device. Each is kept when it is changed.
import type { ComponentChildren, VNode } from "preact";
import type { SettingsView } from "../../../port/screens.ts";
import { Dialog } from "./parts.tsx";
import { useTools } from "./tools.ts";
import { LANGUAGES } from "./words/say.ts";

export interface SettingsProps {
  readonly settings: SettingsView;
}

type Change = Partial<Omit<SettingsView, "hasPassphrase">>;

const SCALES = [0.85, 1, 1.15, 1.3, 1.5, 2];
const LOCKS = [0, 5, 15, 60, 240];
const WORD_CHARS = 64;
const WORDS_MOST = 50;
const THEMES = ["system", "light", "dark"] as const;

export function SettingsDialog({ settings }: SettingsProps): VNode {
  const { line, say, show, go } = useTools();
  const change = (changes: Change): void => go(line.do({ want: "settings", change: changes }));
  return (
    <Dialog title={say("settings")}>
      <div class="settings">
        <Looks settings={settings} onChange={change} />
        <Rings settings={settings} onChange={change} />
        <Locking settings={settings} onChange={change} />
        <p class="settings-more">
          <button type="button" class="button" onClick={() => show({ panel: "keys" })}>
            {say("keys")}
          </button>
          <button type="button" class="button" onClick={() => show({ panel: "devices" })}>
            {say("devices-title")}
          </button>
          <button type="button" class="button" onClick={() => show({ panel: "passphrase" })}>
            {say(settings.hasPassphrase ? "passphrase-change" : "passphrase-set")}
          </button>
          <button type="button" class="button" onClick={() => show({ panel: "admin" })}>
            {say("admin")}
          </button>
        </p>
      </div>
    </Dialog>
  );
}

interface PartProps extends SettingsProps {
  readonly onChange: (change: Change) => void;
}

function Looks({ settings, onChange }: PartProps): VNode {
  const { say, dates } = useTools();
  return (
    <>
      <Choice
        label={say("theme")}
        value={settings.theme}
        options={THEMES.map((theme) => [theme, say(`theme-${theme}`)])}
        onPick={(theme) => onChange({ theme: theme as SettingsView["theme"] })}
      />
      <Choice
        label={say("language")}
        value={say.language}
        options={Object.entries(LANGUAGES).map(([id, { name }]) => [id, name])}
        onPick={(language) => onChange({ language })}
      />
      <Choice
        label={say("font")}
        value={String(settings.fontScale)}
        options={SCALES.map((scale) => [String(scale), dates.percent(scale, 1)])}
        onPick={(scale) => onChange({ fontScale: Number(scale) })}
      />
    </>
  );
}

function Rings({ settings, onChange }: PartProps): VNode {
  const { say } = useTools();
  const ask = async (on: boolean): Promise<void> => {
    const isAllowed = !on || (await Notification.requestPermission()) === "granted";
    onChange({ notifications: on && isAllowed });
  };
  return (
    <>
      <Switch label={say("notifications")} on={settings.notifications} onSwitch={(on) => void ask(on)} />
      <Switch label={say("sound")} on={settings.sound} onSwitch={(sound) => onChange({ sound })} />
      <Quiet settings={settings} onChange={onChange} />
      <Field label={say("keywords")} hint={say("keywords-about")}>
        <input
          value={settings.keywords.join(", ")}
          onChange={({ currentTarget }) =>
            onChange({
              keywords: currentTarget.value
                .split(",")
                .map((word) => word.trim())
                .filter((word) => word !== "" && word.length <= WORD_CHARS)
                .slice(0, WORDS_MOST),
            })
          }
        />
      </Field>
    </>
  );
}

const NIGHT = { from: 22 * 60, to: 7 * 60 };

function Quiet({ settings: { quiet }, onChange }: PartProps): VNode {
  const { say } = useTools();
  const time = (which: "from" | "to"): VNode => (
    <input
      type="time"
      aria-label={say(`quiet-${which}`)}
      value={clockOf(quiet?.[which] ?? 0)}
      onChange={({ currentTarget }) => {
        const minutes = minutesOf(currentTarget.value);
        if (quiet !== undefined && minutes !== undefined) onChange({ quiet: { ...quiet, [which]: minutes } });
      }}
    />
  );
  return (
    <>
      <Switch
        label={say("quiet")}
        on={quiet !== undefined}
        onSwitch={(on) => onChange({ quiet: on ? NIGHT : undefined })}
      />
      {quiet !== undefined && (
        <p class="quiet-hours">
          {time("from")} – {time("to")}
        </p>
      )}
    </>
  );
}

function clockOf(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function minutesOf(clock: string): number | undefined {
  const [hours, minutes] = clock.split(":").map(Number);
  return hours === undefined || minutes === undefined ? undefined : hours * 60 + minutes;
}

function Locking({ settings, onChange }: PartProps): VNode {
  const { say } = useTools();
  if (!settings.hasPassphrase) return <p class="hint">{say("lock-needs")}</p>;
  return (
    <Choice
      label={say("lock-after")}
      value={String(settings.lockAfter)}
      options={LOCKS.map((minutes) => [String(minutes), minutes === 0 ? say("never") : say.count("minutes", minutes)])}
      onPick={(minutes) => onChange({ lockAfter: Number(minutes) })}
    />
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onPick: (value: string) => void;
}

export function Choice({ label, value, options, onPick }: ChoiceProps): VNode {
  return (
    <Field label={label}>
      <select value={value} onChange={({ currentTarget }) => onPick(currentTarget.value)}>
        {options.map(([id, name]) => (
          <option key={id} value={id} selected={id === value}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
}

export function Switch({ label, on, onSwitch }: SwitchProps): VNode {
  return (
    <label class="switch">
      <span>{label}</span>
      <input type="checkbox" checked={on} onChange={({ currentTarget }) => onSwitch(currentTarget.checked)} />
    </label>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

export function Field({ label, hint, children }: FieldProps): VNode {
  return (
    <label class="field">
      <span>
        {label}
        {hint !== undefined && <small>{hint}</small>}
      </span>
      {children}
    </label>
  );
}
