// This device's certificate, renewed in time over the chat connection: another key each time, kept before it is asked for, and the leaf in
// every group replaced by the next commit. Who asks too late renews by the door, or is told what to do.
import { Fault, reason } from "../../../model/fault.ts";
import { type KeptIdentity, writeIdentity } from "../../../pki/kept-identity.ts";
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";
import type { AdoptedIdentity, OwnIdentity } from "../../port/identity.ts";
import type { Note } from "../../port/note.ts";
import type { Change } from "../../port/vault.ts";
import type { ClientEvent } from "../../port/views.ts";

export interface SelfRenewalWorld {
  readonly identity: OwnIdentity;
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => void;
  /** 0 ≤ chance < 1. */
  readonly chance: () => number;
  readonly put: (changes: readonly Change[]) => void;
  /** It ends with the time of a guest: another one would end then, too. */
  readonly isLast: () => boolean;
  /** Resolves once everything put so far is in the vault. */
  readonly settled: () => Promise<void>;
  readonly isConnected: () => boolean;
  readonly ask: <K extends ServerMessage["type"]>(message: ClientMessage, wanted: K) => Promise<ServerMessageOf<K>>;
  readonly tell: (event: ClientEvent) => void;
  readonly note: Note;
  /** Of the enrolment door, for a certificate that has ended. Undefined: no door is known. @throws Fault */
  readonly byDoor: ((request: Uint8Array) => Promise<readonly Uint8Array[]>) | undefined;
  /** Groups, key packages and connections go on with it. */
  readonly onRenewed: (adopted: AdoptedIdentity) => Promise<void>;
}

/** A certificate begins so long before it was issued (pki/issue.ts): clocks may differ. */
const BACKDATED_MS = 5 * 60_000;
/** Looked at again after this time at the latest. */
const LOOK_MS = 6 * 3600 * 1000;
const RETRY_FIRST_MS = 5_000;
const RETRY_MOST_MS = 3600 * 1000;
/** Devices that came in together do not renew together: within this part of a certificate's life. */
const SPREAD = 0.05;
/** Days before its end at which a person hears of a certificate that is not renewed. */
const WARN_MS = 14 * 24 * 3600 * 1000;
/** Keys of before that are kept: of key packages that last for at most three lives. */
const FORMER = 4;

export class SelfRenewal {
  readonly #world: SelfRenewalWorld;
  readonly #spread: number;
  #failures = 0;
  #isRenewing = false;
  #timers = 0;
  #isWarned = false;

  constructor(world: SelfRenewalWorld) {
    this.#world = world;
    this.#spread = world.chance() * SPREAD;
  }

  greeted(): void {
    this.#look();
  }

  /** Before each attempt to connect: who slept past the end renews by the door. @throws Fault of the door */
  async dialling(): Promise<void> {
    const { identity, now, byDoor, note } = this.#world;
    if (byDoor === undefined || now() <= identity.notAfter.getTime()) return;
    const ended = identity.notAfter.toISOString();
    try {
      await this.#renewed(byDoor);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { code, hint, message } = error;
      const said = `the certificate of this device ended on ${ended}, and was not renewed: ${message}`;
      throw new Fault(code, said, { ...(hint === undefined ? {} : { hint }), cause: error });
    }
    note("warn", `the certificate of this device had ended on ${ended}: it was renewed by the server's door`);
  }

  /** In the last third of its life. */
  get #dueAt(): number {
    const { identity } = this.#world;
    const since = identity.kept().since ?? identity.notBefore.getTime() + BACKDATED_MS;
    const life = identity.notAfter.getTime() - since;
    return since + life * (2 / 3 + this.#spread);
  }

  #look(): void {
    // The next greeting looks again.
    if (!this.#world.isConnected() || this.#isRenewing || this.#world.isLast()) return;
    const waitMs = this.#dueAt - this.#world.now();
    if (waitMs <= 0) return void this.#renew();
    this.#wait(Math.min(LOOK_MS, waitMs));
  }

  #wait(ms: number): void {
    this.#timers += 1;
    const timer = this.#timers;
    this.#world.after(ms, () => {
      if (timer === this.#timers) this.#look();
    });
  }

  async #renew(): Promise<void> {
    this.#isRenewing = true;
    try {
      await this.#renewed((request) => this.#byChat(request));
      this.#failures = 0;
    } catch (error) {
      this.#failed(error);
      return;
    } finally {
      this.#isRenewing = false;
    }
    this.#look();
  }

  async #byChat(request: Uint8Array): Promise<readonly Uint8Array[]> {
    const { certificates } = await this.#world.ask({ type: "renew", request }, "renewed");
    return certificates;
  }

  async #renewed(issued: (request: Uint8Array) => Promise<readonly Uint8Array[]>): Promise<void> {
    const { identity, put, settled, now, onRenewed } = this.#world;
    const before = identity.kept();
    const { keyPem, request } = await identity.ask(before.next);
    // Kept before it is asked for: the server gives the same key the same certificate again.
    put([kept({ ...before, next: keyPem })]);
    await settled();
    const certificates = await issued(request);
    const former = [before.keyPem, ...(before.former ?? [])].slice(0, FORMER);
    const after: KeptIdentity = { ...before, keyPem, certificates, since: now(), former, next: undefined };
    const adopted = identity.adopt(after);
    put([kept(after)]);
    await settled();
    await onRenewed(adopted);
  }

  #failed(error: unknown): void {
    const { identity, now, note, tell } = this.#world;
    if (error instanceof Fault && error.code === "offline") return;
    note("info", `the certificate could not be renewed: ${reason(error)}`);
    this.#failures += 1;
    this.#wait(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** this.#failures));
    const end = identity.notAfter.getTime();
    if (this.#isWarned || end - now() > WARN_MS) return;
    this.#isWarned = true;
    const until = identity.notAfter.toISOString();
    const message = `the certificate of this device ends on ${until} and could not be renewed: ${reason(error)}`;
    tell({ event: "notice", at: now(), code: "certificate-ends", message });
  }
}

function kept(identity: KeptIdentity): Change {
  return { put: "identity", identity: writeIdentity(identity) };
}
