// The log as a circle sees it go by: what an entry that was opened means for where the circle stands. Makes no commit and opens nothing.
import type { GroupView, Outcome } from "../../../mls/groups.ts";
import type { Entry } from "../../../wire/messages.ts";
import * as steps from "../membership.ts";
import type { Membership, MembershipStep } from "../membership-state.ts";
import type { CircleWorld } from "./circle-world.ts";
import type { Cleaning } from "./cleaning.ts";
import { isBehind } from "./opening.ts";
import * as position from "./position.ts";

export interface SeeingWorld {
  readonly at: position.Position;
  readonly cleaning: Cleaning;
  readonly take: (step: MembershipStep) => void;
  readonly membership: () => Membership;
}

export class Seeing {
  readonly #circle: Pick<CircleWorld, "judged" | "onNews">;
  readonly #world: SeeingWorld;

  constructor(circle: Pick<CircleWorld, "judged" | "onNews">, world: SeeingWorld) {
    this.#circle = circle;
    this.#world = world;
  }

  saw(entry: Entry, outcome: Outcome | undefined, isOwn: boolean): void {
    const { at, take, membership, cleaning } = this.#world;
    if (entry.seq <= at.seq || at.view === undefined) return;
    if (entry.kind !== "commit") {
      at.seq = entry.seq;
      if (isBehind(at, entry, outcome) && !membership().isBroken) take(steps.broke(membership()));
    } else if (isOwn) {
      this.#advance(entry);
      if (outcome?.kind === "commit") position.stillLeaving(at, outcome.added);
      take(steps.accepted(membership()));
      cleaning.moveOn(true);
      if (outcome !== undefined) this.#circle.onNews({ news: "commit", outcome, seq: entry.seq });
    } else this.#sawCommit(entry, outcome);
  }

  #sawCommit(entry: Entry, outcome: Outcome | undefined): void {
    const { at, take, membership, cleaning } = this.#world;
    this.#advance(entry);
    if (outcome?.kind === "commit") this.#believed(outcome);
    if (outcome !== undefined) this.#circle.onNews({ news: "commit", outcome, seq: entry.seq });
    if (outcome?.kind === "commit" && outcome.isOut) return take(steps.putOut(membership(), "removed"));
    if (isBehind(at, entry, outcome)) return take(steps.broke(membership()));
    take(steps.overtaken(membership()));
    if (position.mustClean(at)) cleaning.clean();
    else if (outcome?.kind === "fault") cleaning.outdo();
  }

  #believed({ view, added }: { readonly view: GroupView | undefined } & Pick<CommitOutcome, "added">): void {
    const { at, cleaning } = this.#world;
    position.see(at, this.#circle.judged, view);
    position.stillLeaving(at, added);
    cleaning.outdone();
    cleaning.moveOn(false);
  }

  /** A commit stands at this place: whether it is believed or not, the log's epoch has moved on. */
  #advance({ seq, epoch }: Entry): void {
    const { at } = this.#world;
    [at.seq, at.epoch] = [Math.max(at.seq, seq), epoch + 1];
    if (at.told !== undefined) at.told = { ...at.told, epoch: at.epoch, member: true };
  }
}

type CommitOutcome = Extract<Outcome, { kind: "commit" }>;
