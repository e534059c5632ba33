// `chat-server doctor`: what is wrong, or soon will be, and what to do about it. Ends with 1 when something is wrong.
import process from "node:process";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { SOCKET } from "../server/data-folder.ts";
import type { Finding } from "../server/doctor-finding.ts";
import { examineServer } from "../server/doctor.ts";
import type { Values } from "./flags.ts";
import { administer, configFor, reach, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";
import { shown, wrapped } from "./server-words.ts";
import { systemClock } from "./system-clock.ts";

type DoctorValues = Values<(typeof SERVER_COMMANDS)["doctor"]["flags"]>;

const WRONG = 1;
/** Behind the mark and what was looked at. */
const INDENT = 20;
const MARKS = { ok: "ok  ", warn: "warn", fail: "FAIL" } as const;

/** @throws Fault */
export async function doctor(values: DoctorValues, say: Say): Promise<void> {
  const findings = await look(values);
  const isWell = findings.every(({ level }) => level !== "fail");
  if (!isWell) process.exitCode = WRONG;
  if (values.json) return say(JSON.stringify({ ok: isWell, findings }));
  say(findings.map(lineOf).join("\n"));
}

async function look(values: DoctorValues): Promise<readonly Finding[]> {
  const { data } = values;
  try {
    const config = await configFor(flagsOf(values));
    const socket = await reach(join(data, SOCKET));
    socket?.destroy();
    const ask = socket === undefined ? undefined : (given: object) => administer(data, { ...given });
    return await examineServer(config, { now: () => systemClock.now(), ask });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message: what, hint = "look at the server's log" } = error;
    return [{ check: error.code.startsWith("admin-") ? "socket" : "server", level: "fail", what, hint }];
  }
}

/** As the server would be started. */
function flagsOf({ data, certs, ip, port, "passphrase-file": passphrase }: DoctorValues): readonly string[] {
  return [
    "--data",
    data,
    "--ip",
    ip,
    "--port",
    String(port),
    ...(certs === undefined ? [] : ["--certs", certs]),
    ...(passphrase === undefined ? [] : ["--passphrase-file", passphrase]),
  ];
}

function lineOf({ check, level, what, hint }: Finding): string {
  const lines = wrapped(`${MARKS[level]}  ${check.padEnd(12)}  `, shown(what));
  return hint === undefined ? lines : `${lines}\n${wrapped(`${" ".repeat(INDENT)}→ `, shown(hint))}`;
}
