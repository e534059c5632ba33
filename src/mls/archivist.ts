// What a member does for those who come later: keeps the keys of its epochs where the terms say so, adds the copy to what it
// writes, and sees that the copies of others say what their messages said.
import { createPrivateKey, type KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import type { DeviceId, LogId } from "../model/ids.ts";
import type { Terms } from "../model/terms.ts";
import { ARCHIVE_LABEL, dayOf, isSame, openCopy, placeOf, sealCopy } from "./archive.ts";
import type { Archives } from "./archives.ts";
import type { Credentials, LeafPeer } from "./credentials.ts";
import { verifyingKey } from "./crypto/signature.ts";
import type { Engine } from "./engine.ts";
import { encodeGrant, type Segment } from "./grant-records.ts";
import { epochOf, nameOf, rosterOf, termsOf, type Group } from "./group.ts";
import type { Written } from "./groups.ts";
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
  return sealCopy(what.plaintext, { place, as, key, signKey: signKeyOf(group) });
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

/** The first day that `device` may read, by the terms; an own device reads all. @throws Fault `not-in-roster`, `no-archive` */
export function firstDayFor(device: DeviceId, group: Group, { credentials, own, now }: ArchivistWorld): number {
  return isOwn(device, group, { credentials, own }) ? 0 : firstDay(termsOf(group), now());
}

/** Of the same user as this device, by the credentials of the group. @throws Fault `not-in-roster` */
function isOwn(
  device: DeviceId,
  group: Group,
  { credentials, own }: Pick<ArchivistWorld, "credentials" | "own">,
): boolean {
  const members = rosterOf(group, credentials);
  const asks = members.find((one) => one.device === device);
  const self = members.find((one) => one.device === own.device);
  if (asks === undefined) throw new Fault("not-in-roster", "archive keys are for members");
  return asks.user === self?.user;
}

/** What was said, for another device of this user and for nobody else. @throws Fault `not-in-roster`, `not-own-device` */
export function segmentsFor(
  device: DeviceId,
  group: Group,
  { segments, ...world }: ArchivistWorld & { readonly segments: readonly Segment[] },
): Uint8Array {
  if (!isOwn(device, group, world))
    throw new Fault("not-own-device", "what was said is handed over to devices of the same user only");
  return encodeGrant([], segments);
}

function firstDay({ history }: Terms, now: Date): number {
  if (history === "none")
    throw new Fault("no-archive", "by the terms of the conversation newcomers read nothing of before");
  return history === "all" ? 0 : Math.max(0, dayOf(now) - history);
}

/** Of this device's leaf, which may still be the one of before its certificate was renewed: members compare. */
function signKeyOf({ state }: Group) {
  return createPrivateKey({
    key: Buffer.from(state.signaturePrivateKey),
    format: "raw-private",
    asymmetricKeyType: "ed25519",
  });
}

/** Ed25519, 32 bytes. */
export function publicKeyOf(raw: Uint8Array): KeyObject {
  return verifyingKey("ed25519", raw);
}
