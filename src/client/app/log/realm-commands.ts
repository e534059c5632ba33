// What a user may ask of the realm: what was ever issued in their name, a device of theirs put out, and, of an owner, administration.
import { Fault } from "../../../model/fault.ts";
import { type Handle, hexOf, isDeviceId, type Sha256 } from "../../../model/ids.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { ActView, CertificateView, RealmCommand, RealmReplies } from "../../port/realm-views.ts";
import type { Labels } from "../labels.ts";
import type { Placed } from "./mirror.ts";
import type { Pairing } from "./pairing.ts";
import type { LogWatch } from "./watch.ts";

export interface RealmCommandsWorld {
  readonly user: Handle;
  readonly watch: LogWatch;
  readonly labels: Pick<Labels, "find">;
  readonly pairing: Pairing;
  readonly ask: <K extends ServerMessage["type"]>(message: ClientMessage, wanted: K) => Promise<ServerMessageOf<K>>;
}

/** @throws Fault */
export async function runRealmCommand(
  world: RealmCommandsWorld,
  command: RealmCommand,
): Promise<RealmReplies[RealmCommand["do"]]> {
  switch (command.do) {
    case "audit":
      return audit(world, command.user ?? world.user);
    case "revoke":
      return revoke(world, command.device);
    case "pair":
      return world.pairing.open();
    case "admin": {
      const request = Buffer.from(JSON.stringify(command.request));
      const { answer } = await world.ask({ type: "administer", request }, "administered");
      return answerIn(answer);
    }
  }
}

function audit({ watch }: RealmCommandsWorld, user: Handle): RealmReplies["audit"] {
  const entries = watch.entriesOf(user);
  const certificates = entries.flatMap((entry) => (entry.kind === "issued" ? viewOf(entry, entries) : []));
  const { read } = watch;
  const log = read === undefined ? {} : { log: { entries: read.size, root: hexOf(read.root) as Sha256 } };
  return { certificates, acts: watch.acts().flatMap(actOf), ...log };
}

function viewOf(
  { device, user, serial, index, how, at, until, pgp, email }: Extract<Placed, { kind: "issued" }>,
  entries: readonly Placed[],
): CertificateView {
  const out = entries.find((entry) => entry.kind === "revoked" && entry.serial === serial);
  const revoked = out?.kind === "revoked" ? { revoked: { at: out.at, reason: out.reason, by: out.by } } : {};
  const known = { ...(pgp === undefined ? {} : { openpgp: pgp }), ...(email === undefined ? {} : { email }) };
  return { device, user, serial, entry: index, how, at, until, ...revoked, ...known };
}

function actOf(entry: Placed): readonly ActView[] {
  if (entry.kind !== "act") return [];
  const { at, by, act, on, detail } = entry;
  return [{ at, by, act, ...(on === undefined ? {} : { on }), ...(detail === undefined ? {} : { detail }) }];
}

async function revoke(world: RealmCommandsWorld, text: string): Promise<RealmReplies["revoke"]> {
  const { watch, labels, user, ask } = world;
  // Also what was certified and never came.
  const logged = watch.entriesOf(user).flatMap((entry) => (entry.kind === "act" ? [] : entry.device));
  const device = isDeviceId(text) ? text : labels.find(text, logged);
  await ask({ type: "revokeDevice", device }, "done");
  return { device };
}

function answerIn(bytes: Uint8Array): object {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (typeof value === "object" && value !== null) return value;
  throw new Fault("link-answer", "the server's answer is no object");
}
