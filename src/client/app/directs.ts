// Conversations of two users, and of one with oneself: made with the first message, and made for both.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle, type LogId } from "../../model/ids.ts";
import { decodeTerms, encodeTerms, type Terms } from "../../model/terms.ts";
import type { LogState } from "../../wire/messages.ts";
import type { Change } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import type { Abouts } from "./abouts.ts";
import { checkUser } from "./check-user.ts";
import type { Ask } from "./circle/ask.ts";
import type { Circles } from "./circle/circles.ts";
import type { Conversations } from "./conversations.ts";

export interface DirectsWorld {
  readonly ask: Ask;
  readonly abouts: Abouts;
  readonly circles: Circles;
  readonly conversations: Conversations;
  readonly self: Handle;
  readonly isConnected: () => boolean;
  readonly joined: (state: LogState) => void;
  readonly put: (changes: readonly Change[]) => void;
  readonly now: () => number;
  readonly tell: (event: ClientEvent) => void;
  /** What is said there waits for somebody who cannot be brought in, or no longer. */
  readonly strand: (log: LogId, is: boolean) => void;
}

export class Directs {
  readonly #world: DirectsWorld;
  /** The server has told of them on this connection, or is being asked to make them. */
  readonly #told = new Set<LogId>();
  /** Where it was said that nobody could be brought in. */
  readonly #stranded = new Set<LogId>();

  constructor(world: DirectsWorld) {
    this.#world = world;
  }

  /** There is one from now on; at the server too when it can be reached. @throws Fault `no-such-user` */
  async open(log: LogId, to: string): Promise<void> {
    const user = to.slice(1);
    if (!isHandle(user)) return;
    const { conversations, isConnected, abouts, put } = this.#world;
    if (isConnected()) await this.#check(log, user);
    if (!conversations.has(log)) {
      put(abouts.set(log, { with: user }));
      conversations.open(log);
    }
    if (abouts.of(log).with === undefined) put(abouts.set(log, { with: user }));
    if (isConnected()) await this.#make(log, user);
  }

  /** Those that were begun while the server was away. */
  greeted(): void {
    for (const { log, kind } of this.#world.conversations.all()) {
      const other = this.#world.abouts.of(log).with;
      if (kind === "direct" && other !== undefined) void this.#begin(log, other);
    }
  }

  async #begin(log: LogId, other: Handle): Promise<void> {
    try {
      await this.#check(log, other);
      await this.#make(log, other);
      this.look(log);
    } catch (error) {
      // Whoever takes the name later is not whom it was written to.
      if (error instanceof Fault && error.code === "no-such-user") this.#world.conversations.shut(log, error.code);
    }
  }

  /** Of one that the server does not have. @throws Fault `no-such-user`, `offline` */
  async #check(log: LogId, user: Handle): Promise<void> {
    const { ask, self } = this.#world;
    if (user !== self && !this.#told.has(log)) await checkUser(ask, user);
  }

  told(state: LogState): void {
    if (state.kind !== "direct") return;
    this.#told.add(state.log);
    const { abouts, put, self } = this.#world;
    if (abouts.of(state.log).with !== undefined) return;
    const users = [...(decodeTerms(state.terms)?.roles.keys() ?? [])];
    const other = users.find((user) => user !== self) ?? self;
    put(abouts.set(state.log, { with: other }));
  }

  /** The group has changed: whoever of the two is not in it is brought in. */
  look(log: LogId): void {
    const { abouts, circles, self } = this.#world;
    const other = abouts.of(log).with;
    const circle = circles.get(log);
    if (other === undefined || other === self || circle?.isIn !== true) return;
    const { members, terms } = circle.view ?? {};
    if (members?.some(({ user }) => user === other) === true || terms?.roles.has(other) !== true)
      return this.#unstrand(log);
    // Both may try; who has no device yet comes in by itself.
    circle
      .wish({ want: "add", users: [other] })
      .catch(() => undefined)
      .finally(() => this.#tried(log, other));
  }

  #tried(log: LogId, other: Handle): void {
    const { abouts, circles, isConnected, now, tell, strand } = this.#world;
    const members = circles.get(log)?.view?.members ?? [];
    if (this.#stranded.has(log) || !isConnected() || members.some(({ user }) => user === other)) return;
    this.#stranded.add(log);
    strand(log, true);
    const message = `@${other} has no device that could read it: what is said there waits until they are here`;
    tell({ event: "notice", at: now(), code: "awaited", message, conversation: abouts.nameOf(log) });
  }

  #unstrand(log: LogId): void {
    if (this.#stranded.delete(log)) this.#world.strand(log, false);
  }

  disconnected(): void {
    this.#told.clear();
  }

  /** This user has left it: the next message makes it anew. */
  over(log: LogId): void {
    this.#told.delete(log);
  }

  async #make(log: LogId, other: Handle): Promise<void> {
    if (this.#told.has(log)) return;
    this.#told.add(log);
    const { ask, self, joined } = this.#world;
    const roles = new Map<Handle, "member">([self, other].map((user) => [user, "member"]));
    const terms: Terms = { kind: "direct", join: "invite", history: "none", closed: false, roles };
    try {
      const { state } = await ask({ type: "create", log, kind: "direct", terms: encodeTerms(terms) }, "created");
      joined(state);
    } catch (error) {
      this.#told.delete(log);
      throw error;
    }
  }
}
