// Those who are on their way in by OpenPGP: each has a ticket, for ten minutes and for one proof. In memory: a server that starts anew
// has none, and they begin again. Pure: the clock is handed in.
import { randomBytes } from "node:crypto";
import type { Sha256 } from "../../../model/ids.ts";
import type { Fault } from "../../../model/fault.ts";
import { CHALLENGE_LIFE_MS } from "../../../pgp/challenge.ts";
import type { PgpKey } from "../../../pgp/keys.ts";
import type { Made } from "../../../pgp/proof.ts";
import { networkOf } from "../network.ts";

export interface Application {
  /** Where they are. */
  readonly address: string;
  /** In lower case. */
  readonly email: string;
  readonly code: string | undefined;
  /** PKCS#10, DER, and its SHA-256. */
  readonly request: Uint8Array;
  readonly requestHash: Sha256;
  /** The host by which they reached this server. */
  readonly server: string;
  readonly isInvited: boolean;
}

export type Progress =
  | { readonly is: "looking"; readonly lines: readonly string[] }
  | { readonly is: "refused"; readonly fault: Fault }
  | { readonly is: "sealed"; readonly made: Made; readonly userKey: PgpKey };

const ID_BYTES = 16;
/** A key with its challenge is about 10 kB: 10 MB in all. */
const TICKETS = 1_000;
const TICKETS_OF_NETWORK = 32;
/** A name that is taken, and another one. */
const FINISHES = 8;

export class Ticket {
  readonly id = randomBytes(ID_BYTES).toString("base64url");
  readonly application: Application;
  readonly untilMs: number;
  finishes = 0;
  #progress: Progress = { is: "looking", lines: [] };
  #changed = Promise.withResolvers<void>();

  constructor(application: Application, nowMs: number) {
    this.application = application;
    this.untilMs = nowMs + CHALLENGE_LIFE_MS;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Resolves with the next progress. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  advance(progress: Progress): void {
    this.#progress = progress;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

export class Tickets {
  readonly #all = new Map<string, Ticket>();

  /** Undefined: there are too many. */
  open(application: Application, nowMs: number): Ticket | undefined {
    for (const [id, { untilMs }] of this.#all) if (untilMs <= nowMs) this.#all.delete(id);
    const network = networkOf(application.address);
    const own = [...this.#all.values()].filter(({ application: { address } }) => networkOf(address) === network).length;
    if (this.#all.size >= TICKETS || own >= TICKETS_OF_NETWORK) return undefined;
    const ticket = new Ticket(application, nowMs);
    this.#all.set(ticket.id, ticket);
    return ticket;
  }

  find(id: string, nowMs: number): Ticket | undefined {
    const ticket = this.#all.get(id);
    return ticket === undefined || ticket.untilMs <= nowMs ? undefined : ticket;
  }

  /** For a proof: nobody else can use it then. Only one that has its challenge. */
  take(id: string, nowMs: number): Ticket | undefined {
    const ticket = this.find(id, nowMs);
    if (ticket?.progress.is !== "sealed") return undefined;
    this.#all.delete(id);
    return ticket;
  }

  /** It was right, and something else was not: a few more times. */
  giveBack(ticket: Ticket): void {
    ticket.finishes += 1;
    if (ticket.finishes < FINISHES) this.#all.set(ticket.id, ticket);
  }

  close(ticket: Ticket): void {
    this.#all.delete(ticket.id);
  }
}
