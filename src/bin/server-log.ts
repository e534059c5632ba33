// The server's log by pino: JSON lines on stdout, or for people when stdout is a terminal.
import { type Logger, destination, pino, stdTimeFunctions } from "pino";

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
  return pino(options, prettyStream({ colorize: true, translateTime: "SYS:HH:MM:ss.l", sync: true, singleLine: true }));
}
