// Conversations of two users, and of one with oneself: made with the first message, and made for both.
import { Fault } from "../../model/fault.ts";
import { type Handle, isHandle, type LogId } from "../../model/ids.ts";
import { decodeTerms, encodeTerms, type Terms } from "../../model/terms.ts";
import type { LogState } from "../../wire/messages.ts";
import type { Change } from "../port/vault.ts";
import type { Abouts } from "./abouts.ts";
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
}

export class Directs {
  readonly #world: DirectsWorld;
  /** The server has told of them on this connection, or is being asked to make them. */
  readonly #told = new Set<LogId>();

  constructor(world: DirectsWorld) {
    this.#world = world;
  }

  /** There is one from now on; at the server too when it can be reached. @throws Fault `no-such-user` */
  async open(log: LogId, to: string): Promise<void> {
    const user = to.slice(1);
    if (!isHandle(user)) return;
    const { conversations, isConnected, abouts, put } = this.#world;
    if (!conversations.has(log)) {
      if (isConnected()) await this.#checkUser(user);
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
      if (kind === "direct" && other !== undefined) this.#make(log, other).catch(() => undefined);
    }
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
    if (members?.some(({ user }) => user === other) === true || terms?.roles.has(other) !== true) return;
    // Both may try; who has no device yet comes in by itself.
    circle.wish({ want: "add", users: [other] }).catch(() => undefined);
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

  async #checkUser(user: Handle): Promise<void> {
    if (user === this.#world.self) return;
    const { users } = await this.#world.ask({ type: "listUsers", query: user, after: "" }, "userList");
    if (users.some((one) => one.user === user)) return;
    throw new Fault("no-such-user", `there is no user @${user} here`, { hint: "`users` lists those who were here" });
  }
}
