// What a device keeps of its user's account, in its own sealed vault: enough to put archive keys into the identity vault, and to take
// those that were there when it came.
import { Fault } from "../model/fault.ts";

export interface KeptAccount {
  /** Of the identity vault. Secret. */
  readonly vaultKey: Uint8Array;
}

/** Under this name among the settings of a vault. */
export const ACCOUNT_SETTING = "account";
const VERSION = 1;

export function writeKept({ vaultKey }: KeptAccount): string {
  return JSON.stringify({ version: VERSION, vaultKey: Buffer.from(vaultKey).toString("base64") });
}

/** @throws Fault `vault-malformed` */
export function readKept(text: string): KeptAccount {
  const { version, vaultKey } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (version === VERSION && typeof vaultKey === "string")
    return { vaultKey: new Uint8Array(Buffer.from(vaultKey, "base64")) };
  throw new Fault("vault-malformed", "what is kept here of the account cannot be read", {
    hint: "log in again on this machine: chat-client login",
  });
}
