// What the server answers to an owner or an admin, as lines of at most 80 columns. What is cut short here is whole in --json.
import { answerTable } from "../../../model/table.ts";
import { sanitizeLine } from "../sanitize.ts";
import { roughSpanOf, sizeOf } from "./quantities.ts";
import { safe } from "./safe.ts";

type Row = Readonly<Record<string, unknown>>;
type ClockTime = (ms: number) => string;

const LONG = 1_000;
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
export function adminLines(act: unknown, answer: object, clockTime: ClockTime): readonly string[] {
  const given: Row = { ...answer };
  if (act === "invite" && typeof given["line"] === "string" && typeof given["expiresAt"] === "number")
    return inviteLines(given, clockTime);
  const told = act === "limits" ? { limits: limitRows(given) } : readable(given);
  const table = answerTable(told, { clean: (text) => sanitizeLine(text, LONG), time: clockTime });
  return [...table.map((line) => `  ${line}`), ...moreLines(act, given)];
}

/** As chat-server invite says it. */
function inviteLines(answer: Row, clockTime: ClockTime): readonly string[] {
  const { line, user, uses, role, expiresAt, leaseUntil, openpgp, email } = answer;
  const whom = typeof user === "string" ? `@${user}` : "whoever has it";
  const often = typeof uses === "number" && uses !== 1 ? `${uses} times` : "once";
  const as = typeof role === "string" && role !== "member" ? `, as ${role} of the realm` : "";
  const guest = typeof leaseUntil === "number" ? `, a guest until ${clockTime(leaseUntil)}` : "";
  const proof = typeof openpgp === "string" ? ` --pgp ${typeof email === "string" ? email : "ADDRESS"}` : "";
  return [
    safe`  for ${whom}, ${often}, until ${clockTime(Number(expiresAt))}${as}${guest}:`,
    safe`  chat-client join '${String(line)}'${proof}`,
  ];
}

function limitRows({ sources = {}, ...limits }: Row): readonly Row[] {
  const from = sources as Readonly<Record<string, string>>;
  return Object.entries(limits)
    .filter(([name]) => name !== "ok")
    .map(([limit, value]) => ({ limit, value, from: FROM[from[limit] ?? ""] ?? "" }));
}

/** Times, sizes and ids as people read them; serial numbers are for programs. */
function readable(row: Row): Row {
  const fields = Object.entries(row).filter(([name]) => name !== "serial" && name !== "more");
  return Object.fromEntries(fields.map(([name, value]) => readableField(name, value)));
}

function readableField(name: string, value: unknown): readonly [string, unknown] {
  const digits = SHORT[name];
  if (typeof value === "string" && digits !== undefined) return [name, value.slice(0, digits)];
  if (typeof value === "number" && /(?:^ms|Ms)$/.test(name))
    return [name === "ms" ? "took" : name.slice(0, -2), roughSpanOf(value)];
  if (typeof value === "number" && /(?:^b|B)ytes$/.test(name))
    return [name.replace(/bytes$/, "size").replace(/Bytes$/, "Size"), sizeOf(value)];
  if (!Array.isArray(value)) return [name, value];
  return [name, value.map((one: unknown) => (isRow(one) ? readable(one) : one))];
}

/** That there is more is worth a line, that there is none is not. */
function moreLines(act: unknown, answer: Row): readonly string[] {
  const place = PLACES[String(act)];
  const rows: unknown = answer[String(act)];
  const last: unknown = Array.isArray(rows) ? rows.at(-1) : undefined;
  if (answer["more"] !== true || place === undefined || !isRow(last)) return [];
  return [safe`  there are others: after=${place(last)}`];
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
