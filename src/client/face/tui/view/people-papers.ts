// Members, devices, a person with the safety number: as papers.
import type { DeviceView } from "../../../port/device-view.ts";
import { vouchedWords } from "../../lines/device-words.ts";
import { counted } from "../../lines/quantities.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import { INVERSE } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import { personStyle } from "../ground/theme.ts";
import type { Layer } from "../scene/state.ts";
import { presenceSign } from "./column.ts";
import { momentOf, type Look } from "./look.ts";
import type { Paper } from "./paper.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

type Of<L extends Layer["layer"]> = Extract<Layer, { layer: L }>;

/** Groups of five digits in a row. */
const IN_A_ROW = 4;

export function membersPaper({ at }: Of<"members">, { view, look, room }: Shown): Paper {
  const { theme, ruler } = look;
  const rows = view.open.members.map((one): Row => {
    const facts = [
      ...(one.role === "member" ? [] : [one.role]),
      counted(one.devices, "device"),
      ...(one.trusted === true ? ["compared"] : []),
      ...(one.verified ? [] : ["name not proved"]),
    ];
    const name = one.verified ? one.name : `[${one.name}]`;
    return [
      span(words`${presenceSign(one)} `, one.online ? theme.good : theme.quiet),
      span(ruler.fit(sanitizeLine(name), Math.min(24, Math.floor(room / 3))), personStyle(theme, one.user)),
      span(ruler.fit(words` @${sanitizeLine(one.user)}`, Math.min(24, Math.floor(room / 4))), theme.quiet),
      span(words` ${facts.join(", ")}`, theme.quiet),
    ];
  });
  const asking = view.open.asking.map(({ user, name }): Row => [
    span(
      words`? ${sanitizeLine(name)} (@${sanitizeLine(user)}) asks to be let in: /approve ${sanitizeLine(user)}`,
      theme.mention,
    ),
  ]);
  const title = words`${view.open.conversation}: ${counted(view.open.members.length, "member")}`;
  return { title, rows: [...rows, ...asking], at, keys: words`Enter who it is   m write to them   Esc back` };
}

export function devicesPaper({ devices, user, at }: Of<"devices">, { look, room }: Shown): Paper {
  const rows = devices.flatMap((one, index) =>
    deviceRows(one, look, { room, whose: user === undefined ? "your" : "their" }).slice(0, index === at ? 3 : 1),
  );
  const before = rows.length === 0 ? [[span(words`none is known`, look.theme.quiet)]] : rows;
  const title = user === undefined ? words`your devices` : words`devices of @${user}`;
  const keys = user === undefined ? words`↑ ↓   l name it   r put it out   Esc back` : words`↑ ↓   Esc back`;
  return { title, rows: before, at, keys };
}

function deviceRows(
  one: DeviceView,
  { theme, ruler, now }: Look,
  { room, whose }: { room: number; whose: "your" | "their" },
): readonly Row[] {
  const { device, name, label, added, until, verified, revoked = false, current } = one;
  const facts = [
    ...(current ? ["this one"] : []),
    ...(added === undefined ? [] : [`since ${momentOf(added, now)}`]),
    ...(revoked ? ["put out"] : [`certified until ${momentOf(until, now)}`, ...(verified ? [] : ["not proved"])]),
  ].join(", ");
  const style = revoked ? theme.quiet : verified ? theme.base : theme.warning;
  const head: Row = [
    span(words`${device.slice(0, 8)}  `, theme.quiet),
    span(ruler.cut(words`${sanitizeLine(label ?? name)}  `, Math.floor(room / 2)), style | theme.strong),
    span(words`${facts}`, theme.quiet),
  ];
  const proved =
    one.email === undefined
      ? []
      : [`${one.email}${one.openpgp === undefined ? "" : ` by the OpenPGP key ${one.openpgp}`}`];
  const more = [vouchedWords(one, whose), ...proved].map((text): Row => [
    span(ruler.cut(words`          ${sanitizeLine(text, 300)}`, room), theme.quiet),
  ]);
  return [head, ...more];
}

export function personPaper({ user, card, top, isTurned }: Of<"person">, { look, room }: Shown): Paper {
  const { theme } = look;
  const keys = words`v ${card?.verify?.verified === true ? "not certain any more" : "it is the same number"}   i turns the picture   m write   Esc back`;
  if (card === undefined)
    return { title: words`@${user}`, rows: [[span(words`looking …`, theme.quiet)]], keys: words`Esc back` };
  const called =
    card.nickname === undefined
      ? sanitizeLine(card.name)
      : words`${sanitizeLine(card.nickname)}, who is called ${sanitizeLine(card.name)}`;
  const facts: readonly Row[] = [
    [
      span(called, personStyle(theme, user) | theme.strong),
      span(words`  @${card.user}  ${card.online ? "online" : "offline"}`, theme.quiet),
    ],
    [],
  ];
  const devices = card.devices.flatMap((one) => deviceRows(one, look, { room, whose: "their" }).slice(0, 2));
  const list: readonly Row[] =
    devices.length === 0 ? [] : [[], [span(words`${counted(card.devices.length, "device")}`, theme.quiet)], ...devices];
  return { title: words`@${user}`, rows: [...facts, ...numberRows(card.verify, isTurned, look), ...list], top, keys };
}

function numberRows(
  verify: NonNullable<Of<"person">["card"]>["verify"],
  isTurned: boolean,
  { theme }: Look,
): readonly Row[] {
  if (verify === undefined)
    return [[span(words`there is no safety number with oneself, or nothing to compare yet`, theme.quiet)]];
  const groups = verify.safetyNumber.split(" ");
  const rows = Array.from(
    { length: Math.ceil(groups.length / IN_A_ROW) },
    (_, row): SafeText => words`${groups.slice(IN_A_ROW * row, IN_A_ROW * (row + 1)).join(" ")}`,
  );
  const standing = verify.verified
    ? span(words`◆ the numbers were compared, and nothing has changed since`, theme.good)
    : span(words`not compared yet: ask them for theirs by another way`, theme.warning);
  const qr = verify.qr ?? [];
  // Beside the picture where there is one. Where nobody knows how light the screen is, a person can turn it round.
  const style = isTurned ? theme.picture ^ INVERSE : theme.picture;
  const picture = qr.map((line, at): Row => {
    const number = rows[at - 1];
    return [span(words`${line}`, style), span(words`   ${number ?? ""}`, theme.strong)];
  });
  return [[standing], [], ...(qr.length === 0 ? rows.map((row): Row => [span(row, theme.strong)]) : picture)];
}
