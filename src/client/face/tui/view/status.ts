// The last row: connection and encryption, who the other is, who one is oneself, what waits. Says only what is so at this moment.
import type { ScreenView } from "../../../port/screens.ts";
import { counted, roughSpanOf } from "../../lines/quantities.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import type { Area, Cells } from "../ground/cells.ts";
import { over, type Style } from "../ground/style.ts";
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

function linkFact({ link, self }: ScreenView, { theme, now }: Look): Fact {
  const good = over(theme.bar, theme.strong);
  const server = sanitizeLine(self.server);
  const again =
    link.retryAt === undefined
      ? ""
      : ` again in ${roughSpanOf(Math.max(0, Math.ceil((link.retryAt - now) / 1_000) * 1_000))}`;
  const why = link.reason === undefined ? "" : `: ${sanitizeLine(link.reason.message)}`;
  switch (link.state) {
    case "connected":
      return { ways: [words`● TLS 1.3 with ${server}`, words`● TLS 1.3`, words`● TLS`], style: good };
    case "connecting":
      return { ways: [words`◌ connecting to ${server}`, words`◌ connecting`], style: theme.bar };
    case "reconnecting":
      return {
        ways: [
          words`○ not connected${why}${again === "" ? "" : ";"}${again}`,
          words`○ not connected${again === "" ? "" : ";"}${again}`,
          words`○ offline`,
        ],
        style: theme.badBar,
      };
    case "refused":
      return { ways: [words`✗ refused${why}`, words`✗ refused`], style: theme.badBar };
  }
}

/** Every conversation is; there is no other kind. */
function sealFact(_: ScreenView, { theme }: Look): Fact {
  return { ways: [words`end-to-end encrypted`, words`E2E`], style: theme.bar };
}

function identityFacts({ open, conversations, self }: ScreenView, { theme }: Look): readonly Fact[] {
  const row = conversations.find(({ conversation }) => conversation === open.conversation);
  if (row?.isNotes === true) return [{ ways: [words`notes to yourself`, words`notes`], style: theme.bar }];
  const others = open.members.filter(({ user }) => user !== self.user);
  if (row?.kind === "direct")
    return row.trusted === true
      ? [{ ways: [words`◆ number compared`, words`◆ compared`, words`◆`], style: over(theme.bar, theme.strong) }]
      : [{ ways: [words`number not compared`, words`not compared`, words`◇`], style: theme.bar }];
  const trusted = others.filter((one) => one.trusted === true).length;
  return others.length === 0
    ? []
    : [
        {
          ways: [words`◆ ${trusted} of ${others.length} compared`, words`◆ ${trusted}/${others.length}`],
          style: theme.bar,
        },
      ];
}

/** The first is the last to go. */
function rightFacts({ link, self, unread, mentions }: ScreenView, { theme }: Look): readonly Fact[] {
  const waiting =
    link.waiting === 0
      ? []
      : [
          {
            ways: [
              words`${counted(link.waiting, "message")} to send`,
              words`${link.waiting} to send`,
              words`↑${link.waiting}`,
            ],
            style: over(theme.bar, theme.strong),
          },
        ];
  const news =
    unread === 0
      ? []
      : [
          {
            ways: [
              words`${unread} unread${mentions > 0 ? `, ${mentions} for you` : ""}`,
              words`${unread} new${mentions > 0 ? ` @${mentions}` : ""}`,
              words`${unread}${mentions > 0 ? ` @${mentions}` : ""}`,
            ],
            style: theme.bar,
          },
        ];
  const device = self.device.slice(0, 8);
  const you = {
    ways: [words`you: @${self.user}, device ${device}`, words`@${self.user} ${device}`, words`@${self.user}`],
    style: theme.bar,
  };
  return [...waiting, ...news, you];
}
