// Flags as a table: what kinds of values there are, and how each is read strictly from text, environment or JSON.
import { isIP } from "node:net";
import { Fault } from "../model/fault.ts";

interface About {
  /** Lower case, no full stop. */
  readonly about: string;
  readonly alias?: string;
  /** For the help: what it is where nothing says it and something else decides. */
  readonly usually?: string;
}

/** `duration`: 90d, 12h, 10m or 30s, read as milliseconds. `ip`: an address literal. `host`: also a host name. `port`: from 0 where `least` is not given. `count`: a whole number. */
export type Flag =
  | (About & { readonly kind: "text" | "ip" | "host"; readonly default?: string })
  | (About & { readonly kind: "port"; readonly least?: 1; readonly default?: number })
  | (About & { readonly kind: "count"; readonly least: number; readonly most: number; readonly default?: number })
  | (About & { readonly kind: "choice"; readonly choices: readonly string[]; readonly default?: string })
  | (About & {
      readonly kind: "duration";
      readonly leastMs: number;
      readonly mostMs: number;
      readonly default?: string;
    })
  | (About & { readonly kind: "switch" });

export type ReadAs = string | number | boolean | undefined;

/** A flag without a default may be undefined; a switch is false. */
export type ValueOf<F extends Flag> = F extends { readonly kind: "switch" }
  ? boolean
  :
      | (F extends { readonly kind: "port" | "count" | "duration" }
          ? number
          : F extends { readonly choices: readonly (infer C)[] }
            ? C
            : string)
      | (F extends { readonly default: string | number } ? never : undefined);
export type Values<F extends Readonly<Record<string, Flag>>> = { readonly [K in keyof F]: ValueOf<F[K]> };

// RFC 1123 §2.1; the last label is not a number, so that a mistyped address is not taken for a name.
const HOST = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;
const WHOLE = /^(?:0|[1-9]\d{0,14})$/;
const PORT_MOST = 65_535;
const DURATION = /^([1-9]\d{0,5})([smhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const YES = new Set(["1", "true", "yes", "on"]);
const NO = new Set(["0", "false", "no", "off"]);

export function envName(flag: string): string {
  return `CHAT_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** As it is shown in the help. */
export function shownDefault(flag: Flag): string | undefined {
  if (flag.kind === "switch" || flag.default === undefined || flag.usually !== undefined) return flag.usually;
  return String(flag.default);
}

/** As if none were given. */
export function usualValues<F extends Readonly<Record<string, Flag>>>(flags: F): Values<F> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, defaultOf(flag)])) as Values<F>;
}

export function defaultOf(flag: Flag): ReadAs {
  if (flag.kind === "switch") return false;
  if (flag.kind === "duration" && flag.default !== undefined) return readDuration(flag, flag.default, "the default");
  return flag.default;
}

/** `from`: where the value stood, for the sentence. @throws Fault `usage` */
export function readText(flag: Flag, value: unknown, from: string): ReadAs {
  // yargs makes a list of a flag that is given twice.
  if (Array.isArray(value)) throw wrong(from, "is given more than once", "give it once");
  switch (flag.kind) {
    case "switch":
      return readSwitch(value, from);
    case "port":
      return readWhole(value, from, { least: flag.least ?? 0, most: PORT_MOST, what: "a port" });
    case "count":
      return readWhole(value, from, { least: flag.least, most: flag.most, what: "a whole number" });
    case "duration":
      return readDuration(flag, value, from);
    default:
      return readString(flag, value, from);
  }
}

/** Milliseconds. */
function readDuration(flag: Extract<Flag, { kind: "duration" }>, value: unknown, from: string): number {
  const [, digits = "", unit = ""] = DURATION.exec(String(value)) ?? [];
  const ms = Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
  if (Number.isNaN(ms) || ms < flag.leastMs || ms > flag.mostMs) {
    const range = `from ${inUnits(flag.leastMs)} to ${inUnits(flag.mostMs)}`;
    throw wrong(from, `is not a time ${range}: ${JSON.stringify(String(value))}`, "for example 90d, 12h, 10m or 30s");
  }
  return ms;
}

function inUnits(ms: number): string {
  const [unit = "s", size = 1_000] = Object.entries(UNIT_MS).findLast(([, each]) => ms % each === 0) ?? [];
  return `${ms / size}${unit}`;
}

function readString(
  flag: Exclude<Flag, { kind: "switch" | "port" | "count" | "duration" }>,
  value: unknown,
  from: string,
): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text === "") throw wrong(from, "has no value", "give it one");
  if (flag.kind === "choice" && !flag.choices.includes(text)) {
    throw wrong(from, `cannot be ${JSON.stringify(text)}`, `one of: ${flag.choices.join(", ")}`);
  }
  if (flag.kind === "ip" && isIP(text) === 0) {
    throw wrong(from, `is not an IP address: ${JSON.stringify(text)}`, "for example 127.0.0.1, 0.0.0.0 or ::1");
  }
  if (flag.kind === "host" && isIP(text) === 0 && !HOST.test(text)) {
    throw wrong(
      from,
      `is neither an IP address nor a host name: ${JSON.stringify(text)}`,
      "for example 127.0.0.1, ::1 or chat.example.org",
    );
  }
  return text;
}

function readSwitch(value: unknown, from: string): boolean {
  if (typeof value === "boolean") return value;
  const text = String(value).toLowerCase();
  if (YES.has(text)) return true;
  if (NO.has(text)) return false;
  throw wrong(from, `is neither true nor false: ${JSON.stringify(value)}`, "one of: true, false");
}

function readWhole(value: unknown, from: string, range: { least: number; most: number; what: string }): number {
  const text = String(value);
  const number = WHOLE.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || number < range.least || number > range.most) {
    throw wrong(
      from,
      `is not ${range.what}: ${JSON.stringify(text)}`,
      `a whole number from ${range.least} to ${range.most}`,
    );
  }
  return number;
}

function wrong(from: string, what: string, hint: string): Fault {
  return new Fault("usage", `${from} ${what}`, { hint });
}
