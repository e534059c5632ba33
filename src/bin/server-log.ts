// The server's log by pino: JSON lines on stdout, or for people when stdout is a terminal.
import { type Logger, destination, pino, stdTimeFunctions } from "pino";
import { lineOf } from "./server-log-line.ts";

export interface LogOptions {
  readonly level: string;
  readonly pretty: boolean;
}

export async function openLog({ level, pretty }: LogOptions): Promise<Logger> {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!pretty) return pino(options, destination({ fd: 1, sync: true }));
  const { default: prettyStream } = await import("pino-pretty");
  const stream = prettyStream({
    colorize: true,
    translateTime: "SYS:HH:MM:ss",
    sync: true,
    hideObject: true,
    // It would put them in front of the sentence.
    ignore: "name,pid,hostname",
    messageFormat: (...[log, , , { colors }]) => lineOf(log, (text) => colors.gray(text)),
  });
  return pino(options, stream);
}
