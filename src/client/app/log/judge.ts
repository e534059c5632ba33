// Who must be out of a group by what is known here: devices whose certificate was revoked, has ended, or was never entered in the realm's
// log. Every device judges for itself: the server may keep quiet about it.
import type { Sha256 } from "../../../model/ids.ts";
import { RENEWAL_GRACE_MS } from "../../../model/limits.ts";
import type { GroupView, MemberView, Suspicion } from "../../../mls/groups.ts";
import type { LogWatch } from "./watch.ts";

export interface JudgeWorld {
  readonly log: Pick<LogWatch, "isKept" | "issued" | "isRevoked" | "standing">;
  /** By the revocation lists of the CAs. */
  readonly isListed: (serial: string) => boolean;
  readonly now: () => number;
  /** Told once of each certificate. */
  readonly onUnlogged: (member: MemberView) => void;
}

/** The view with what is known here, and whether something of it is not known yet. */
export interface Judged {
  readonly view: GroupView;
  /** Nothing is written until it is. */
  readonly awaits: boolean;
}

export class Judge {
  readonly #world: JudgeWorld;
  readonly #told = new Set<string>();

  constructor(world: JudgeWorld) {
    this.#world = world;
  }

  view(view: GroupView): Judged {
    let awaits = false;
    const members = view.members.map((member): MemberView => {
      const suspect = this.#of(member);
      awaits ||= suspect === "unknown";
      return { ...member, suspect: suspect === "unknown" ? undefined : suspect };
    });
    return { view: { ...view, members }, awaits };
  }

  #of(member: MemberView): Suspicion | "unknown" | undefined {
    const { certificate, device, user, serial, until } = member;
    const { log, isListed, now } = this.#world;
    if (isListed(serial) || log.isRevoked(serial)) return "revoked";
    if (now() > until + RENEWAL_GRACE_MS) return "ended";
    if (!log.isKept) return undefined;
    const fingerprint = certificate as Sha256;
    const entry = log.issued(fingerprint);
    if (entry === undefined && log.standing(fingerprint) !== "missing") return "unknown";
    if (entry === undefined || entry.device !== device || entry.user !== user) return this.#unlogged(member);
    // A lease ends at that second.
    return entry.lease === true && now() > entry.until ? "ended" : undefined;
  }

  #unlogged(member: MemberView): "unlogged" {
    const { certificate } = member;
    if (!this.#told.has(certificate)) this.#world.onUnlogged(member);
    this.#told.add(certificate);
    return "unlogged";
  }
}
