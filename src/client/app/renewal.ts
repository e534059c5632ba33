// Post-compromise healing: each device gives its group new keys now and then, so that who once read its memory is shut out again
// (RFC 9420 §16.6). Seldom in large groups: the price of a commit is paid by everybody.
import type { DeviceId, LogId } from "../../model/ids.ts";
import type { Change, Vault } from "../port/vault.ts";
import type { Circle } from "./circle/circle.ts";

export interface RenewalWorld {
  readonly vault: Pick<Vault, "setting">;
  readonly put: (changes: readonly Change[]) => void;
  readonly now: () => number;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly after: (ms: number, run: () => void) => void;
  readonly self: { readonly device: DeviceId; readonly certificate: () => string };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const USUAL_MS = 7 * DAY_MS;
/** For each device of a group: a group of a thousand has a dozen such commits a day. */
const SHARE_MS = 2 * HOUR_MS;
/** Who was away for so long comes back with new keys: others may have had the machine. */
const AWAY_MS = DAY_MS;
/** Those who come back at the same time do not commit at the same time. */
const SPREAD_MS = 5_000;

interface Known {
  readonly renewed: number;
  readonly here: number;
}

/** When the keys of this device in a group of so many devices are old. @internal */
export function isDue(known: Known, { now, devices }: { readonly now: number; readonly devices: number }): boolean {
  return now - known.renewed > Math.max(USUAL_MS, devices * SHARE_MS) || now - known.here > AWAY_MS;
}

export class Renewal {
  readonly #world: RenewalWorld;

  constructor(world: RenewalWorld) {
    this.#world = world;
  }

  /** The log is in step, and this device is in its group. */
  look(log: LogId, circle: Circle): void {
    const { now, chance, after } = this.#world;
    const devices = circle.view?.members.length ?? 0;
    const known = this.#known(log);
    const isOld =
      this.#isStale(circle) || (known !== undefined && devices > 1 && isDue(known, { now: now(), devices }));
    this.#keep(log, { renewed: isOld ? now() : (known?.renewed ?? now()), here: now() });
    if (isOld) after(SPREAD_MS * chance(), () => void circle.wish({ want: "renew" }).catch(() => undefined));
  }

  /** Its leaf there is of a certificate that was renewed since. */
  #isStale({ view }: Circle): boolean {
    const { device, certificate } = this.#world.self;
    const own = view?.members.find((one) => one.device === device);
    return own !== undefined && own.certificate !== certificate();
  }

  #known(log: LogId): Known | undefined {
    const kept = this.#world.vault.setting(nameOf(log));
    return kept === undefined ? undefined : (JSON.parse(kept) as Known);
  }

  #keep(log: LogId, known: Known): void {
    this.#world.put([{ put: "setting", name: nameOf(log), value: JSON.stringify(known) }]);
  }
}

function nameOf(log: LogId): string {
  return `renewal/${log}`;
}
