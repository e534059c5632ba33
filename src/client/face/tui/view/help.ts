// Help: the keys as they are bound now, then every command.
import { helpAbout } from "../../lines/plain-commands.ts";
import { type SafeText, sanitize } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import { type ActionName, type Bound, keyOf } from "../scene/bindings.ts";
import { ACTION_COMMANDS, OWN_COMMANDS } from "../scene/command-names.ts";
import type { Layer } from "../scene/state.ts";
import type { Paper } from "./paper.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

const USAGE_COLUMNS = 26;
const KEY_COLUMNS = 14;

const KEYS: readonly (readonly [bound: Bound, says: string])[] = [
  ["submit", "send"],
  ["new-line", "a new line"],
  ["complete", "complete @name #room :emoji: /command"],
  ["up", "in an empty line: edit what you said last"],
  ["recall", "a line sent before"],
  ["select-or-previous", "choose a message; while a line is written: the conversation above"],
  ["previous", "the conversation above"],
  ["next", "the conversation below"],
  ["go-1", "the first conversation, and so on to Alt+9"],
  ["activity", "the next one in which something happened"],
  ["switch", "go to a conversation by its name"],
  ["search", "search everywhere"],
  ["page-up", "older messages"],
  ["page-down", "newer messages"],
  ["first-unread", "to the first that was not read"],
  ["end", "to the end"],
  ["select", "choose a message, then: r reply, e edit, + react, d delete, c copy, s save"],
  ["dismiss", "close what is open; then: mark as read"],
  ["cut-word", "cut a word; Ctrl+U the line before, Alt+K the line behind, Ctrl+Y puts it back"],
  ["undo", "undo"],
  ["sidebar", "show or hide the list of conversations"],
  ["members", "who is here"],
  ["column", "show or hide the members beside a room"],
  ["devices", "your devices"],
  ["settings", "settings"],
  ["lock", "lock the screen"],
  ["redraw", "draw the screen anew"],
  ["quit", "leave"],
];

const SIGNS: readonly (readonly [sign: string, says: string])[] = [
  ["◆ ◇", "you have compared the safety number with them (there, away)"],
  ["● ○", "there, away; the number was not compared"],
  ["… ✓ ✓✓ ✗", "your message waits, is stored, was delivered (bold: read), was not sent"],
  ["[name]", "nobody has proved that name"],
  ["▴ z ✎ ▾", "pinned, muted, a draft, put away"],
];

export function helpPaper({ about, top }: Extract<Layer, { layer: "help" }>, shown: Shown): Paper {
  const { theme, ruler } = shown.look;
  const wrapped = (text: SafeText): readonly Row[] =>
    ruler.wrap(text, shown.room).map((row) => [span(row, theme.base)]);
  const title = about === "" ? words`help` : words`/${about}`;
  const rows = about === "" ? allRows(shown) : helpAbout(about).flatMap((line) => wrapped(sanitize(line)));
  return { title, rows, top, keys: words`↑ ↓ PgUp PgDn   Esc back` };
}

function allRows(shown: Shown): readonly Row[] {
  const { theme, ruler } = shown.look;
  const head = (text: string): readonly Row[] => [[], [span(words`${text}`, theme.strong)]];
  const line = (left: string, says: string, columns: number): Row => [
    span(ruler.fit(words`${left}`, columns), theme.mention),
    span(ruler.cut(words` ${says}`, Math.max(0, shown.room - columns)), theme.base),
  ];
  const keys = KEYS.flatMap(([bound, says]) => {
    const key = keyOf(shown.bindings, bound);
    return key === undefined ? [] : [line(key, says, KEY_COLUMNS)];
  });
  const actions = Object.entries(ACTION_COMMANDS).map(([name, says]) => {
    const key = keyOf(shown.bindings, name as ActionName);
    return line(`/${name}`, key === undefined ? says : `${says} (${key})`, USAGE_COLUMNS);
  });
  const lines = helpAbout("").map((text): Row => [span(ruler.cut(sanitize(text), shown.room), theme.base)]);
  return [
    [span(words`keys`, theme.strong)],
    ...keys,
    ...head("signs"),
    ...SIGNS.map(([sign, says]) => line(sign, says, KEY_COLUMNS)),
    ...head("commands of this screen"),
    ...Object.values(OWN_COMMANDS).map(({ usage, says }) => line(usage, says, USAGE_COLUMNS)),
    ...actions,
    ...head("commands"),
    ...lines,
  ];
}
