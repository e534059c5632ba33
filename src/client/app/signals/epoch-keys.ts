// The keys of signals: one for each conversation and epoch, from the group's exporter (RFC 9420 §8.5). Of an older epoch none is kept.
import type { LogId } from "../../../model/ids.ts";
import type { Groups, GroupView } from "../../../mls/groups.ts";
import { epochBytes, type EpochId } from "./signal-seal.ts";

export interface EpochKeysWorld {
  readonly groups: Pick<Groups, "exportSecret">;
  readonly view: (log: LogId) => GroupView | undefined;
}

export interface EpochKey extends EpochId {
  readonly key: Uint8Array;
}

interface Made extends EpochId {
  readonly key: Promise<Uint8Array>;
}

const LABEL = "mutual signal 1";

export class EpochKeys {
  readonly #world: EpochKeysWorld;
  readonly #made = new Map<LogId, Made>();

  constructor(world: EpochKeysWorld) {
    this.#world = world;
  }

  /** Of the epoch that the group is in; undefined where this device is in none, or the group cannot say now. */
  async of(log: LogId): Promise<EpochKey | undefined> {
    const view = this.#world.view(log);
    if (view === undefined) {
      this.#made.delete(log);
      return undefined;
    }
    const made = this.#current(log, view);
    try {
      return { founding: made.founding, epoch: made.epoch, key: await made.key };
    } catch {
      if (this.#made.get(log) === made) this.#made.delete(log);
      return undefined;
    }
  }

  #current(log: LogId, { founding, epoch }: EpochId): Made {
    const known = this.#made.get(log);
    if (known?.founding === founding && known.epoch === epoch) return known;
    const key = this.#world.groups.exportSecret(log, LABEL, epochBytes({ founding, epoch }));
    const made = { founding, epoch, key };
    this.#made.set(log, made);
    return made;
  }
}
