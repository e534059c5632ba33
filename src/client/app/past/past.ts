// The time before this device came in: asked for, handed over, read and kept; and the same for others who come in later.
import type { LogId } from "../../../model/ids.ts";
import { settled } from "../payload/opened.ts";
import type { Change } from "../../port/vault.ts";
import type { Aside, Taken } from "../asides.ts";
import { Answering, type AnsweringWorld } from "./answering.ts";
import { LateChanges, type LateChange } from "./late.ts";
import { KnownCertificates } from "./certificates.ts";
import { Seeking, type SeekingWorld } from "./seeking.ts";
import { Segments } from "./segments.ts";

export type PastWorld = Omit<AnsweringWorld, "reachOf" | "missingFrom"> &
  Omit<SeekingWorld, "late" | "certificates" | "segments" | "onWhole">;

export class Past {
  readonly #late: LateChanges;
  readonly #seeking: Seeking;
  readonly #answering: Answering;

  constructor(world: PastWorld) {
    this.#late = new LateChanges(world.vault);
    this.#seeking = new Seeking({
      ...world,
      late: this.#late,
      certificates: new KnownCertificates(world.ask),
      segments: new Segments(world),
      onWhole: (log) => this.#answering.whole(log),
    });
    this.#answering = new Answering({
      ...world,
      reachOf: (log) => this.#seeking.reachOf(log),
      missingFrom: (log) => this.#seeking.missingFrom(log),
    });
  }

  /** A device of this user waits for what is here. */
  get isHanding(): boolean {
    return this.#answering.isHanding;
  }

  /** An ask or a grant: what it changes; nothing else of it is kept. */
  take(aside: Aside): Taken {
    const { said } = aside;
    const opened = settled(said);
    if (said.kind === "archive-ask") return { opened, changes: this.#answering.asked(aside, said) };
    if (said.kind !== "archive-grant") return { opened: said, changes: [] };
    return { opened, changes: [...this.#answering.granted(aside, said), ...this.#seeking.granted(aside, said)] };
  }

  /** What was done to a message that is not here, and may be missing. */
  late(log: LogId, change: LateChange): readonly Change[] {
    return this.#seeking.isMissing(log) ? this.#late.add(log, change, { older: false }) : [];
  }

  /** A connection began: nothing is in step yet. */
  greeted(): void {
    this.#answering.greeted();
  }

  /** Everything that was said since is here. */
  inStep(log: LogId): void {
    this.#seeking.look(log);
    this.#answering.inStep(log);
  }

  /** This device came into the group, perhaps anew. */
  cameIn(log: LogId): void {
    this.#seeking.look(log);
  }

  /** Archive keys came that a device of this user had laid by: what they open need not wait for anybody. */
  keysCame(log: LogId): void {
    this.#seeking.keysCame(log);
  }

  /** The group is given up. */
  over(log: LogId): void {
    this.#late.forget(log);
    this.#seeking.over(log);
    this.#answering.over(log);
  }

  stop(): void {
    this.#answering.stop();
  }
}
