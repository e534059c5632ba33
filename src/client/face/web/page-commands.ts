// Which commands the page may ask. Those that name a place on this machine's disk are not its business: files come and go by requests of
// their own (uploads.ts, downloads.ts), so that nothing in the page can read or write a path. Pure.
import { Fault } from "../../../model/fault.ts";
import type { Fields } from "../../app/command-fields.ts";
import { readCommand } from "../../app/commands.ts";
import type { Command } from "../../port/client.ts";

/** Those, and what would end the program. */
const NOT_FOR_PAGES: ReadonlySet<Command["do"]> = new Set<Command["do"]>(["file", "save", "quit"]);

/** @throws Fault `not-for-pages`, and those of readCommand */
export function readPageCommand(fields: Fields): Command {
  const command = readCommand(fields);
  if (NOT_FOR_PAGES.has(command.do)) throw new Fault("not-for-pages", "a page cannot ask for this");
  return command;
}
