// `chat-server invite`: a line to be sent to somebody, and its picture.
import { Fault } from "../model/fault.ts";
import type { Values } from "./flags.ts";
import { qrPicture } from "./qr-picture.ts";
import { administer, type Answer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { systemClock } from "./system-clock.ts";

type InviteValues = Values<(typeof SERVER_COMMANDS)["invite"]["flags"]>;

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?$/;
const SPAN = /^([1-9]\d{0,4})([mhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws Fault */
export async function invite(values: InviteValues, user: string | undefined, say: Say): Promise<void> {
  const { data, expires, uses, role, until, name, email, openpgp } = values;
  const answer = await administer(data, {
    do: "invite",
    user,
    name,
    email,
    openpgp,
    role,
    uses,
    lastsMs: expires,
    leaseUntil: until === undefined ? undefined : momentIn(until, systemClock.now()),
  });
  if (values.json) return say(JSON.stringify(answer));
  say(wordsOf(answer, { picture: !values.plain, more: openpgp === undefined ? [] : await realmKeyWords(data) }));
}

interface Showing {
  readonly picture: boolean;
  /** Lines below. */
  readonly more?: readonly string[];
}

/** The line, whom it is for, how long; and the picture. */
export function wordsOf(answer: Answer, { picture, more = [] }: Showing): string {
  const line = String(answer["line"]);
  const user = whomOf(answer);
  const uses = answer["uses"] === 1 ? "once" : `${String(answer["uses"])} times`;
  const lease = typeof answer["leaseUntil"] === "number" ? `, a guest until ${shortTime(answer["leaseUntil"])}` : "";
  const role = answer["role"] === "member" ? "" : `, as ${String(answer["role"])} of the realm`;
  return [
    // Above what is to be read: it is as high as many a window.
    ...(picture ? [qrPicture(line).trimEnd(), ""] : []),
    `for ${user}, ${uses}, until ${shortTime(Number(answer["expiresAt"]))}${role}${lease}:`,
    "",
    `  chat-client join '${line}'${proofOf(answer)}`,
    ...more,
  ].join("\n");
}

/** What is to be known beside the line where an OpenPGP key must be proved. */
async function realmKeyWords(data: string): Promise<readonly string[]> {
  const { key } = await administer(data, { do: "openpgp" });
  if (key === undefined)
    return [
      "",
      "the realm has no OpenPGP key yet; before it has, nobody comes in by this line:",
      "",
      "  chat-server openpgp --email ADDRESS",
    ];
  const { fingerprint } = key as { readonly fingerprint: string };
  return [
    "",
    "where no key server can be asked, add what is needed:",
    "",
    "  --pgp-key FILE    their key, where gpg does not have it",
    `  --server-key-fingerprint ${fingerprint}`,
  ];
}

/** What an invitation wants that is for the holder of an OpenPGP key. */
function proofOf({ openpgp, email }: Answer): string {
  if (typeof openpgp !== "string") return "";
  return ` --pgp ${typeof email === "string" ? email : "ADDRESS"}`;
}

/** One line for each that is still good. */
export function invitationList(answer: Answer): string {
  const all = answer["invitations"] as readonly Answer[];
  if (all.length === 0) return "there is no invitation that is still good";
  return all
    .map(({ id, user, uses, role, expiresAt }) => {
      const left = `${String(uses)} ${uses === 1 ? "use" : "uses"} left`;
      return `${String(id)}  ${whomOf({ user })}, ${String(role)}, ${left}, until ${shortTime(Number(expiresAt))}`;
    })
    .join("\n");
}

function whomOf({ user }: Answer): string {
  return typeof user === "string" ? `@${user}` : "whoever has it";
}

function shortTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A date (its end, UTC), a time, or so long from now. @throws Fault `usage` */
function momentIn(text: string, now: number): number {
  const [, digits = "", unit = ""] = SPAN.exec(text) ?? [];
  if (digits !== "") return now + Number(digits) * (UNIT_MS[unit] ?? 0);
  const day = text.slice(0, 10);
  const ms = DATE.test(text) ? Date.parse(text.length === 10 ? `${text}T23:59:59Z` : text) : Number.NaN;
  // The 31st of February is read as the 3rd of March.
  if (Number.isNaN(ms) || new Date(day).toISOString().slice(0, 10) !== day)
    throw new Fault("usage", `--until is neither a date nor a time: ${JSON.stringify(text)}`, {
      hint: "for example 2026-12-31, 2026-12-31T18:00Z, 7d or 12h",
    });
  return ms;
}
