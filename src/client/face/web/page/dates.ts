// Times, dates and sizes in the language of the person, by Intl.
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1_000;

export interface Dates {
  time(at: number): string;
  /** Today, yesterday, or the date. */
  day(at: number): string;
  /** Both, in full. */
  full(at: number): string;
  /** Both, with the zone they are of: for what ends. */
  until(at: number): string;
  /** The time of today, the day of this week, else the date: for lists. */
  short(at: number): string;
  size(bytes: number): string;
  percent(part: number, of: number): string;
}

export function datesIn(language: string, now: () => number): Dates {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language, options);
  const time = format({ hour: "numeric", minute: "2-digit" });
  const day = format({ weekday: "long", day: "numeric", month: "long" });
  const full = format({ dateStyle: "full", timeStyle: "short" });
  const until = format({
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const week = format({ weekday: "short" });
  const short = format({ day: "numeric", month: "short" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const daysAgo = (at: number): number => Math.round((dayOf(now()) - dayOf(at)) / DAY_MS);
  return {
    time: (at) => time.format(at),
    day(at) {
      const ago = daysAgo(at);
      return ago === 0 || ago === 1 ? capital(relative.format(-ago, "day")) : day.format(at);
    },
    full: (at) => full.format(at),
    until: (at) => until.format(at),
    short(at) {
      const ago = daysAgo(at);
      if (ago <= 0) return time.format(at);
      return ago < 7 ? week.format(at) : short.format(at);
    },
    size: (bytes) => sizeIn(language, bytes),
    percent: (part, of) => percent.format(of === 0 ? 0 : part / of),
  };
}

/** Where the person is, a day begins at midnight. */
function dayOf(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sizeIn(language: string, bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = {
    style: "unit",
    unit: UNITS[power] ?? "byte",
    // Bytes have no short form that is a plural.
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(language, options).format(bytes / STEP ** power);
}
