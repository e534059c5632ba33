// Times and sizes as people write them: `8h`, `7d`; `1 day`, `3.1 MiB`.

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };
const SPAN = /^(\d{1,6})([smhdw])$/;
const NAMES = [
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;
const UNITS = ["bytes", "KiB", "MiB", "GiB"];

/** Seconds; undefined for anything else than a number and its unit. */
export function secondsOf(typed: string): number | undefined {
  const [, count = "", unit = ""] = SPAN.exec(typed) ?? [];
  const seconds = SECONDS[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}

/** In the largest unit that fits without a rest. */
export function spanOf(seconds: number): string {
  const [name, length] = NAMES.find(([, one]) => seconds >= one && seconds % one === 0) ?? ["second", 1];
  return counted(seconds / length, name);
}

/** To be read, not to be typed: `3 d 4 h`, `2 min 5 s`, `0.4 ms`. */
export function roughSpanOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(10 * ms) / 10} ms`;
  const seconds = Math.floor(ms / 1_000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600)];
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function sizeOf(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? counted(bytes, "byte") : `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power] ?? ""}`;
}

export function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
