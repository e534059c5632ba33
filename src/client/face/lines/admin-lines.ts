// What the server answers to an owner or an admin, as lines of at most 80 columns. What is cut short here is whole in --json.
import { answerTable } from "../../../model/table.ts";
import { sanitizeLine } from "../sanitize.ts";
import type { AnswerSay } from "../administering.ts";
import { roughSpanOf, sizeOf } from "./quantities.ts";

type Row = Readonly<Record<string, unknown>>;

export interface AdminTelling {
  readonly clockTime: (ms: number) => string;
  readonly say: AnswerSay;
}

const LONG = 1_000;
/** Of an invitation, and what stands around it. */
const LINE_CHARS = 2_000;
/** Digits that are enough to mean one. */
const SHORT: Readonly<Record<string, number>> = { device: 8, conversation: 16 };
/** What names the last row of a page. */
const PLACES: Readonly<Record<string, (last: Row) => string>> = {
  users: ({ user }) => String(user),
  devices: ({ user, device }) => `${String(user)}/${String(device)}`,
  conversations: ({ conversation }) => String(conversation),
};
const FROM: Readonly<Record<string, string>> = { flag: "the command line", setting: "set here", usual: "as usual" };

/** An invitation is one line, however long. */
export function adminLines(act: unknown, answer: object, telling: AdminTelling): readonly string[] {
  const given: Row = { ...answer };
  if (act === "invite" && typeof given["line"] === "string" && typeof given["expiresAt"] === "number")
    return inviteLines(given, telling);
  const { clockTime, say } = telling;
  const told = act === "limits" ? { limits: limitRows(given, say) } : readable(given, say);
  const table = answerTable(told, { clean: (text) => sanitizeLine(text, LONG), time: clockTime, word: say });
  return [...table.map((line) => `  ${line}`), ...moreLines(act, given, say)];
}

/** As chat-server invite says it. */
function inviteLines(answer: Row, { clockTime, say }: AdminTelling): readonly string[] {
  const { line, user, uses, role, expiresAt, leaseUntil, openpgp, email } = answer;
  const whom = typeof user === "string" ? `@${sanitizeLine(user)}` : say("whoever has it");
  const often = typeof uses === "number" && uses !== 1 ? say("{n} times", { n: uses }) : say("once");
  const as =
    typeof role === "string" && role !== "member" ? say(", as {role} of the realm", { role: sanitizeLine(role) }) : "";
  const guest = typeof leaseUntil === "number" ? say(", a guest until {time}", { time: clockTime(leaseUntil) }) : "";
  const proof = typeof openpgp === "string" ? ` --pgp ${typeof email === "string" ? email : say("ADDRESS")}` : "";
  const time = clockTime(Number(expiresAt));
  return [
    `  ${say("for {whom}, {often}, until {time}{more}:", { whom, often, time, more: `${as}${guest}` })}`,
    sanitizeLine(`  chat-client join '${String(line)}'${proof}`, LINE_CHARS),
  ];
}

function limitRows({ sources = {}, ...limits }: Row, say: AnswerSay): readonly Row[] {
  const from = sources as Readonly<Record<string, string>>;
  return Object.entries(limits)
    .filter(([name]) => name !== "ok")
    .map(([limit, value]) => ({ limit, value, from: say(FROM[from[limit] ?? ""] ?? "") }));
}

/** Times, sizes and ids as people read them; serial numbers are for programs. */
function readable(row: Row, say: AnswerSay): Row {
  const fields = Object.entries(row).filter(([name]) => name !== "serial" && name !== "more");
  return Object.fromEntries(fields.map(([name, value]) => readableField(name, value, say)));
}

function readableField(name: string, value: unknown, say: AnswerSay): readonly [string, unknown] {
  const digits = SHORT[name];
  if (typeof value === "string" && digits !== undefined) return [name, value.slice(0, digits)];
  if (typeof value === "number" && /(?:^ms|Ms)$/.test(name))
    return [name === "ms" ? "took" : name.slice(0, -2), roughSpanOf(value)];
  if (typeof value === "number" && /(?:^b|B)ytes$/.test(name))
    return [name.replace(/bytes$/, "size").replace(/Bytes$/, "Size"), sizeOf(value)];
  // Since when a new name holds; how a device came.
  if ((name === "from" || name === "how") && typeof value === "string") return [name, say(value)];
  if (!Array.isArray(value)) return [name, value];
  return [name, value.map((one: unknown) => (isRow(one) ? readable(one, say) : one))];
}

/** That there is more is worth a line, that there is none is not. */
function moreLines(act: unknown, answer: Row, say: AnswerSay): readonly string[] {
  const place = PLACES[String(act)];
  const rows: unknown = answer[String(act)];
  const last: unknown = Array.isArray(rows) ? rows.at(-1) : undefined;
  if (answer["more"] !== true || place === undefined || !isRow(last)) return [];
  return [`  ${say("there are others: after={place}", { place: sanitizeLine(place(last), LONG) })}`];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
