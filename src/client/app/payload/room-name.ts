// Names of rooms, as they are typed after `#`: letters and digits of any script, with `.`, `_` and `-` inside, in one form, so that
// a name that looks the same is the same. Rooms are told apart by their ids; two may have one name.
import { Fault } from "../../../model/fault.ts";

/** Code points. @internal */
export const NAME_CHARS = 64;
/** Lower case is what is left of letters: \p{Ll}, and scripts without case. Marks follow a letter, at most three on one. */
const NAME = /^(?:[\p{Ll}\p{Lo}\p{Lm}\p{Nd}]|(?<=[^._-])(?<!\p{M}{3})\p{M}|(?<=.)[._-])+(?<![._-])$/u;
/** Letters without a shape: Hangul fillers and the like. */
const INVISIBLE = /\p{DI}/u;
const LATIN = /\p{Script=Latin}/u;
/** Half of their letters look like Latin ones. */
const LOOKS_LATIN = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;
/** The conversation of everybody, which no room may be taken for. */
const LOBBY = "lobby";

/** What somebody typed, with or without `#`, as a name. @throws Fault `bad-room-name` */
export function roomNameOf(typed: string): string {
  if (typed.length > 4 * NAME_CHARS) throw tooLong();
  const name = folded(typed.replace(/^#/, ""));
  if (/\S\s+\S/u.test(name)) throw spacedName(typed);
  checkRoomName(name);
  return name;
}

/** @throws Fault `bad-room-name` */
export function checkRoomName(name: string): void {
  if (name.length > 2 * NAME_CHARS || Array.from(name).length > NAME_CHARS) throw tooLong();
  if (!NAME.test(name) || INVISIBLE.test(name) || folded(name) !== name)
    throw bad(
      "the name of a room has lower-case letters and digits, and between them dots, hyphens and underscores",
      "for example #plans or #year-2027",
    );
  if (LATIN.test(name) && LOOKS_LATIN.test(name))
    throw bad("the name of a room mixes letters that look the same", "take letters of one alphabet");
  if (name === LOBBY) throw bad("there is one #lobby already", "take another name");
}

/** Several words are none; with hyphens they are, as a rule. */
export function spacedName(typed: string, hint = "put hyphens or underscores between words"): Fault {
  const joined = folded(typed.slice(0, 2 * NAME_CHARS).replace(/^#/, ""))
    .trim()
    .replaceAll(/\s+/gu, "-");
  const example = isRoomName(joined) ? joined : "team-plans";
  return new Fault("bad-room-name", `the name of a room has no spaces: for example #${example}`, {
    values: { example },
    hint,
  });
}

function isRoomName(name: string): boolean {
  try {
    checkRoomName(name);
    return true;
  } catch {
    return false;
  }
}

/** Compatibility forms too (Unicode §3.11): full width letters are letters. Twice, because case may undo it. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

function tooLong(): Fault {
  return bad(`the name of a room has at most ${NAME_CHARS} characters`, "take a shorter one");
}

function bad(sentence: string, hint: string): Fault {
  return new Fault("bad-room-name", sentence, { hint });
}
