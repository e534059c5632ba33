// `chat-server limits`, `motd`, `maintenance`, `stats`: how the server is, and how it shall be.
import { Fault } from "../model/fault.ts";
import { LIMIT_NAMES, LIMITS } from "../server/service/realm/limits.ts";
import type { OwnCommand } from "./cli.ts";
import { administer, type Answer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { limitsIn } from "./server-flags.ts";
import { bytes, facts, span, table } from "./server-words.ts";

type Name = "limits" | "motd" | "maintenance" | "stats";
export type CareCommand = Extract<OwnCommand<typeof SERVER_COMMANDS>, { readonly name: Name }>;

const FROM: Readonly<Record<string, string>> = {
  flag: "the command line",
  setting: "set here",
  usual: "as usual",
};

/** @throws Fault */
export async function care(command: CareCommand, say: Say): Promise<void> {
  const { data, json } = command.values;
  const answer = await administer(data, requestOf(command));
  if (json) return say(JSON.stringify(answer));
  say(wordsOf(command.name, answer));
}

function requestOf(command: CareCommand): Answer {
  const [text] = command.args;
  switch (command.name) {
    case "limits":
      return { do: "limits", ...limitsIn(command.values) };
    case "motd":
      return { do: "motd", text, ...(command.values.clear ? { clear: true } : {}) };
    case "maintenance":
      return { do: "maintenance", on: text === undefined ? undefined : isOn(text) };
    case "stats":
      return { do: "stats" };
  }
}

/** @throws Fault `usage` */
function isOn(text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw new Fault("usage", `maintenance is on or off, not ${JSON.stringify(text)}`, {
    hint: "chat-server maintenance on",
  });
}

function wordsOf(name: Name, answer: Answer): string {
  switch (name) {
    case "limits":
      return limitTable(answer);
    case "motd":
      return answer["motd"] === "" ? "there is no message of the day" : facts([["motd", String(answer["motd"])]]);
    case "maintenance":
      return answer["maintenance"] === true
        ? "only owners are let in; everybody else waits, until: chat-server maintenance off"
        : "everybody is let in";
    case "stats":
      return statsWords(answer);
  }
}

function limitTable(answer: Answer): string {
  const sources = answer["sources"] as Readonly<Record<string, string>>;
  return table(
    ["LIMIT", "VALUE", "FROM"],
    LIMIT_NAMES.map((name) => [LIMITS[name].flag, String(answer[name]), FROM[sources[name] ?? ""] ?? ""]),
  );
}

function memoryWords(answer: Answer): string {
  return `${bytes(Number(answer["memoryBytes"]))}, of it ${bytes(Number(answer["heapBytes"]))} heap`;
}

function statsWords(answer: Answer): string {
  const number = (name: string): number => Number(answer[name] ?? 0);
  const stored = [
    ["database", bytes(number("databaseBytes"))],
    ["files", `${number("blobs")}, ${bytes(number("blobBytes"))}`],
    ["users", `${number("users")} with ${number("devices")} devices`],
    ["conversations", `${number("conversations")}, ${number("entries")} entries ever stored`],
    ["realm's log", `${number("realmLog")} entries`],
  ] as const;
  if (answer["running"] !== true) return `no server runs on this folder\n${facts(stored)}`;
  return facts([
    ["up for", span(number("uptimeMs"))],
    ["connections", String(number("connections"))],
    ["messages", `${number("messagesPerSecond")} a second in the last minute, ${number("messages")} since the start`],
    ["delivered", bytes(number("deliveredBytes"))],
    ...stored,
    ["memory", answer["memoryBytes"] === undefined ? undefined : memoryWords(answer)],
    ["event loop", `${number("loopMeanMs")} ms late on average, 99 % within ${number("loopP99Ms")} ms`],
  ]);
}
