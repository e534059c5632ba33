// What leaves the room: plain values about groups and about what happened to them, without a key in them.
import type { Credential } from "ts-mls/credential.js";
import { Fault, reason } from "../model/fault.ts";
import { hexOf } from "../model/ids.ts";
import type { Terms } from "../model/terms.ts";
import type { ReadCopy } from "./archive-reader.ts";
import type { CopyCheck } from "./archivist.ts";
import type { Credentials, LeafPeer } from "./credentials.ts";
import { epochOf, isSameGroup, leafAt, rosterOf, suiteNameOf, termsOf, type Group, type Member } from "./group.ts";
import type { GroupView, Outcome, Sender } from "./groups.ts";
import type { SuiteName } from "./suite.ts";
import type { ReceivedCommit, ReceivedMessage } from "./receive.ts";

interface Facts {
  readonly founding: number;
  readonly terms: Terms;
  readonly members: readonly Member[];
  readonly isRevoked: (credential: Credential) => boolean;
}

export function groupView(group: Group, { founding, terms, members, isRevoked }: Facts): GroupView {
  const shown = members.map((member) => {
    const node = leafAt(group.state.ratchetTree, member.leaf);
    const suspect = node !== undefined && isRevoked(node.credential) ? ("revoked" as const) : undefined;
    const key = hexOf(node?.signaturePublicKey ?? new Uint8Array());
    const { certificate, serial, notAfter, email } = member;
    const view = { ...senderOf(member), certificate, serial, until: notAfter.getTime(), key, suspect };
    return email === undefined ? view : { ...view, email };
  });
  return { founding, suite: suiteNameOf(group), epoch: epochOf(group), terms, members: shown };
}

export function messageOutcome({ plaintext, from, epoch }: ReceivedMessage, copy: CopyCheck): Outcome {
  return { kind: "message", plaintext, from: senderOf(from), epoch, copy };
}

function archivedOutcome({ plaintext, from, epoch }: ReadCopy): Outcome {
  return { kind: "message", plaintext, from: senderOf(from), epoch, copy: "same" };
}

export function commitOutcome(received: ReceivedCommit, view: GroupView | undefined): Outcome {
  const { by, isExternal, added, removed, isRenewed, movedTo, terms, isOut } = received;
  return {
    kind: "commit",
    by: senderOf(by),
    isExternal,
    added: added.map(senderOf),
    removed: removed.map(senderOf),
    isRenewed,
    movedTo,
    terms,
    isOut,
    view,
  };
}

interface OwnCommit {
  readonly before: Group | undefined;
  readonly next: Group;
  readonly view: GroupView;
}

/** The same for a commit of this device: what is different now. */
export function ownOutcome({ before, next, view }: OwnCommit, { credentials, own }: OwnWorld): Outcome {
  const [old, now] = [before === undefined ? [] : rosterOf(before, credentials), rosterOf(next, credentials)];
  const by = now.find(({ device }) => device === own.device);
  const was = old.find(({ device }) => device === own.device);
  const isTermed = before !== undefined && JSON.stringify(keyOf(termsOf(before))) !== JSON.stringify(keyOf(view.terms));
  return {
    kind: "commit",
    by:
      by === undefined ? { device: own.device, user: now[0]?.user ?? ("" as Sender["user"]), name: "" } : senderOf(by),
    isExternal: was === undefined && old.length > 0,
    added: without(now, old).map(senderOf),
    removed: without(old, now).map(senderOf),
    isRenewed: was !== undefined && by !== undefined && was.certificate !== by.certificate,
    movedTo: otherSuite(before, next),
    terms: isTermed ? view.terms : undefined,
    isOut: false,
    view,
  };
}

function otherSuite(before: Group | undefined, next: Group): SuiteName | undefined {
  if (before === undefined || isSameGroup(before, next)) return undefined;
  const [was, is] = [suiteNameOf(before), suiteNameOf(next)];
  return was === is ? undefined : is;
}

interface OwnWorld {
  readonly credentials: Credentials;
  readonly own: { readonly device: Sender["device"] };
}

function keyOf({ roles, ...rest }: Terms): unknown {
  return [rest, [...roles]];
}

function without(these: readonly Member[], those: readonly Member[]): readonly Member[] {
  const devices = new Set(those.map(({ device }) => device));
  return these.filter(({ device }) => !devices.has(device));
}

function senderOf({ device, user, name }: LeafPeer): Sender {
  return { device, user, name };
}

/** A fault is an outcome like any other: the entries behind it go on. */
/** Whatever it throws is the outcome. */
export function attempted(open: () => ReadCopy): Outcome {
  try {
    return archivedOutcome(open());
  } catch (error) {
    return faultOutcome(error);
  }
}

export function faultOutcome(error: unknown): Outcome {
  if (error instanceof Fault) return { kind: "fault", code: error.code, message: error.message };
  return { kind: "fault", code: "undecryptable", message: reason(error) };
}
