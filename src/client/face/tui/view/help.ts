// Help: the keys as they are bound now, then every command.
import { GATHERING, type Group, PEOPLE, READING, REALM, RUNNING, SAYING } from "../../lines/verbs.ts";
import { type SafeText, sanitize } from "../../sanitize.ts";
import { actRows } from "../../administering.ts";
import { usageWords } from "../../words/usage.ts";
import { words } from "../ground/text.ts";
import { type Bound, keyOf } from "../scene/bindings.ts";
import { commandHelp } from "../scene/command-help.ts";
import { ACTION_COMMANDS, OWN_COMMANDS, type OwnName } from "../scene/command-names.ts";
import type { Layer } from "../scene/state.ts";
import type { Key } from "../words/en.ts";
import { verbSays } from "../words/verb-words.ts";
import type { Paper } from "./paper.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

const USAGE_COLUMNS = 26;
const KEY_COLUMNS = 14;

const KEYS = [
  "submit",
  "new-line",
  "complete",
  "up",
  "recall",
  "select-or-previous",
  "previous",
  "next",
  "go-1",
  "activity",
  "switch",
  "search",
  "page-up",
  "page-down",
  "first-unread",
  "end",
  "select",
  "dismiss",
  "cut-word",
  "undo",
  "sidebar",
  "members",
  "column",
  "devices",
  "settings",
  "lock",
  "redraw",
  "quit",
] as const satisfies readonly Bound[];

const SIGNS: readonly (readonly [sign: string, says: Key])[] = [
  ["◆ ◇", "sign-compared"],
  ["● ○", "sign-online"],
  ["… ✓ ✓✓ ✗", "sign-states"],
  ["✓", "sign-lobby"],
  ["", "sign-unproved"],
  ["▴ z ✎ ▾", "sign-rows"],
];

const GROUPS: readonly (readonly [title: Key, group: Group])[] = [
  ["group-saying", SAYING],
  ["group-reading", READING],
  ["group-gathering", GATHERING],
  ["group-people", PEOPLE],
  ["group-realm", REALM],
  ["group-running", RUNNING],
];

export function helpPaper({ about, top }: Extract<Layer, { layer: "help" }>, shown: Shown): Paper {
  const { say } = shown.look;
  const title = about === "" ? say("help") : words`/${about}`;
  return { title, rows: about === "" ? allRows(shown) : rowsAbout(about, shown), top, keys: say("keys-pages") };
}

/** Of one command. @throws Fault `unknown-command` */
function rowsAbout(about: string, shown: Shown): readonly Row[] {
  const { usage, says } = commandHelp(about, shown.look.say);
  const acts = about === "admin" ? actRows(shown.look.say.language) : [];
  const rows = acts.flatMap(([act, does]) => line(act, sanitize(does), { shown, columns: USAGE_COLUMNS }));
  return [...wrapped(words`${usage}  ${says}`, shown), ...rows];
}

function wrapped(text: SafeText, { look: { ruler, theme }, room }: Shown): readonly Row[] {
  return ruler.wrap(text, room).map((row) => [span(row, theme.base)]);
}

function allRows(shown: Shown): readonly Row[] {
  const { theme, say } = shown.look;
  const head = (key: Key): readonly Row[] => [[], [span(say(key), theme.strong)]];
  const sign = (left: string, key: Key): readonly Row[] =>
    line(left === "" ? say("sign-name") : left, say(key), { shown, columns: KEY_COLUMNS });
  return [
    [span(say("help-keys"), theme.strong)],
    ...keyRows(shown),
    ...head("help-signs"),
    ...SIGNS.flatMap(([left, key]) => sign(left, key)),
    ...head("help-own"),
    ...ownRows(shown),
    ...head("help-commands"),
    ...wrapped(say("verbs-about"), shown),
    ...GROUPS.flatMap(([title, group]) => head(title).concat(groupRows(group, shown))),
  ];
}

/** What it does stands beside it, in as many rows as it needs. */
function line(left: string, says: SafeText, { shown, columns }: { shown: Shown; columns: number }): readonly Row[] {
  const { theme, ruler } = shown.look;
  const [first = words``, ...more] = ruler.wrap(says, Math.max(8, shown.room - columns - 1));
  const typed = words`${left}`;
  const isLong = ruler.width(typed) > columns;
  const head: Row = [span(isLong ? typed : ruler.fit(typed, columns), theme.mention)];
  const beside = (text: SafeText): Row => [span(words`${" ".repeat(columns)} ${text}`, theme.base)];
  const rows = isLong ? [head, beside(first)] : [[...head, span(words` ${first}`, theme.base)]];
  return [...rows, ...more.map(beside)];
}

function keyRows(shown: Shown): readonly Row[] {
  return KEYS.flatMap((bound) => {
    const key = keyOf(shown.bindings, bound);
    return key === undefined ? [] : line(key, shown.look.say(`key-${bound}`), { shown, columns: KEY_COLUMNS });
  });
}

function ownRows(shown: Shown): readonly Row[] {
  const { say } = shown.look;
  const place = { shown, columns: USAGE_COLUMNS };
  const own = Object.entries(OWN_COMMANDS).flatMap(([name, usage]) =>
    line(usageWords(usage, say.language), say(`own-${name as OwnName}`), place),
  );
  const actions = ACTION_COMMANDS.flatMap((name) => {
    const key = keyOf(shown.bindings, name);
    const says = say(`act-${name}`);
    return line(`/${name}`, key === undefined ? says : words`${says} (${key})`, place);
  });
  return [...own, ...actions];
}

function groupRows(group: Group, shown: Shown): readonly Row[] {
  return Object.entries(group).flatMap(([name, { usage }]) =>
    line(usageWords(usage, shown.look.say.language), verbSays(name, shown.look.say), { shown, columns: USAGE_COLUMNS }),
  );
}
