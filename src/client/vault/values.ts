// What cells hold, as JSON. The vault is ours, so this is not a check of strangers' bytes; but what cannot be read is damage.
import { bytesOf, type DeviceId, type Handle, hexOf, type LogId, type MessageId } from "../../model/ids.ts";
import type { HeldDevice, HeldLog, Outgoing } from "../port/vault.ts";
import type { Cell } from "./cells.ts";
import { Damage } from "./faults.ts";

export function writeLog({ log: _name, chain, ...rest }: HeldLog): Buffer {
  return json({ ...rest, chain: hexOf(chain) });
}

export function readLog({ name, value }: Cell): HeldLog {
  const { chain, ...rest } = parsed(value) as unknown as Omit<HeldLog, "log" | "chain"> & { readonly chain: string };
  return { log: name as LogId, ...rest, chain: Uint8Array.from(bytesOf(chain)) };
}

export function writeDevice({ device: _name, ...rest }: HeldDevice): Buffer {
  return json(rest);
}

export function readDevice({ name, value }: Cell): HeldDevice {
  const { user, name: called, problem } = parsed(value);
  return { device: name as DeviceId, user: user as Handle | undefined, name: String(called), problem: String(problem) };
}

export function writeOutgoing({ mid: _name, ...rest }: Outgoing): Buffer {
  return json(rest);
}

export function readOutgoing({ name, value }: Cell): Outgoing {
  const { log, since, payload, storedAt } = parsed(value);
  return {
    mid: name as MessageId,
    log: log as LogId,
    since: Number(since),
    payload: String(payload),
    storedAt: storedAt === undefined ? undefined : Number(storedAt),
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parsed(value: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(value.toString()) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new Damage("what a cell holds cannot be read", { cause: error });
  }
}
