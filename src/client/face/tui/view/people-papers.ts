// Members, devices, a person with the safety number: as papers.
import type { DeviceView } from "../../../port/device-view.ts";
import { sanitizeLine, type SafeText } from "../../sanitize.ts";
import { BOLD, INVERSE } from "../ground/style.ts";
import { words } from "../ground/text.ts";
import { personStyle } from "../ground/theme.ts";
import type { Layer } from "../scene/state.ts";
import { provedFacts } from "./answer-words.ts";
import { calledIn, presenceSign } from "./column.ts";
import { vouchedWords } from "./device-words.ts";
import { momentOf, type Look } from "./look.ts";
import type { Paper } from "./paper.ts";
import { type Row, span } from "./rows.ts";
import type { Shown } from "./shown.ts";

type Of<L extends Layer["layer"]> = Extract<Layer, { layer: L }>;

/** Groups of five digits in a row. */
const IN_A_ROW = 4;

export function membersPaper({ at }: Of<"members">, { view, look, room }: Shown): Paper {
  const { theme, ruler, say } = look;
  const rows = view.open.members.map((one): Row => {
    const facts = [
      ...(one.role === "member" ? [] : [say(`role-${one.role}`)]),
      ...(one.trusted === true ? [say("compared-fact")] : []),
      ...(one.verified ? [] : [say("name-not-proved")]),
      say.count("devices", one.devices),
    ];
    const name = calledIn(one);
    const [called, handle] = [Math.min(24, Math.floor(room / 3)), Math.min(24, Math.floor(room / 4))];
    return [
      span(words`${presenceSign(one)} `, one.online ? theme.good : theme.quiet),
      span(ruler.fit(sanitizeLine(name), called), personStyle(theme, one.user)),
      span(ruler.fit(words` @${sanitizeLine(one.user)}`, handle), theme.quiet),
      span(ruler.cut(words` ${facts.join(", ")}`, room - called - handle), theme.quiet),
    ];
  });
  const asking = view.open.asking.map(({ user, name }): Row => [
    span(say("asking", { name: sanitizeLine(name), user: sanitizeLine(user) }), theme.mention),
  ]);
  const title = say("members-of", {
    place: view.open.conversation,
    members: say.count("members", view.open.members.length),
  });
  return { title, rows: [...rows, ...asking], at, keys: say("keys-members") };
}

export function devicesPaper({ devices, user, at }: Of<"devices">, { look, room }: Shown): Paper {
  const rows = devices.flatMap((one, index) =>
    deviceRows(one, look, { room, whose: user === undefined ? "your" : "their" }).slice(0, index === at ? 3 : 1),
  );
  const before = rows.length === 0 ? [[span(look.say("none-known"), look.theme.quiet)]] : rows;
  const title = user === undefined ? look.say("your-devices") : look.say("devices-of", { user });
  const keys = look.say(user === undefined ? "keys-own-devices" : "keys-page");
  return { title, rows: before, at, keys };
}

function deviceRows(
  one: DeviceView,
  look: Look,
  { room, whose }: { room: number; whose: "your" | "their" },
): readonly Row[] {
  const { theme, ruler, now, say } = look;
  const { device, name, label, added, until, verified, revoked = false, current } = one;
  const certified = [say("certified-until", { time: momentOf(until, now) }), ...(verified ? [] : [say("not-proved")])];
  const facts = [
    ...(current ? [say("this-one")] : []),
    ...(added === undefined ? [] : [say("since", { time: momentOf(added, now) })]),
    ...(revoked ? [say("put-out")] : certified),
  ].join(", ");
  const style = revoked ? theme.quiet : verified ? theme.base : theme.warning;
  const head: Row = [
    span(words`${device.slice(0, 8)}  `, theme.quiet),
    span(ruler.cut(words`${sanitizeLine(label ?? name)}  `, Math.floor(room / 2)), style | BOLD),
    span(words`${facts}`, theme.quiet),
  ];
  const more = [vouchedWords(one, whose, say), ...provedFacts(one, say)].map((text): Row => [
    span(ruler.cut(words`          ${sanitizeLine(text, 300)}`, room), theme.quiet),
  ]);
  return [head, ...more];
}

export function personPaper({ user, card, top, isTurned }: Of<"person">, { look, room }: Shown): Paper {
  const { theme, say } = look;
  const keys = say(card?.verify?.verified === true ? "keys-person-untrust" : "keys-person-trust");
  if (card === undefined)
    return { title: words`@${user}`, rows: [[span(say("searching"), theme.quiet)]], keys: say("keys-back") };
  const called =
    card.nickname === undefined
      ? sanitizeLine(card.name)
      : say("called", { nickname: sanitizeLine(card.nickname), name: sanitizeLine(card.name) });
  const facts: readonly Row[] = [
    [
      span(called, personStyle(theme, user) | BOLD),
      span(words`  @${card.user}  ${say(card.online ? "online" : "offline")}`, theme.quiet),
    ],
    [],
  ];
  const devices = card.devices.flatMap((one) => deviceRows(one, look, { room, whose: "their" }).slice(0, 2));
  const list: readonly Row[] =
    devices.length === 0 ? [] : [[], [span(say.count("devices", card.devices.length), theme.quiet)], ...devices];
  return { title: words`@${user}`, rows: [...facts, ...numberRows(card.verify, isTurned, look), ...list], top, keys };
}

function numberRows(
  verify: NonNullable<Of<"person">["card"]>["verify"],
  isTurned: boolean,
  { theme, say }: Look,
): readonly Row[] {
  if (verify === undefined) return [[span(say("no-number"), theme.quiet)]];
  const groups = verify.safetyNumber.split(" ");
  const rows = Array.from(
    { length: Math.ceil(groups.length / IN_A_ROW) },
    (_, row): SafeText => words`${groups.slice(IN_A_ROW * row, IN_A_ROW * (row + 1)).join(" ")}`,
  );
  const standing = verify.verified
    ? span(say("number-compared"), theme.good)
    : span(say("number-not-compared"), theme.warning);
  const qr = verify.qr ?? [];
  // Beside the picture where there is one. Where nobody knows how light the screen is, a person can turn it round.
  const style = isTurned ? theme.picture ^ INVERSE : theme.picture;
  const picture = qr.map((line, at): Row => {
    const number = rows[at - 1];
    return [span(words`${line}`, style), span(words`   ${number ?? ""}`, theme.strong)];
  });
  return [[standing], [], ...(qr.length === 0 ? rows.map((row): Row => [span(row, theme.strong)]) : picture)];
}
