// Users who ask to be let in, where the terms say `ask`: kept for owners and admins, told to those who are there.
import { Fault } from "../../model/fault.ts";
import type { Handle, LogId } from "../../model/ids.ts";
import { type Standing, belongs, roleOf } from "../../model/rights.ts";
import { type Terms, decodeTerms } from "../../model/terms.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { ClientMessageOf, LogState, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import { Allowance } from "./allowance.ts";
import { isAtHome, noSuchConversation, standingOf } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

type AskAnswered = ServerMessageOf<"askAnswered">;

/** Asks of one user for one room: who was turned down does not knock all day. */
const ASKS_A_MINUTE = 3;

export class Asks {
  readonly #world: ServiceWorld;
  readonly #allowance = new Allowance(ASKS_A_MINUTE);

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  async ask(outlet: Outlet, { log }: ClientMessageOf<"ask">): Promise<ServerMessage> {
    const { store, clock } = this.#world;
    const now = await standingOf(store, log);
    if (now !== undefined && isAtHome(now, outlet))
      throw new Fault("not-needed", "you belong to this conversation already");
    if (now === undefined || now.standing.terms.join !== "ask" || now.standing.terms.closed) throw noSuchConversation();
    const at = clock.now();
    if (!this.#allowance.take(`${outlet.user} ${log}`, at)) throw tooManyAsks();
    const asked = await store.ask({ log, user: outlet.user, at });
    if (asked === "full") throw tooManyAsks();
    if (asked === "stored") this.#tellAdmins(now.standing, { type: "asked", log, user: outlet.user, at });
    return { type: "done" };
  }

  /** The answer no. Yes is a commit. */
  async answer(outlet: Outlet, { log, user }: ClientMessageOf<"answer">): Promise<ServerMessage> {
    const now = await standingOf(this.#world.store, log);
    if (now === undefined || !isAtHome(now, outlet)) throw noSuchConversation();
    if (roleOf(now.standing, outlet.user) === "member")
      throw new Fault("not-an-admin", "only owners and admins answer");
    if (await this.#world.store.dropAsk(log, user as Handle))
      this.#answered(now.standing, [user as Handle], { log, approved: false });
    return { type: "done" };
  }

  /** A commit has let them in. */
  approved(log: LogId, users: readonly Handle[], standing: Standing): void {
    this.#answered(standing, users, { log, approved: true });
  }

  /** To one who has just come: who waits where it has a say. */
  async tellPending(outlet: Outlet, logs: readonly LogState[]): Promise<void> {
    const own = logs.filter(({ terms: bytes }) => {
      const terms = decodeTerms(bytes);
      return terms?.join === "ask" && hasSay(terms, outlet.user);
    });
    if (own.length === 0) return;
    const asks = await this.#world.store.asks(
      own.map(({ log }) => log),
      this.#world.clock.now(),
    );
    for (const ask of asks) this.#world.notify(outlet, { type: "asked", ...ask });
  }

  #answered(standing: Standing, users: readonly Handle[], what: Pick<AskAnswered, "log" | "approved">): void {
    for (const user of users) {
      const message = { type: "askAnswered", user, ...what } as const;
      this.#tellAdmins(standing, message);
      for (const outlet of this.#world.audience.outlets())
        if (outlet.user === user && !hasSay(standing.terms, user)) this.#world.notify(outlet, message);
    }
  }

  #tellAdmins(standing: Standing, message: ServerMessage): void {
    const frame = encodeServerFrame({ request: 0, message });
    for (const outlet of this.#world.audience.outlets()) {
      const { user } = outlet;
      if (hasSay(standing.terms, user) && belongs(standing, user) && !standing.leaving.has(user)) outlet.send(frame);
    }
  }
}

function hasSay(terms: Terms, user: Handle): boolean {
  const role = terms.roles.get(user);
  return role === "owner" || role === "admin";
}

function tooManyAsks(): Fault {
  return new Fault("too-many-asks", "too many wait to be let in", { hint: "try again later" });
}
