// What a person types to search, as a query: words, "phrases", from: in: on: before: after:. Pure; what it does not know is text.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle } from "../../model/ids.ts";

export interface Query {
  /** Words and phrases: each must be there. */
  readonly texts: readonly string[];
  /** Any of these. */
  readonly from: readonly Handle[];
  /** Any of these, as typed: `#lobby`, `@bob`, an id. */
  readonly in: readonly string[];
  /** Milliseconds: at or after; before. */
  readonly after: number | undefined;
  readonly before: number | undefined;
}

/** When a day of the person's calendar begins, in milliseconds. Months and days may run over: the 32nd is the 1st of the next. */
export type DayStart = (year: number, month: number, day: number) => number;

const CHARS_MOST = 1_000;
const TERMS_MOST = 32;
const VALUE_CHARS_MOST = 64;
/** A name with a colon, then a word or a phrase; or a phrase; or a word. A quote that is not closed goes to the end. */
const TERM = /(?:(?<name>from|in|on|before|after):)?(?:"(?<phrase>[^"]*)(?:"|$)|(?<word>[^\s"]+)|(?=\s|$))/giu;
const DATE = /^(?<year>\d{4})(?:-(?<month>\d{1,2})(?:-(?<day>\d{1,2}))?)?$/;

type Term = { readonly name: string | undefined; readonly value: string };

/** @throws Fault `bad-query` */
export function readQuery(typed: string, dayStart: DayStart): Query {
  if (typed.length > CHARS_MOST) throw wrong(`a search has at most ${CHARS_MOST} characters`);
  const terms = termsOf(typed);
  if (terms.length > TERMS_MOST) throw wrong(`a search has at most ${TERMS_MOST} words`);
  const values = (name: string): string[] => terms.filter((term) => term.name === name).map(({ value }) => value);
  const spans = {
    on: values("on").map((date) => daysOf("on", date, dayStart)),
    before: values("before").map((date) => daysOf("before", date, dayStart)),
    after: values("after").map((date) => daysOf("after", date, dayStart)),
  };
  const latest = [...spans.on.map(({ start }) => start), ...spans.after.map(({ end }) => end)];
  const soonest = [...spans.on.map(({ end }) => end), ...spans.before.map(({ start }) => start)];
  return {
    texts: terms.filter(({ name, value }) => name === undefined && value !== "").map(({ value }) => value),
    from: values("from").map((value) => handleOf(value)),
    in: values("in").map((value) => placeOf(value)),
    after: latest.length === 0 ? undefined : Math.max(...latest),
    before: soonest.length === 0 ? undefined : Math.min(...soonest),
  };
}

/** As typed, with users in the place of names that `usersOf` knows: any of them. What is a user's handle already stays. */
export function withUsers(typed: string, usersOf: (name: string) => readonly string[]): string {
  return typed.replaceAll(TERM, (term, ...more) => {
    const { name, phrase, word } = more.at(-1) as Readonly<Record<string, string | undefined>>;
    const called = phrase ?? word ?? "";
    if (name?.toLowerCase() !== "from" || called === "") return term;
    const users = usersOf(called).map((user) => `from:${user}`);
    return users.length === 0 ? term : users.join(" ");
  });
}

function termsOf(typed: string): readonly Term[] {
  return [...typed.matchAll(TERM)]
    .filter(([all]) => all !== "")
    .map(({ groups = {} }) => ({
      name: groups["name"]?.toLowerCase(),
      value: groups["phrase"] ?? groups["word"] ?? "",
    }));
}

function handleOf(value: string): Handle {
  const handle = value.replace(/^@/, "").toLowerCase();
  if (!isHandle(handle)) throw wrong("from: needs the name of a user", "for example from:alice");
  return handle;
}

function placeOf(value: string): string {
  if (value === "" || value.length > VALUE_CHARS_MOST)
    throw wrong("in: needs a conversation", "for example in:#lobby or in:@bob");
  return value;
}

/** The first moment of a day, month or year, and the first one after it. */
function daysOf(name: string, value: string, dayStart: DayStart): { readonly start: number; readonly end: number } {
  const { year, month, day } = DATE.exec(value)?.groups ?? {};
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const start =
    year === undefined || y < 1970 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) ? Number.NaN : dayStart(y, m, d);
  if (Number.isNaN(start))
    throw wrong(`${name}: needs a date`, `for example ${name}:2026-11-21, ${name}:2026-11 or ${name}:2026`);
  if (month === undefined) return { start, end: dayStart(y + 1, 1, 1) };
  return { start, end: day === undefined ? dayStart(y, m + 1, 1) : dayStart(y, m, d + 1) };
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function wrong(sentence: string, hint?: string): Fault {
  return new Fault("bad-query", sentence, hint === undefined ? {} : { hint });
}
