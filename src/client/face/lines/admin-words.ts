// What an owner types to administer the realm, as the JSON object that the server's local socket takes too: an act, and its fields.
// The server alone knows which acts there are; here only the form is known.
import { Fault } from "../../../model/fault.ts";

/** What the words behind an act mean that have no name before them. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  invite: ["user"],
  withdraw: ["id"],
  revoke: ["target"],
  user: ["user"],
  devices: ["user"],
  disable: ["user"],
  enable: ["user"],
  rename: ["user", "name"],
  role: ["user", "role"],
  registration: ["who"],
  motd: ["text"],
  backup: ["file"],
};
/** Not for words that others may see: on a screen, in a list of processes, in what a shell remembers. */
const SECRETS = new Set(["passphrase"]);
/** Of these the words are texts as they stand, with or without the `@` of a person. */
const PEOPLE = new Set(["user", "target"]);
const NAMED = /^([a-z][A-Za-z0-9]{0,31})(:?=)([\s\S]*)$/;
const COUNTS = new Set(["uses", "count"]);
const WHOLE = /^(?:0|[1-9]\d{0,14})$/;
const SPAN = /^([1-9]\d{0,4})([smhdw])$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/**
 * `["invite", "bob", "uses=3", "lastsMs=7d"]`: texts as they stand; whole numbers for what is counted, times for `…Ms`, moments for
 * `…Until`; `true` and `false`; `FIELD:=JSON` for anything else. Nothing secret. @throws Fault `bad-command`
 */
export function adminRequest([act = "", ...words]: readonly string[], now: number): Readonly<Record<string, unknown>> {
  if (!/^[a-z][a-z.-]{0,31}$/.test(act)) throw unclear("the act is missing", "for example: invite bob");
  const usual = Object.hasOwn(USUAL, act) ? (USUAL[act] ?? []) : [];
  const fields = words.map((word, index): readonly [string, unknown] => {
    const [, name = usual[index] ?? "", sign = "", value = word] = NAMED.exec(word) ?? [];
    if (name === "" || name === "do") throw unclear(`${JSON.stringify(word)} is no FIELD=VALUE`, "for example: uses=3");
    if (SECRETS.has(name)) throw secret(name);
    return [name, sign === ":=" ? jsonIn(name, value) : valueOf(name, value, { act, now })];
  });
  return { ...Object.fromEntries(fields), do: act };
}

function valueOf(name: string, text: string, { act, now }: { readonly act: string; readonly now: number }): unknown {
  if (PEOPLE.has(name)) return text.replace(/^@/, "");
  if (text === "true" || text === "false") return text === "true";
  if (COUNTS.has(name) || act === "limits") return countIn(name, text);
  if (name.endsWith("Ms")) return spanIn(text) ?? countIn(name, text);
  if (name.endsWith("Until")) return momentIn(text, now) ?? countIn(name, text);
  return text;
}

function countIn(name: string, text: string): number {
  if (WHOLE.test(text)) return Number(text);
  throw unclear(`${name} is not a number or a time: ${JSON.stringify(text)}`, "for example 3, 90d or 2026-12-31");
}

function spanIn(text: string): number | undefined {
  const [, digits = "", unit = ""] = SPAN.exec(text) ?? [];
  return digits === "" ? undefined : Number(digits) * (UNIT_MS[unit] ?? 0);
}

/** A date (its end, UTC), a time, or so long from now. */
function momentIn(text: string, now: number): number | undefined {
  const span = spanIn(text);
  if (span !== undefined) return now + span;
  if (!DATE.test(text)) return undefined;
  const ms = Date.parse(text.length === 10 ? `${text}T23:59:59Z` : text);
  const day = text.slice(0, 10);
  // The 31st of February is read as the 3rd of March.
  return Number.isNaN(ms) || new Date(day).toISOString().slice(0, 10) !== day ? undefined : ms;
}

function jsonIn(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unclear(`${name} is not JSON`, `for example ${name}:=["a","b"]`);
  }
}

function secret(name: string): Fault {
  return unclear(
    `a ${name} is not said here: others could read it`,
    "leave it out: one is made, and the answer says it once; or on the server's machine: chat-server backup FILE --passphrase-file FILE",
  );
}

function unclear(what: string, hint: string): Fault {
  return new Fault("bad-command", what, { hint });
}
