// Times and sizes as the person's language says them.
import type { SafeText } from "../../sanitize.ts";
import { numberIn } from "../../words/say.ts";
import { words } from "../ground/text.ts";
import type { Say } from "./say.ts";

const SPANS = [
  ["weeks", 604_800],
  ["days", 86_400],
  ["hours", 3_600],
  ["minutes", 60],
] as const;
const UNITS = ["", "KiB", "MiB", "GiB"];

/** In the largest unit that fits without a rest. */
export function spanIn(say: Say, seconds: number): SafeText {
  const [key, length] = SPANS.find(([, one]) => seconds >= one && seconds % one === 0) ?? (["seconds", 1] as const);
  return say.count(key, seconds / length);
}

export function sizeIn(say: Say, bytes: number): SafeText {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  if (power === 0) return say.count("bytes", bytes);
  return words`${numberIn(say.language, bytes / 1024 ** power, 1)} ${UNITS[power] ?? ""}`;
}
