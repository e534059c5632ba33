// What a typed line means. Only a person's line can be a command: in a pipe a leading `/` is text.
import { Fault } from "../../../model/fault.ts";
import { HISTORY_MOST } from "../../app/commands.ts";

export type PlainCommand =
  | { readonly do: "nothing" }
  | { readonly do: "help" }
  | { readonly do: "quit" }
  | { readonly do: "who" }
  | { readonly do: "conversations" }
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "users"; readonly query: string }
  | { readonly do: "history"; readonly limit: number };

export const HELP: readonly string[] = [
  "  type a line and press Enter: it is sent to #lobby",
  "  /who              who is in #lobby, and who is online",
  "  /users [text]     everybody of this realm, or whose name contains the text",
  "  /history [n]      the last n messages (20)",
  "  /conversations    conversations and unread messages",
  "  /quit             leave (also Ctrl+D)",
  "  //text            sends /text",
];
const HISTORY_USUAL = 20;

/** @throws Fault `unknown-command`, `bad-field` */
export function commandOf(line: string, interactive: boolean): PlainCommand {
  if (line.trim() === "") return { do: "nothing" };
  if (!interactive || !line.startsWith("/")) return { do: "say", text: line };
  if (line.startsWith("//")) return { do: "say", text: line.slice(1) };
  const [name = "", ...words] = line.slice(1).trim().split(/\s+/);
  const rest = words.join(" ");
  switch (name) {
    case "help":
      return { do: "help" };
    case "quit":
      return { do: "quit" };
    case "who":
      return { do: "who" };
    case "conversations":
      return { do: "conversations" };
    case "users":
      return { do: "users", query: rest };
    case "history":
      return { do: "history", limit: limitOf(rest) };
    default:
      throw new Fault("unknown-command", `there is no command /${name}`, {
        hint: "/help shows all; //text sends a text that begins with /",
      });
  }
}

function limitOf(text: string): number {
  if (text === "") return HISTORY_USUAL;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > HISTORY_MOST)
    throw new Fault("bad-field", `not a number from 1 to ${HISTORY_MOST}: ${text}`);
  return limit;
}
