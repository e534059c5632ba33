// A conversation as a file for the page: the chunks of app/screens/export.ts as they come, and nothing where the first of them cannot be had.
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { exported, historyPages } from "../../app/screens/export.ts";
import type { Ask } from "../../app/screens/world.ts";
import { readCommand } from "../../app/commands.ts";
import type { Command, Reply } from "../../port/client.ts";
import { momentOf } from "../moment.ts";
import { sanitize } from "../sanitize.ts";
import { safeHeaders } from "./headers.ts";
import { EXPORT_FORMATS } from "./protocol/messages.ts";

export interface ExportsWorld {
  readonly port: number;
  readonly now: () => number;
  readonly ask: (command: Command) => Promise<Reply>;
}

/** The status where nothing was written; undefined: it was answered. @throws Fault of the command, before anything is written */
export async function giveExport(
  query: URLSearchParams,
  response: ServerResponse,
  { port, now, ask }: ExportsWorld,
): Promise<number | undefined> {
  const format = EXPORT_FORMATS.find((one) => one === query.get("format"));
  if (format === undefined) return 400;
  const command = readCommand({ do: "history", to: query.get("to"), limit: 1 });
  if (command.do !== "history") return 400;
  await ask(command);
  const { to } = command;
  const wish = { format, title: to, at: now(), time: momentOf, safe: sanitize };
  response.writeHead(200, {
    ...safeHeaders(port),
    "content-type": "application/octet-stream",
    "content-disposition": "attachment",
  });
  const chunks = exported(historyPages(((one) => ask(one)) as Ask, to), wish);
  // What breaks off in the middle is a file that the browser does not keep.
  await pipeline(Readable.from(chunks), response).catch(() => undefined);
  return undefined;
}
