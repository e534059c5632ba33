// Coming in by OpenPGP, as the server sees it: whether at all, the key looked up, the challenge sealed, the answer checked, and only
// then the certificate. Strangers learn that it is not possible, and nothing else; the log has the reason.
import { createHash } from "node:crypto";
import { Fault, reason } from "../../../model/fault.ts";
import { hexOf, type Sha256 } from "../../../model/ids.ts";
import { asciiLower, parseAddress } from "../../../pgp/address.ts";
import { parseFingerprint, type PgpKey, readPublicKey, type SecretKey } from "../../../pgp/keys.ts";
import { lookUp } from "../../../pgp/lookup.ts";
import { makeChallenge, verifyAnswer } from "../../../pgp/proof.ts";
import { parseSource, type Source } from "../../../pgp/source.ts";
import { checkUsable } from "../../../pgp/usable.ts";
import type { Clock } from "../../port/clock.ts";
import type { Issuer } from "../../port/issuer.ts";
import type { Log } from "../../port/log.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import type { EnrolledDevice, Enrolment } from "../../service/realm/enrolment.ts";
import { admitOpenpgp, type OpenpgpAdmission, openpgpRefused } from "../../service/realm/openpgp-admission.ts";
import { LookUps, type LookUpLimits } from "./look-ups.ts";
import { type Application, type Progress, type Ticket, Tickets } from "./tickets.ts";

export interface OpenpgpConfig {
  /** For each source. */
  readonly timeoutMs: number;
  /** How the directories of mail domains are reached where it is not as usual. */
  readonly wkd: Omit<Extract<Source, { kind: "wkd" }>, "kind">;
  readonly limits?: LookUpLimits;
}

export interface JoiningWorld extends OpenpgpConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly realm: RealmStore;
  readonly fingerprint: Sha256;
  readonly enrolment: Pick<Enrolment, "enrol" | "enrolProved">;
  readonly issuer: () => Promise<Pick<Issuer, "read">>;
  /** The realm's own. */
  readonly serverKey: () => Promise<SecretKey | undefined>;
  /** Whether this server's certificate is for this host. */
  readonly isHost: (host: string) => boolean;
}

export interface StartWish {
  readonly address: string;
  readonly email: string;
  readonly server: string;
  readonly request: Uint8Array;
  readonly code: string | undefined;
  /** The user's public key, armored: believed where the invitation names its fingerprint. */
  readonly key: string | undefined;
}

export interface FinishWish {
  readonly ticket: string;
  readonly answer: string;
  readonly user: string | undefined;
}

interface LookingUp {
  readonly ticket: Ticket;
  readonly admission: OpenpgpAdmission;
  readonly offered: string | undefined;
}

const NAME_CODES = new Set(["user-missing", "user-taken", "handle-invalid"]);

export class Joining {
  readonly #world: JoiningWorld;
  readonly #tickets = new Tickets();
  readonly #lookUps: LookUps;
  readonly #stop = new AbortController();

  constructor(world: JoiningWorld) {
    this.#world = world;
    this.#lookUps = new LookUps(world.limits);
  }

  /** Gives a ticket. @throws Fault `pgp-malformed`, `request-*`, `key-type`, `openpgp-*`, `invitation-refused`, `too-many-requests` */
  async start({ email: written, key, ...wish }: StartWish): Promise<Ticket> {
    const { realm, clock, issuer, isHost, log } = this.#world;
    const email = asciiLower(parseAddress(written).text);
    const { address, code, request } = wish;
    const admission = await admitOpenpgp(realm, { email, code }, clock.now()).catch((error: unknown) => {
      const why = error instanceof Fault ? (error.cause ?? error) : error;
      log.warn({ address, email, reason: reason(why) }, "openpgp: not admitted");
      throw error;
    });
    (await issuer()).read(request);
    if (!isHost(wish.server)) throw otherHost(wish.server);
    const { isInvited } = admission;
    const by = { address, isInvited };
    if (!this.#lookUps.enter(by, clock.now())) throw tooMany();
    const requestHash = hexOf(createHash("sha256").update(request).digest()) as Sha256;
    const ticket = this.#tickets.open({ ...wish, email, isInvited, requestHash }, clock.now());
    if (ticket === undefined) {
      this.#lookUps.leave(by);
      throw tooMany();
    }
    void this.#run({ ticket, admission, offered: key }).finally(() => this.#lookUps.leave(by));
    return ticket;
  }

  /** What has become of it, once it is something else than the `seen` lines, or after `waitMs`. @throws Fault `openpgp-ticket` and what came out */
  async look(id: string, seen: number, waitMs: number): Promise<Exclude<Progress, { is: "refused" }>> {
    const { clock } = this.#world;
    const ticket = this.#tickets.find(id, clock.now());
    if (ticket === undefined) throw noTicket();
    const { progress } = ticket;
    if (progress.is === "looking" && progress.lines.length <= seen) {
      const timer = Promise.withResolvers<void>();
      const cancel = clock.after(waitMs, timer.resolve);
      await Promise.race([ticket.changed, timer.promise]);
      cancel();
    }
    const now = ticket.progress;
    if (now.is !== "refused") return now;
    this.#tickets.close(ticket);
    throw now.fault;
  }

  /** A wrong answer ends the ticket. @throws Fault `openpgp-ticket`, `pgp-proof`, `pgp-unusable`, and those of Enrolment */
  async finish({ ticket: id, answer, user }: FinishWish): Promise<EnrolledDevice> {
    const { clock, log } = this.#world;
    const ticket = this.#tickets.take(id, clock.now());
    if (ticket?.progress.is !== "sealed") throw noTicket();
    const { address, email } = ticket.application;
    const { made, userKey } = ticket.progress;
    const { fingerprint } = userKey;
    try {
      await verifyAnswer(answer, made.challenge, { userKey, nowMs: clock.now() });
      const enrolled = await this.#enrol(ticket.application, fingerprint, user);
      log.info({ address, email, openpgp: fingerprint, user: enrolled.user }, "openpgp: came in");
      return enrolled;
    } catch (error) {
      log.warn({ address, email, openpgp: fingerprint, reason: reason(error) }, "openpgp: not finished");
      if (error instanceof Fault && NAME_CODES.has(error.code)) this.#tickets.giveBack(ticket);
      throw error;
    }
  }

  /** Look-ups that are under way end. */
  stop(): void {
    this.#stop.abort();
  }

  async #enrol({ code, request, email }: Application, fingerprint: string, user: string | undefined) {
    const { enrolment, realm, clock } = this.#world;
    const proof = { email, fingerprint };
    if (code !== undefined) return enrolment.enrol({ code, request, user, proof });
    // It may have been taken back since the start.
    await admitOpenpgp(realm, { email, code }, clock.now());
    return enrolment.enrolProved({ request, user, proof });
  }

  async #run(looking: LookingUp): Promise<void> {
    const { ticket } = looking;
    const { log } = this.#world;
    const { address, email, isInvited } = ticket.application;
    try {
      const userKey = await this.#userKey(looking);
      ticket.advance({ is: "sealed", made: await this.#challenge(ticket.application, userKey), userKey });
      log.info({ address, email, openpgp: userKey.fingerprint }, "openpgp: a challenge is sealed");
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault("internal", "the server failed at this request");
      if (fault === error) log.warn({ address, email, code: fault.code, reason: fault.message }, "openpgp: refused");
      else log.error({ address, email, err: error }, "openpgp: a look-up failed");
      ticket.advance({ is: "refused", fault: isInvited ? fault : openpgpRefused(fault) });
    }
  }

  async #userKey({ ticket, admission, offered }: LookingUp): Promise<PgpKey> {
    const { clock, timeoutMs, wkd } = this.#world;
    const { email } = ticket.application;
    const pinned = admission.pinned === undefined ? undefined : parseFingerprint(admission.pinned);
    if (pinned !== undefined && offered !== undefined) {
      const key = await readPublicKey(offered);
      if (key.fingerprint !== pinned) throw otherKey(pinned, key);
      await checkUsable(key, { email, nowMs: clock.now() });
      return key;
    }
    const { key, failed } = await lookUp({
      email,
      sources: admission.rules.sources.map((text) => withWkd(parseSource(text), wkd)),
      nowMs: clock.now(),
      timeoutMs,
      signal: this.#stop.signal,
      ...(pinned === undefined ? {} : { pinned }),
      onProgress: (line) => tell(ticket, line),
    });
    for (const { message } of failed) this.#world.log.warn({ email, reason: message }, "openpgp: a source failed");
    return key;
  }

  async #challenge({ email, requestHash, server }: Application, userKey: PgpKey) {
    const { fingerprint, serverKey, clock } = this.#world;
    const own = await serverKey();
    if (own === undefined) throw new Fault("openpgp-off", "this server has no OpenPGP key of its own");
    const about = { realm: fingerprint, server, email, request: requestHash };
    return makeChallenge({ ...about, userKey, serverKey: own, nowMs: clock.now() });
  }
}

/** A stranger need not know whom the server asks. */
function tell(ticket: Ticket, line: string): void {
  const { progress, application } = ticket;
  if (progress.is !== "looking" || !application.isInvited) return;
  ticket.advance({ is: "looking", lines: [...progress.lines, line] });
}

function withWkd(source: Source, wkd: OpenpgpConfig["wkd"]): Source {
  return source.kind === "wkd" ? { ...source, ...wkd } : source;
}

function otherKey(pinned: string, { fingerprint }: PgpKey): Fault {
  return new Fault("openpgp-other-pin", `the invitation is for the key ${pinned}, and this one is ${fingerprint}`, {
    hint: "use the key that it was made for, or ask for another invitation",
  });
}

function otherHost(host: string): Fault {
  return new Fault("openpgp-host", `this server is not called ${JSON.stringify(host.slice(0, 100))}`, {
    hint: "use the host of the invitation",
  });
}

function tooMany(): Fault {
  return new Fault("too-many-requests", "too many keys are being looked up", { hint: "try again in some minutes" });
}

function noTicket(): Fault {
  return new Fault("openpgp-ticket", "this proof was used, is too old, or was never begun", {
    hint: "start again: each challenge is answered once, within ten minutes",
  });
}
