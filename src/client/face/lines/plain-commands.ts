// What a typed line means. Only a person's line can be a command: in a pipe a leading `/` is text.
import { Fault } from "../../../model/fault.ts";
import { ACT_ROWS } from "../admin-acts.ts";
import { Rest } from "./rest.ts";
import {
  type Deed,
  GATHERING,
  type Ground,
  type Group,
  PEOPLE,
  READING,
  REALM,
  RUNNING,
  SAYING,
  type Verb,
} from "./verbs.ts";

export type PlainCommand =
  | { readonly do: "nothing" }
  /** `verb`: the command that was typed, if it was one. */
  | (Deed & { readonly verb: string | undefined });

const GROUPS: readonly (readonly [string, Group])[] = [
  ["to say", SAYING],
  ["to read", READING],
  ["conversations", GATHERING],
  ["people", PEOPLE],
  ["this realm", REALM],
  ["this program", RUNNING],
];
const VERBS: ReadonlyMap<string, Verb> = new Map(GROUPS.flatMap(([, group]) => Object.entries(group)));
const USAGE_COLUMNS = 26;

/** At most 80 columns. @internal */
export const HELP: readonly string[] = [
  "  type a line and press Enter: it goes to the conversation in the prompt",
  "  //text says /text. M is a message: ^ the last one, ^2 the one before, or",
  "  the digits that /history shows. #room or @user as the first word behind",
  "  most commands means there instead of here.",
  ...GROUPS.flatMap(([title, group]) => groupLines(title, group)),
];

/** @throws Fault `unknown-command`, `bad-command` */
export function commandOf(line: string, interactive: boolean, ground: Ground): PlainCommand {
  if (line.trim() === "") return { do: "nothing" };
  if (!interactive || !line.startsWith("/")) return said(line, ground);
  if (line.startsWith("//")) return said(line.slice(1), ground);
  const [, name = "", text = ""] = /^\/(\S*)\s*(.*)$/su.exec(line) ?? [];
  const rest = new Rest(text);
  const deed = verbNamed(name).read(rest, ground);
  if (deed === undefined || !rest.isEmpty)
    throw new Fault("bad-command", `/${name} cannot be understood like this`, {
      values: { name },
      hint: usageOf(name),
    });
  return { ...deed, verb: name };
}

/** The lines of /help; with the name of a command, its own. @throws Fault `unknown-command` */
export function helpAbout(name: string): readonly string[] {
  if (name === "") return HELP;
  const more = name === "admin" ? ACT_ROWS.map(([act, says]) => helpLine({ usage: `  ${act}`, says })) : [];
  return [helpLine(verbNamed(name)), ...more];
}

/** How a command is typed. */
export function usageOf(name: string): string {
  const { usage, says } = verbNamed(name);
  return `${usage} (${says})`;
}

export function isVerb(name: string): boolean {
  return VERBS.has(name);
}

/** @throws Fault `unknown-command` */
export function verbNamed(name: string): Verb {
  const verb = VERBS.get(name);
  if (verb !== undefined) return verb;
  throw new Fault("unknown-command", `there is no command /${name}`, {
    values: { name },
    hint: "/help shows all; //text sends a text that begins with /",
  });
}

function said(text: string, { here }: Ground): PlainCommand {
  return { do: "ask", wishes: [{ fields: { do: "send", to: here, text } }], verb: undefined };
}

function groupLines(title: string, group: Group): readonly string[] {
  return [`${title}:`, ...Object.values(group).map(helpLine)];
}

function helpLine({ usage, says }: Pick<Verb, "usage" | "says">): string {
  return `  ${usage.padEnd(USAGE_COLUMNS - 1)} ${says}`;
}
