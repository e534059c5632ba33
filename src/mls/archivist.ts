// What a member does for those who come later: keeps the keys of its epochs where the terms say so, adds the copy to what it
// writes, and sees that the copies of others say what their messages said.
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { Fault } from "../model/fault.ts";
import type { DeviceId, LogId } from "../model/ids.ts";
import type { Terms } from "../model/terms.ts";
import { ARCHIVE_LABEL, dayOf, isSame, openCopy, placeOf, sealCopy } from "./archive.ts";
import type { Archives } from "./archives.ts";
import { credentialOf, rawKeyOf, type Credentials, type LeafPeer } from "./credentials.ts";
import type { Engine } from "./engine.ts";
import { epochOf, nameOf, rosterOf, termsOf, type Group } from "./group.ts";
import type { Archived, Written } from "./groups.ts";
import type { OwnCredential } from "./key-package.ts";

export interface ArchivistWorld {
  readonly credentials: Credentials;
  readonly own: OwnCredential;
  readonly now: () => Date;
}

type Rows = ReadonlyMap<string, Uint8Array>;

/** Keeps the key of the epoch that the group is in now, where there is to be one. The rows to keep. */
export async function enterEpoch(
  group: Group,
  archives: Archives,
  { engine, now }: { engine: Engine; now: Date },
): Promise<Rows> {
  const [{ founding }, epoch] = [nameOf(group), epochOf(group)];
  if (termsOf(group).history === "none" || archives.has(founding, epoch)) return new Map();
  const secret = await engine.exportSecret(group, ARCHIVE_LABEL, new Uint8Array());
  return archives.enter({ founding, epoch, first: dayOf(now), secret });
}

/** The copy beside a message of this device; none where the terms want none. */
export function copyOf(group: Group, archives: Archives, what: Written & ArchivistWorld): Uint8Array | undefined {
  if (termsOf(group).history === "none") return undefined;
  const { founding, log } = nameOf(group);
  const place = { founding, epoch: epochOf(group), day: dayOf(what.now()) };
  const key = archives.keyOf(place);
  if (key === undefined) return undefined;
  const as = { log, mid: what.mid, device: what.own.device };
  return sealCopy(what.plaintext, { place, as, key, signKey: signKeyOf(what.own) });
}

/** `other`: those who come later would read something else than the members did. */
export type CopyCheck = "none" | "same" | "other";

export interface Said extends Written {
  readonly from: LeafPeer;
  readonly signatureKey: Uint8Array;
}

export function checkCopy(
  copy: Uint8Array | undefined,
  archives: Archives,
  { log, said }: { log: LogId; said: Said },
): CopyCheck {
  if (copy === undefined) return "none";
  try {
    const key = archives.keyOf(placeOf(copy));
    if (key === undefined) return "none";
    const as = { log, mid: said.mid, device: said.from.device };
    return isSame(openCopy(copy, { as, key, publicKey: publicKeyOf(said.signatureKey) }), said.plaintext)
      ? "same"
      : "other";
  } catch (error) {
    if (error instanceof Fault) return "other";
    throw error;
  }
}

/** @throws Fault `no-archive-key`, `archive-*`, `credential-*`, `certificate-*`, `sender-mismatch` */
export function openArchivedCopy(
  copy: Uint8Array | undefined,
  archives: Archives,
  { log, entry, credentials }: { log: LogId; entry: Archived; credentials: Credentials },
): { readonly plaintext: Uint8Array; readonly from: LeafPeer; readonly epoch: number } {
  const place = copy === undefined ? undefined : placeOf(copy);
  const key = place === undefined ? undefined : archives.keyOf(place);
  if (copy === undefined || place === undefined || key === undefined)
    throw new Fault("no-archive-key", "the message is of before, and there is no archive key for it here");
  const [leaf] = entry.certificates;
  if (leaf === undefined) throw new Fault("sender-mismatch", "nobody is known to have written an archived message");
  const signatureKey = rawKeyOf(readLeaf(leaf));
  const from = credentials.peerOf(credentialOf(entry.certificates), signatureKey);
  if (from.device !== entry.device)
    throw new Fault("sender-mismatch", `an archived message comes with the certificate of ${from.device}`);
  const as = { log, mid: entry.mid, device: entry.device };
  const plaintext = openCopy(copy, { as, key, publicKey: publicKeyOf(signatureKey) });
  return { plaintext, from, epoch: place.epoch };
}

/** The first day that `device` may read, by the terms; an own device reads all. @throws Fault `not-in-roster`, `no-archive` */
export function firstDayFor(device: DeviceId, group: Group, { credentials, own, now }: ArchivistWorld): number {
  const members = rosterOf(group, credentials);
  const asks = members.find((one) => one.device === device);
  const self = members.find((one) => one.device === own.device);
  if (asks === undefined) throw new Fault("not-in-roster", "archive keys are for members");
  return asks.user === self?.user ? 0 : firstDay(termsOf(group), now());
}

function firstDay({ history }: Terms, now: Date): number {
  if (history === "none")
    throw new Fault("no-archive", "by the terms of the conversation newcomers read nothing of before");
  return history === "all" ? 0 : Math.max(0, dayOf(now) - history);
}

function readLeaf(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new Fault("certificate-malformed", "a certificate cannot be read", { cause: error });
  }
}

function signKeyOf({ signKey }: OwnCredential) {
  return createPrivateKey({ key: Buffer.from(signKey), format: "raw-private", asymmetricKeyType: "ed25519" });
}

function publicKeyOf(raw: Uint8Array) {
  return createPublicKey({ key: Buffer.from(raw), format: "raw-public", asymmetricKeyType: "ed25519" });
}
