// Commands that only this face has, beside those of the lines and of the keys.
import { Fault } from "../../../../model/fault.ts";
import type { MessageId } from "../../../../model/ids.ts";
import type { ExportFormat } from "../../../app/screens/export.ts";
import type { Intent, NotifyLevel, ScreenView, SettingsView } from "../../../port/screens.ts";
import { LANGUAGE_NAMES } from "../../words/say.ts";
import { isOwnName, OWN_COMMANDS, type OwnName } from "./command-names.ts";
import { lookedAt } from "./looking.ts";
import { messageMeant, messagesOf } from "./meaning.ts";
import { changingPassphrase } from "./passphrase.ts";
import { complains, type Effect, NONE, over, says, type Stage, type Step, step, type Ui, wants } from "./state.ts";

/** `rest`: what stands behind the name. */
type Does = (ui: Ui, rest: string, stage: Stage) => Step | undefined;

const LANGUAGES: ReadonlySet<string> = new Set(Object.keys(LANGUAGE_NAMES));
const LEVELS: ReadonlySet<string> = new Set(["all", "mentions", "nothing"]);
const THEMES: ReadonlySet<string> = new Set(["system", "light", "dark"]);
const HOURS = /^([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)$/;
const DO: Readonly<Record<OwnName, Does>> = {
  copy: (ui, rest, { view, say }) => {
    const message = messageMeant(rest, "any", view);
    const text = messagesOf(view.open.timeline).find((one) => one.message === message)?.text ?? "";
    return step(says(ui, say("copied")), { effect: "outward", what: { out: "copy", text } });
  },
  unread: (ui, rest, { view }) => step(ui, wants({ want: "mark-unread", message: messageMeant(rest, "any", view) })),
  retry: (ui, rest, { view }) => step(ui, wants({ want: "retry", message: failedMeant(rest, view) })),
  discard: (ui, rest, { view }) => step(ui, wants({ want: "discard", message: failedMeant(rest, view) })),
  pin: (ui, rest, { view }) => onOff(ui, rest, (on) => ({ want: "pin", conversation: view.open.conversation, on })),
  archive: (ui, rest, { view }) =>
    onOff(ui, rest, (on) => ({ want: "archive", conversation: view.open.conversation, on })),
  archived: (ui) => step({ ...ui, hasArchived: !ui.hasArchived }),
  level: (ui, rest, { view }) =>
    LEVELS.has(rest)
      ? step(ui, wants({ want: "level", conversation: view.open.conversation, level: rest as NotifyLevel }))
      : undefined,
  nick: (ui, rest) => {
    const [, user = "", name = ""] = /^@?(\S+)\s*(.*)$/su.exec(rest) ?? [];
    return user === "" ? undefined : step(ui, wants({ want: "nickname", user: user.toLowerCase(), name }));
  },
  person: (ui, rest) => personOf(ui, rest),
  theme: (ui, rest) => (THEMES.has(rest) ? setting(ui, { theme: rest as SettingsView["theme"] }) : undefined),
  language: (ui, rest) => (LANGUAGES.has(rest) ? setting(ui, { language: rest }) : undefined),
  notify: (ui, rest) => switched(ui, rest, (notifications) => ({ notifications })),
  sound: (ui, rest) => switched(ui, rest, (sound) => ({ sound })),
  quiet: (ui, rest) => {
    if (rest === "off") return setting(ui, { quiet: undefined });
    const [, ...parts] = HOURS.exec(rest) ?? [];
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
    const quiet = { from: 60 * fromHour + fromMinute, to: 60 * toHour + toMinute };
    return parts.length === 0 ? undefined : setting(ui, { quiet });
  },
  keywords: (ui, rest) => setting(ui, { keywords: rest === "" ? [] : rest.split(/\s+/u) }),
  "lock-after": (ui, rest) => (/^\d{1,4}$/.test(rest) ? setting(ui, { lockAfter: Number(rest) }) : undefined),
  passphrase: (ui, rest, stage) => (rest === "" ? changingPassphrase(ui, stage) : undefined),
  export: exported,
  look: lookedAt,
  unreply: (ui, _, { view }) => step(ui, ...withdrawn(view)),
};

const FORMATS: ReadonlySet<string> = new Set(["text", "json", "html"]);
const ENDINGS: Readonly<Record<string, ExportFormat>> = { json: "json", html: "html", htm: "html" };

/** What stands where HOW may stand, and is no beginning of a path. */
const HOW = /^\p{L}+$/u;

/** A name with spaces stands in quotes, or behind HOW: else what was meant as a format would be a part of it. */
function exported(ui: Ui, rest: string, { view, say }: Stage): Step | undefined {
  const [first = "", ...more] = rest.split(/\s+/u);
  const isNamed = FORMATS.has(first.toLowerCase());
  if (!isNamed && more.length > 0 && HOW.test(first))
    return step(complains(ui, say("no-format", { format: first }), say("no-format-hint")));
  const typed = isNamed ? rest.slice(first.length).trim() : rest;
  const path = typed.replace(/^(["'])(.*)\1$/u, "$2");
  if (path === "" || view.open.conversation === "") return undefined;
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = isNamed ? (first.toLowerCase() as ExportFormat) : (ENDINGS[ending] ?? "text");
  return step(ui, { effect: "export", wish: { to: view.open.conversation, format, path } });
}

/** Nothing typed: the newest one that was not sent. */
function failedMeant(typed: string, view: ScreenView): MessageId {
  const failed = messagesOf(view.open.timeline).findLast(({ state }) => state === "failed")?.message;
  return typed === "" && failed !== undefined ? failed : messageMeant(typed === "" ? "^" : typed, "mine", view);
}

/** Undefined: it is none of these. @throws Fault */
export function ownCommand(ui: Ui, name: string, { rest, stage }: { rest: string; stage: Stage }): Step | undefined {
  if (!isOwnName(name)) return undefined;
  const done = DO[name](ui, rest.trim(), stage);
  if (done !== undefined) return done;
  const hint = `${OWN_COMMANDS[name]} (${stage.say(`own-${name}`)})`;
  throw new Fault("bad-command", `/${name} cannot be understood like this`, { values: { name }, hint });
}

/** Neither an answer nor an edit any more. */
export function withdrawn({ open: { composer } }: ScreenView): readonly Effect[] {
  return [
    ...(composer.replyTo === undefined ? [] : [wants({ want: "reply", message: undefined })]),
    ...(composer.editing === undefined ? [] : [wants({ want: "edit", message: undefined })]),
  ];
}

export function personOf(ui: Ui, typed: string): Step | undefined {
  const user = typed.replace(/^@/, "").toLowerCase();
  if (user === "") return undefined;
  return step(over(ui, { layer: "person", user, card: undefined, top: 0, isTurned: false }), {
    effect: "person",
    user,
  });
}

function onOff(ui: Ui, rest: string, intent: (on: boolean) => Intent): Step | undefined {
  return rest === "" || rest === "off" || rest === "on" ? step(ui, wants(intent(rest !== "off"))) : undefined;
}

type Change = Partial<Omit<SettingsView, "hasPassphrase">>;

export function setting(ui: Ui, change: Change): Step {
  return step(ui, wants({ want: "settings", change }));
}

function switched(ui: Ui, rest: string, change: (on: boolean) => Change): Step | undefined {
  return rest === "on" || rest === "off" ? setting(ui, change(rest === "on")) : undefined;
}

export function closed(ui: Ui): Ui {
  return over(ui, NONE);
}
