// Entries in their order on their way into the vault: those of a group are opened first, those of the inbox are tried.
import type { LogId } from "../../model/ids.ts";
import type { Entry } from "../../wire/messages.ts";
import type { Change } from "../port/vault.ts";
import type { ConversationsWorld, Held } from "./held.ts";
import { readInbox } from "./inbox.ts";
import type { Intake } from "./intake.ts";
import type { Lanes } from "./lanes.ts";
import * as outbox from "./outbox.ts";
import type { Applied } from "./sync.ts";

export interface ApplyingWorld extends Pick<ConversationsWorld, "batch" | "self" | "circles" | "onHeld" | "onStored"> {
  readonly intake: Intake;
  readonly lanes: Lanes;
  readonly readBefore: (log: LogId) => Promise<void>;
}

export class Applying {
  readonly #world: ApplyingWorld;

  constructor(world: ApplyingWorld) {
    this.#world = world;
  }

  async apply(held: Held, applied: readonly Applied[]): Promise<void> {
    const { circles, intake } = this.#world;
    const put = (changes: readonly Change[]): void => this.#put(held, applied, changes);
    if (held.kind === "inbox") return put([await readInbox(held.log, applied, this.#world)]);
    const circle = await circles.meet(held.log);
    await intake.read(held, applied, { circle, put });
  }

  #put(held: Held, applied: readonly Applied[], changes: readonly Change[]): void {
    const { batch, self, intake, onHeld } = this.#world;
    for (const change of changes) batch.put(change, { durable: true });
    const last = applied.at(-1)?.entry.seq ?? held.settled;
    batch.afterwards(() => {
      intake.committed();
      for (const { entry } of applied) if (entry.sender === self) this.#cameBack(held, entry);
      held.settled = last;
      onHeld(held.log, last);
    });
  }

  #cameBack(held: Held, { mid, seq, at }: Entry): void {
    const { lanes, onStored } = this.#world;
    held.acked.delete(mid);
    lanes.take(held, outbox.cameBack(held.lane, mid));
    onStored(mid, { seq, at });
  }
}
