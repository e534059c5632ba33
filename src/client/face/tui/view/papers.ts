// Each layer as a paper: what is written on it.
import { sanitize, sanitizeLine } from "../../sanitize.ts";
import { strengthOf } from "../../strength.ts";
import { forgottenLines, WRONG_MANY } from "../../words/forgotten.ts";
import { type Editor, textOf } from "../ground/editor.ts";
import { words } from "../ground/text.ts";
import { reactions } from "../scene/lists.ts";
import { settingRows } from "../scene/settings.ts";
import type { Layer } from "../scene/state.ts";
import { matching } from "../scene/switching.ts";
import { answerPaper } from "./answer-paper.ts";
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
    case "picture":
      return picturePaper(layer, shown);
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
        title: shown.look.say("certain"),
        rows: textRows(layer.question, shown),
        keys: shown.look.say("keys-confirm"),
        isSnug: true,
      };
    case "paste":
      return pastePaper(layer, shown);
    case "unlock":
      return unlockPaper(layer, shown);
    case "passphrase":
      return passphrasePaper(layer, shown);
  }
}

/** Its frame; the picture itself is no letters. */
function picturePaper({ name, picture }: Of<"picture">, { look }: Shown): Paper {
  const { say } = look;
  const says =
    picture === undefined ? say("searching") : say("picture-size", { width: picture.width, height: picture.height });
  const rows: readonly Row[] = [[span(says, look.theme.quiet)]];
  return { title: sanitizeLine(name), rows, keys: say("keys-back") };
}

function textRows(text: string, { look, room }: Shown): readonly Row[] {
  return look.ruler.wrap(sanitize(text), room).map((row) => [span(row, look.theme.base)]);
}

function switcherPaper(layer: Of<"switcher">, { view, look, room }: Shown): Paper {
  const { theme, ruler, say } = look;
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
  const none: Row = [span(say("nothing-like"), theme.quiet)];
  const field = { before: words`${say("go-to")} `, editor: layer.editor };
  return {
    title: say("conversations"),
    rows: rows.length === 0 ? [none] : rows,
    at: rows.length === 0 ? -1 : layer.at,
    field,
    keys: say("keys-switcher"),
  };
}

function searchPaper(layer: Of<"search">, { view, look, room }: Shown): Paper {
  const { theme, ruler, now, say } = look;
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
      ? say("search-hint")
      : search.fault !== undefined
        ? say.told(search.fault).message
        : search.isRunning
          ? say("searching")
          : say("nothing-found");
  const field = { before: words`${say("find")} `, editor: layer.editor };
  const note: Row = [span(ruler.cut(sanitizeLine(says, 200), room), theme.quiet)];
  return {
    title: say("search"),
    rows: rows.length === 0 ? [note] : rows,
    at: rows.length === 0 ? -1 : layer.at,
    field,
    keys: say("keys-search"),
  };
}

function reactPaper(layer: Of<"react">, { look }: Shown): Paper {
  const { say } = look;
  const rows = reactions(layer).map(([name, emoji]): Row => [
    span(look.ruler.fit(sanitizeLine(emoji, 8), 4), look.theme.base),
    span(words`${name}`, look.theme.quiet),
  ]);
  const field = { before: words`${say("emoji")} `, editor: layer.editor };
  return {
    title: say("react"),
    rows,
    at: layer.at,
    field,
    keys: say("keys-react"),
    isSnug: true,
  };
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
  const { theme, ruler, say } = shown.look;
  const rows = lines
    .slice(0, PASTE_ROWS)
    .map((line): Row => [span(ruler.cut(sanitizeLine(line, 500), shown.room), theme.base)]);
  const more: readonly Row[] =
    lines.length > PASTE_ROWS ? [[span(say.count("paste-more", lines.length - PASTE_ROWS), theme.quiet)]] : [];
  return {
    title: lines.length === 1 ? say("paste-chars", { n: text.length }) : say("paste-lines", { n: lines.length }),
    rows: [...rows, ...more],
    keys: say("keys-paste"),
  };
}

/** Whoever does not know it any more is told what helps. */
function unlockPaper({ editor, wrong }: Of<"unlock">, { look, room }: Shown): Paper {
  const { say, ruler, theme } = look;
  const advice = wrong < WRONG_MANY ? [] : forgottenLines(say.language);
  const rows = [
    ...ruler.wrap(say("locked-about"), room).map((row): Row => [span(row, theme.quiet)]),
    ...advice.flatMap((line) => ruler.wrap(sanitize(line), room).map((row): Row => [span(row, theme.base)])),
  ];
  const field = { before: words`${say("passphrase")} `, editor: starred(editor) };
  return { title: say("locked"), rows, field, keys: say("keys-unlock"), isSnug: true };
}

function starred({ clusters, at }: Editor): Pick<Editor, "clusters" | "at"> {
  return { clusters: clusters.map(() => words`*`), at };
}

/** How strong a new one is stands below while it is typed. */
function passphrasePaper({ editor, asks }: Of<"passphrase">, { look, room }: Shown): Paper {
  const { say, ruler, theme } = look;
  const typed = asks === "next" ? textOf(editor) : "";
  const verdict = typed === "" ? undefined : strengthOf(typed).verdict;
  const says = verdict === undefined ? say("passphrase-about") : say(`passphrase-${verdict}`);
  const style = verdict === "weak" ? theme.warning : verdict === "good" ? theme.good : theme.quiet;
  const rows = ruler.wrap(says, room).map((row): Row => [span(row, style)]);
  const field = { before: words`${say(`passphrase-${asks}`)} `, editor: starred(editor) };
  return { title: say("passphrase"), rows, field, keys: say("keys-passphrase") };
}
