// Each layer as a paper: what is written on it.
import { sanitize, sanitizeLine } from "../../sanitize.ts";
import { words } from "../ground/text.ts";
import { reactions } from "../scene/lists.ts";
import { settingRows } from "../scene/settings.ts";
import type { Layer } from "../scene/state.ts";
import { matching } from "../scene/switching.ts";
import { helpPaper } from "./help.ts";
import { momentOf } from "./look.ts";
import type { Paper } from "./paper.ts";
import { devicesPaper, membersPaper, personPaper } from "./people-papers.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

type Of<L extends Layer["layer"]> = Extract<Layer, { layer: L }>;

const PASTE_ROWS = 12;
const LABEL_COLUMNS = 18;

/** Undefined: nothing lies there. */
export function paperOf(layer: Layer, shown: Shown): Paper | undefined {
  switch (layer.layer) {
    case "none":
    case "select":
      return undefined;
    case "switcher":
      return switcherPaper(layer, shown);
    case "search":
      return searchPaper(layer, shown);
    case "react":
      return reactPaper(layer, shown);
    case "help":
      return helpPaper(layer, shown);
    case "answer":
      return answerPaper(layer, shown);
    case "members":
      return membersPaper(layer, shown);
    case "devices":
      return devicesPaper(layer, shown);
    case "person":
      return personPaper(layer, shown);
    case "settings":
      return settingsPaper(layer, shown);
    case "confirm":
      return {
        title: words`are you certain?`,
        rows: textRows(layer.question, shown),
        keys: words`y yes   any other key no`,
        isSnug: true,
      };
    case "paste":
      return pastePaper(layer, shown);
    case "unlock":
      return unlockPaper(layer, shown);
  }
}

function textRows(text: string, { look, room }: Shown): readonly Row[] {
  return look.ruler.wrap(sanitize(text), room).map((row) => [span(row, look.theme.base)]);
}

function switcherPaper(layer: Of<"switcher">, { view, look, room }: Shown): Paper {
  const { theme, ruler } = look;
  const rows = matching(layer, view).map((row): Row => {
    const news = row.mentions > 0 ? `@${row.mentions}` : row.unread > 0 ? String(row.unread) : "";
    const name = ruler.fit(sanitizeLine(row.title), Math.min(24, Math.floor(room / 2)));
    const more =
      row.excerpt === undefined
        ? (row.topic ?? "")
        : `${row.excerptFrom === undefined ? "" : `${row.excerptFrom}: `}${row.excerpt}`;
    const count = ruler.fit(words`${news}`, 5);
    const rest = ruler.cut(sanitizeLine(more, 200), Math.max(0, room - ruler.width(name) - 7));
    return [
      span(name, row.unread > 0 ? theme.strong : theme.base),
      span(words` `, theme.base),
      span(count, theme.mention),
      span(rest, theme.quiet),
    ];
  });
  const none: Row = [span(words`nothing like it; @user and Enter begins a conversation`, theme.quiet)];
  const field = { before: words`go to `, editor: layer.editor };
  return {
    title: words`conversations`,
    rows: rows.length === 0 ? [none] : rows,
    at: rows.length === 0 ? -1 : layer.at,
    field,
    keys: words`Enter goes there   Esc back`,
  };
}

function searchPaper(layer: Of<"search">, { view, look, room }: Shown): Paper {
  const { theme, ruler, now } = look;
  const { search } = view;
  const rows = (search?.results ?? []).map((one): Row => {
    const head = ruler.fit(
      words`${momentOf(one.at, now)}  ${sanitizeLine(one.conversation, 20)}  ${sanitizeLine(one.from.name, 20)}`,
      Math.min(44, Math.floor(room / 2)),
    );
    return [
      span(head, theme.quiet),
      span(words`  `, theme.base),
      span(ruler.cut(sanitizeLine(one.text, 300), Math.max(8, room - ruler.width(head) - 2)), theme.base),
    ];
  });
  const says =
    search === undefined
      ? "words; also from:bob in:#plans on:2026-11-21"
      : search.fault !== undefined
        ? search.fault.message
        : search.isRunning
          ? "looking …"
          : "nothing was found";
  const field = { before: words`find `, editor: layer.editor };
  const note: Row = [span(ruler.cut(sanitizeLine(says, 200), room), theme.quiet)];
  return {
    title: words`search everywhere`,
    rows: rows.length === 0 ? [note] : rows,
    at: rows.length === 0 ? -1 : layer.at,
    field,
    keys: words`Enter finds, and goes there   Esc back`,
  };
}

function reactPaper(layer: Of<"react">, { look }: Shown): Paper {
  const rows = reactions(layer).map(([name, emoji]): Row => [
    span(look.ruler.fit(sanitizeLine(emoji, 8), 4), look.theme.base),
    span(words`${name}`, look.theme.quiet),
  ]);
  const field = { before: words`emoji `, editor: layer.editor };
  return {
    title: words`react`,
    rows,
    at: layer.at,
    field,
    keys: words`a name or the emoji itself, Enter`,
    isSnug: true,
  };
}

function answerPaper({ title, lines, top }: Of<"answer">, { look, room }: Shown): Paper {
  const rows = lines.flatMap((line) =>
    look.ruler.wrap(sanitize(line), room).map((text): Row => [span(text, look.theme.base)]),
  );
  return { title: words`${title}`, rows, top, keys: words`↑ ↓   c copy   Esc back` };
}

function settingsPaper({ at }: Of<"settings">, { view, look, room }: Shown): Paper {
  const { theme, ruler, say } = look;
  const rows = settingRows(view.settings, say).map(({ label, value, turn }): Row => [
    span(ruler.fit(words`${label}`, LABEL_COLUMNS), theme.quiet),
    span(
      ruler.cut(words`${turn === undefined ? value : `‹ ${value} ›`}`, room - LABEL_COLUMNS),
      turn === undefined ? theme.quiet : theme.strong,
    ),
  ]);
  return { title: say("settings"), rows, at, keys: say("keys-settings"), isSnug: true };
}

function pastePaper({ text }: Of<"paste">, shown: Shown): Paper {
  const lines = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n");
  const { theme, ruler } = shown.look;
  const rows = lines
    .slice(0, PASTE_ROWS)
    .map((line): Row => [span(ruler.cut(sanitizeLine(line, 500), shown.room), theme.base)]);
  const more: readonly Row[] =
    lines.length > PASTE_ROWS ? [[span(words`… ${lines.length - PASTE_ROWS} more lines`, theme.quiet)]] : [];
  return {
    title: words`${lines.length === 1 ? `paste ${text.length} characters?` : `paste ${lines.length} lines?`}`,
    rows: [...rows, ...more],
    keys: words`Enter puts them into your message   Esc does not`,
  };
}

function unlockPaper({ editor }: Of<"unlock">, { look }: Shown): Paper {
  const stars = editor.clusters.map(() => words`*`);
  const rows: readonly Row[] = [[span(words`what was said is not shown until then`, look.theme.quiet)]];
  const field = { before: words`passphrase `, editor: { clusters: stars, at: editor.at } };
  return { title: words`locked`, rows, field, keys: words`Enter unlocks   Ctrl+Q leaves`, isSnug: true };
}
