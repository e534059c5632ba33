// One entry on its way into a group: opened, and told of as an outcome. What is refused changes nothing.
import { bytesOf, type LogId } from "../model/ids.ts";
import type { Archives } from "./archives.ts";
import { checkCopy } from "./archivist.ts";
import type { Engine, EngineWorld } from "./engine.ts";
import { openEnvelope } from "./envelope.ts";
import { leafAt, type Group } from "./group.ts";
import type { GroupView, Incoming, Outcome } from "./groups.ts";
import type { OwnCredential, SignKeys } from "./key-package.ts";
import { isMove } from "./move.ts";
import { followMove } from "./moving.ts";
import { receive, type ReceivedCommit, type ReceivedMessage, type Stamped } from "./receive.ts";
import { commitOutcome, faultOutcome, messageOutcome } from "./views.ts";

export interface TakingWorld extends EngineWorld {
  readonly own: OwnCredential & SignKeys;
  readonly engine: Engine;
  readonly view: (group: Group) => GroupView;
}

export interface Arriving {
  readonly log: LogId;
  readonly group: Group;
  readonly archives: Archives;
  readonly entry: Incoming;
}

export interface Taken {
  readonly outcome: Outcome;
  /** The group after it; undefined if it is as it was. */
  readonly next?: Group;
  readonly spent: readonly Uint8Array[];
}

/** What is still sealed to the epoch of before is for those who were members of it when it was stored. */
const OUT: Outcome = { kind: "fault", code: "not-in-group", message: "this device was taken out before" };

export async function take(arriving: Arriving, world: TakingWorld): Promise<Taken> {
  const { group, entry } = arriving;
  if (group.state.groupActiveState.kind === "removedFromGroup") return { outcome: OUT, spent: [] };
  const { kind, body, device, mid, at, declared } = entry;
  try {
    const { message, copy } = kind === "app" ? openEnvelope(body) : { message: body, copy: undefined };
    const stamped = { kind, message, device, at: new Date(at), aad: bytesOf(mid), declared };
    const received = await opened(group, stamped, { ...world, secret: entry.secret });
    const { next, spent } = received;
    if (received.kind === "commit")
      return { next, spent, outcome: commitOutcome(received, received.isOut ? undefined : world.view(next)) };
    return { next, spent, outcome: messageOutcome(received, checkedCopy(arriving, received, copy)) };
  } catch (error) {
    return { outcome: faultOutcome(error), spent: [] };
  }
}

function opened(
  group: Group,
  entry: Stamped,
  world: TakingWorld & { readonly secret: Uint8Array | undefined },
): Promise<ReceivedCommit | ReceivedMessage> {
  return entry.kind === "commit" && isMove(entry.message)
    ? followMove(group, entry, world)
    : receive(group, entry, world);
}

function checkedCopy(
  { log, archives, entry: { mid } }: Arriving,
  { next, from, plaintext }: ReceivedMessage,
  copy: Uint8Array | undefined,
): ReturnType<typeof checkCopy> {
  const signatureKey = leafAt(next.state.ratchetTree, from.leaf)?.signaturePublicKey ?? new Uint8Array();
  return checkCopy(copy, archives, { log, said: { plaintext, mid, from, signatureKey } });
}
