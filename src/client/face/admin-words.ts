// What an owner or an admin types to administer the realm, as the JSON object that the server's local socket takes too: an act, and its fields.
// The server alone knows which acts there are; here only the form is known.
import { Fault } from "../../model/fault.ts";
import { ACT_FORMS, type ActForm, actForm } from "./admin-acts.ts";

/** Not for words that others may see: on a screen, in a list of processes, in what a shell remembers. */
const SECRETS = new Set(["passphrase"]);
/** Of these the words are texts as they stand, with or without the `@` of a person. */
const PEOPLE = new Set(["user", "target"]);
const NAMED = /^([a-z][A-Za-z0-9-]{0,31})(:?=)([\s\S]*)$/;
/** As the last of the words without a name these are all that follow. */
const SENTENCES = new Set(["text", "name"]);
const SWITCH: Readonly<Record<string, boolean>> = { on: true, true: true, off: false, false: false };
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
  if (!/^[a-z][a-z.-]{0,31}$/.test(act)) throw unclear("the act is missing", oneOf());
  const form = actForm(act);
  const named = words.filter((word) => NAMED.test(word));
  const bare = words.filter((word) => !NAMED.test(word));
  // A server that is newer than this program may have others: those say all of their fields by name.
  if (form === undefined && (words.length === 0 || bare.length > 0))
    throw unclear(`there is no act ${JSON.stringify(act)}`, oneOf());
  if (act === "motd" && words.length === 1 && words[0] === "-") return { clear: true, do: act };
  const request = {
    ...Object.fromEntries(bareFields(bare, { act, now, form })),
    ...Object.fromEntries(named.map((word) => namedField(word, { act, now }))),
    do: act,
  };
  const missing = form?.fields.slice(0, form.least).find((name) => !Object.hasOwn(request, name));
  if (missing !== undefined) throw unclear(`${act}: the ${missing} is missing`, `${act} ${form?.usage ?? ""}`);
  return request;
}

type Field = readonly [name: string, value: unknown];

interface Ground {
  readonly act: string;
  readonly now: number;
}

/** `messageRate=5`, or as a flag of chat-server is called: `message-rate=5`. */
function namedField(word: string, ground: Ground): Field {
  const [, flag = "", sign = "", value = ""] = NAMED.exec(word) ?? [];
  const name = flag.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (name === "do") throw noField(word);
  if (SECRETS.has(name)) throw secret(name);
  return [name, sign === ":=" ? jsonIn(name, value) : valueOf(name, value, ground)];
}

function bareFields(words: readonly string[], { form, ...ground }: Ground & { readonly form: ActForm | undefined }) {
  const { fields = [] } = form ?? {};
  const last = fields.length - 1;
  const takesAll = SENTENCES.has(fields[last] ?? "");
  const whole = takesAll && words.length > last ? [...words.slice(0, last), words.slice(last).join(" ")] : words;
  return whole.map((word, at): Field => {
    const name = fields[at];
    if (name === undefined) throw noField(word);
    return [name, valueOf(name, word, ground)];
  });
}

function noField(word: string): Fault {
  return unclear(`${JSON.stringify(word)} is no FIELD=VALUE`, "for example: uses=3");
}

function oneOf(): string {
  return `one of: ${Object.keys(ACT_FORMS).join(", ")}`;
}

function valueOf(name: string, text: string, { act, now }: Ground): unknown {
  if (PEOPLE.has(name)) return text.replace(/^@/, "");
  if (name === "on") return switchIn(act, text);
  if (SENTENCES.has(name)) return text;
  if (text === "true" || text === "false") return text === "true";
  if (COUNTS.has(name) || act === "limits") return countIn(name, text);
  if (name.endsWith("Ms")) return spanIn(text) ?? countIn(name, text);
  if (name.endsWith("Until")) return momentIn(text, now) ?? countIn(name, text);
  return text;
}

function switchIn(act: string, text: string): boolean {
  const on = Object.hasOwn(SWITCH, text) ? SWITCH[text] : undefined;
  if (on !== undefined) return on;
  throw unclear(`${act} is on or off, not ${JSON.stringify(text)}`, `${act} on`);
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
