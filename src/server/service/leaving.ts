// Leaving a conversation: at once for the user's devices, by the next commit for the group.
import { Fault } from "../../model/fault.ts";
import type { Handle, LogId } from "../../model/ids.ts";
import { roleOf } from "../../model/rights.ts";
import { encodeTerms } from "../../model/terms.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { TermsRecord } from "../port/records.ts";
import { termsRecord } from "./admission.ts";
import { type Now, isAtHome, noSuchConversation, standingOf } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

/** Judged anew so often when the roster changes meanwhile. */
const TRIES = 20;

export class Leaving {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  async leave(outlet: Outlet, { log }: ClientMessageOf<"leave">): Promise<ServerMessage> {
    const { user } = outlet;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = await standingOf(this.#world.store, log);
      if (now === undefined || !isAtHome(now, outlet)) throw noSuchConversation();
      const closing = closingBy(now, user);
      const judged = { version: now.record.version, closing };
      if (!(await this.#world.store.leave(log, user, judged))) continue;
      this.#tell(log, user);
      return { type: "done" };
    }
    throw new Fault("store-overload", "the conversation changes faster than it can be left", { hint: "try again" });
  }

  #tell(log: LogId, user: Handle): void {
    const { audience } = this.#world;
    audience.flush(log);
    const message = { type: "memberChange", log, added: [], removed: [], state: undefined, leaving: [user] } as const;
    const frame = encodeServerFrame({ request: 0, message });
    for (const outlet of audience.outlets()) {
      if (outlet.user !== user) continue;
      audience.unsubscribe(outlet, log);
      outlet.departed.delete(log);
      outlet.send(frame);
    }
    audience.broadcast(log, frame);
  }
}

/** The terms by which the last one out closes the room. Throws for those who must not go. */
function closingBy({ standing }: Now, user: Handle): TermsRecord | undefined {
  const { terms, roster, leaving } = standing;
  if (terms.kind === "lobby") throw new Fault("cannot-leave", "nobody leaves the lobby");
  if (terms.kind === "direct") return undefined;
  const others = [...roster.values()].some((one) => one !== user && !leaving.has(one));
  if (!others) {
    const closed = { ...terms, closed: true };
    return termsRecord(closed, encodeTerms(closed));
  }
  const owners = [...terms.roles].filter(([one, role]) => role === "owner" && !leaving.has(one));
  if (roleOf(standing, user) === "owner" && owners.length === 1)
    throw new Fault("last-owner", "you are the only owner", { hint: "make somebody else an owner, or close the room" });
  return undefined;
}
