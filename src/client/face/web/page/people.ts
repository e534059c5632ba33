// How a person is drawn: initials, and a colour that is the same everywhere. Pure.
import { sanitizeLine } from "../../sanitize.ts";

const NAME_MOST = 64;

/** 0 to 359, of who somebody is and not of what they call themselves. */
export function hueOf(user: string): number {
  let hash = 2_166_136_261;
  for (const character of user) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) % 360;
}

/** Of the first and the last word; of a handle without its sign. */
export function initialsOf(name: string): string {
  const words = shownName(name)
    .replace(/^@/, "")
    .split(/[\s._-]+/)
    .filter((word) => word !== "");
  const first = Array.from(words[0] ?? "?")[0] ?? "?";
  const last = words.length > 1 ? (Array.from(words.at(-1) ?? "")[0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function shownName(name: string): string {
  return sanitizeLine(name, NAME_MOST);
}
