// The last row: connection and encryption, who the other is, who one is oneself, what waits. Says only what is so at this moment.
import type { ScreenView } from "../../../port/screens.ts";
import { roughSpanOf } from "../../lines/quantities.ts";
import type { SafeText } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { BOLD, type Style } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import type { Look } from "./look.ts";
import { drawRow, drawRight, type Row, rowWidth, span } from "./rows.ts";

/** A fact, the longest way to say it first. */
interface Fact {
  readonly ways: readonly SafeText[];
  readonly style: Style;
}

const GAP = 2;
/** How short the left and the right are said, one after the other. */
const SHORTER = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;

export function drawStatus(cells: Cells, area: Area, { view, look }: { view: ScreenView; look: Look }): void {
  const { x, y, width } = area;
  const { theme } = look;
  cells.cover(area, theme.bar);
  const left = [linkFact(view, look), sealFact(view, look), ...(view.locked ? [] : identityFacts(view, look))];
  const right = view.locked ? [] : rightFacts(view, look);
  const [shownLeft, shownRight] = fitting(left, right, { room: width - 2, look });
  drawRow(cells, { x: x + 1, y }, { row: shownLeft, most: width - 1 });
  const room = width - 2 - rowWidth(shownLeft, look.ruler) - GAP;
  if (room > 0) drawRight(cells, { x: x + width - 1 - room, y }, { row: shownRight, most: room });
}

/** The same as short as it can be; `isWhole`: with what waits and what is new. */
export function shortStatus({ view, look, isWhole }: { view: ScreenView; look: Look; isWhole: boolean }): Row {
  const facts = [linkFact(view, look), sealFact(view, look), ...(view.locked ? [] : identityFacts(view, look))];
  const news = isWhole && !view.locked ? rightFacts(view, look).slice(0, -1) : [];
  const gap = news.length === 0 ? [] : [span(words`  `, look.theme.bar)];
  return [...rowOf(facts, 2, look), ...gap, ...rowOf(news, 1, look)];
}

/** Everything said shorter and shorter until it fits; what is on the left is never left out, what is on the right may be. */
function fitting(
  left: readonly Fact[],
  right: readonly Fact[],
  { room, look }: { room: number; look: Look },
): readonly [Row, Row] {
  for (const [shortLeft, shortRight] of SHORTER) {
    const rows = [rowOf(left, shortLeft, look), rowOf(right, shortRight, look)] as const;
    if (rowWidth(rows[0], look.ruler) + GAP + rowWidth(rows[1], look.ruler) <= room) return rows;
  }
  return [rowOf(left, 2, look), rowOf(right.slice(0, 1), 2, look)];
}

function rowOf(facts: readonly Fact[], short: number, { theme }: Look): Row {
  return facts.flatMap(({ ways, style }, at) => {
    const text = ways[Math.min(short, ways.length - 1)] ?? words``;
    const piece = span(text, style);
    return at === 0 ? [piece] : [span(words`  `, theme.bar), piece];
  });
}

function linkFact({ link, self }: ScreenView, look: Look): Fact {
  const { theme, say } = look;
  const { server } = self;
  switch (link.state) {
    case "connected":
      return {
        ways: [say("link-connected", { server }), words`● TLS 1.3`, words`● TLS`],
        style: theme.bar | BOLD,
      };
    case "connecting":
      return { ways: [say("link-connecting-to", { server }), say("link-connecting")], style: theme.bar };
    case "reconnecting":
      return { ways: [...cutWays(link, look), say("link-offline")], style: theme.badBar };
    case "refused":
      return {
        ways: [
          ...(link.reason === undefined ? [] : [say("link-refused-why", { why: say.told(link.reason).message })]),
          say("link-refused"),
        ],
        style: theme.badBar,
      };
  }
}

/** With the reason and when it is tried again, as far as they are known; and without the reason. */
function cutWays({ reason, retryAt }: ScreenView["link"], { say, now }: Look): readonly SafeText[] {
  const why = reason && say.told(reason).message;
  if (retryAt === undefined)
    return [why === undefined ? say("link-cut") : say("link-cut-why", { why }), say("link-cut")];
  const time = roughSpanOf(Math.max(0, Math.ceil((retryAt - now) / 1_000) * 1_000));
  const again = say("link-cut-again", { time });
  return [why === undefined ? again : say("link-cut-why-again", { why, time }), again];
}

/** Every conversation is; there is no other kind. */
function sealFact(_: ScreenView, { theme, say }: Look): Fact {
  return { ways: [say("sealed"), say("sealed-short")], style: theme.bar };
}

function identityFacts({ open, conversations, self }: ScreenView, { theme, say }: Look): readonly Fact[] {
  const row = conversations.find(({ conversation }) => conversation === open.conversation);
  if (row?.isNotes === true) return [{ ways: [say("notes-own"), say("notes-short")], style: theme.bar }];
  const others = open.members.filter(({ user }) => user !== self.user);
  if (row?.kind === "direct")
    return row.trusted === true
      ? [{ ways: [say("compared"), say("compared-short"), words`◆`], style: theme.bar | BOLD }]
      : [{ ways: [say("not-compared"), say("not-compared-short"), words`◇`], style: theme.bar }];
  const n = others.filter((one) => one.trusted === true).length;
  const all = others.length;
  return all === 0 ? [] : [{ ways: [say("compared-of", { n, all }), words`◆ ${n}/${all}`], style: theme.bar }];
}

/** The first is the last to go. */
function rightFacts(view: ScreenView, { theme, say }: Look): readonly Fact[] {
  const { self } = view;
  const n = view.link.waiting;
  const ways = [say.count("to-send", n), say("to-send-short", { n }), words`↑${n}`];
  const waiting = n === 0 ? [] : [{ ways, style: theme.bar | BOLD }];
  const news = view.unread === 0 ? [] : [{ ways: newsWays(view, say), style: theme.bar }];
  const device = self.device.slice(0, 8);
  const you = {
    ways: [say("you-are", { user: self.user, device }), words`@${self.user} ${device}`, words`@${self.user}`],
    style: theme.bar,
  };
  return [...waiting, ...news, you];
}

function newsWays({ unread: n, mentions }: ScreenView, say: Look["say"]): readonly SafeText[] {
  if (mentions === 0) return [say.count("unread", n), say("unread-short", { n }), words`${n}`];
  const short = say("unread-short", { n });
  return [say.count("unread-for-you", n, { mentions }), words`${short} @${mentions}`, words`${n} @${mentions}`];
}
