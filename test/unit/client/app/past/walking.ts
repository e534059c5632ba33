// The walk over a log of before, on a real vault, and with blobs where something was handed over.
import type { Aside } from "../../../../../src/client/app/asides.ts";
import { KnownCertificates } from "../../../../../src/client/app/past/certificates.ts";
import { LateChanges } from "../../../../../src/client/app/past/late.ts";
import { Segments } from "../../../../../src/client/app/past/segments.ts";
import type { Gap } from "../../../../../src/client/app/past/state.ts";
import { look, markAbove, type Step, stepDown, type WalkWorld } from "../../../../../src/client/app/past/walk.ts";
import type { Ask } from "../../../../../src/client/app/circle/ask.ts";
import type { Named } from "../../../../../src/client/app/payload/opened.ts";
import type { Vault } from "../../../../../src/client/port/vault.ts";
import type { DeviceId, Handle } from "../../../../../src/model/ids.ts";
import type { BlobTable } from "../../../../kit/blob-table.ts";
import { deviceFor, type PastLog, START_MS } from "../../../../kit/past-log.ts";
import { LASTING, LOG } from "../../../../kit/vault.ts";

export interface WalkWish {
  readonly vault: Vault;
  readonly past: PastLog;
  readonly blobs: BlobTable;
  readonly lasting: Aside[];
  readonly met: string[];
}

const USERS = ["alice", "bob", "carol"] as Handle[];

export function walkWorld({ vault, past, blobs, lasting, met }: WalkWish): WalkWorld {
  const ask = ((message, wanted) =>
    message.type === "blobGet" ? blobs.ask(message, wanted) : past.ask(message, wanted)) as Ask;
  return {
    vault,
    ask,
    groups: past,
    certificates: new KnownCertificates(ask),
    segments: new Segments({ vault, ask }),
    namesOf: async (devices) => new Map(devices.flatMap(named)),
    late: new LateChanges(vault),
    now: () => START_MS + 1_000_000,
    userOf: (device) => named(device)[0]?.[1].user,
    lasts: (aside) => (lasting.push(aside), []),
    met: ({ user }) => void met.push(user),
  };
}

/** To the end, so many entries at once. Gives the last step. */
export async function walkDown(world: WalkWorld, gap: Gap, most?: number): Promise<Step> {
  let at = gap;
  for (;;) {
    const { phase } = at;
    if (phase.at !== "walking") throw new Error("it does not walk");
    const top = phase.top ?? markAbove(world, LOG, at);
    if (top === undefined) throw new Error("there is no beginning");
    const seen = await look(world, LOG, { gap: at, top, most });
    const step = stepDown(world, LOG, { gap: at, phase, seen });
    (world.vault as Vault).commit(step.changes, LASTING);
    if (step.isOver) return step;
    at = step.gap;
  }
}

function named(device: DeviceId): readonly (readonly [DeviceId, Named])[] {
  const user = USERS.find((one) => deviceFor(one) === device);
  return user === undefined ? [] : [[device, { device, user, name: user }]];
}
