// Messages: may this device write here, store it, ack, then tell the others. Bodies are opaque.
import { Fault } from "../../model/fault.ts";
import { logKind } from "../../model/ids.ts";
import { PAGE_BYTES, PAGE_COUNT } from "../../model/limits.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { ClientMessageOf, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { AppendResult } from "../port/store.ts";
import type { ServiceWorld } from "./world.ts";

export class Delivery {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Store, then ack, then fan out: the answer is the ack, and it is queued before the delivery of the same tick leaves. */
  async append(
    outlet: Outlet,
    { log, mid, since, kind, epoch, body }: ClientMessageOf<"append">,
  ): Promise<ServerMessage> {
    if (kind !== "app") throw notYet(`entries of kind ${kind}`);
    // Inboxes are written by commits (their welcomes) and by nobody else.
    if (!outlet.logs.has(log) || logKind(log) === "inbox") return answer("denied", 0);
    const [stored] = await this.#world.store.append([{ kind, log, sender: outlet.device, mid, since, epoch, body }]);
    if (stored === undefined) throw new Fault("store-failed", "the store gave no answer");
    if (stored.result === "ok") {
      const entry = { seq: stored.seq, at: stored.at, sender: outlet.device, mid, kind, epoch, body } as const;
      this.#world.audience.publish(log, entry);
      this.#world.bus.hint(log, stored.seq);
    }
    return appended(stored);
  }

  async fetch(outlet: Outlet, { log, after, maxCount, maxBytes }: ClientMessageOf<"fetch">): Promise<ServerMessage> {
    if (!outlet.logs.has(log)) throw noSuchConversation();
    const page = await this.#world.store.readFrom(log, after, {
      maxCount: maxCount === 0 ? PAGE_COUNT : Math.min(maxCount, PAGE_COUNT),
      maxBytes: maxBytes === 0 ? PAGE_BYTES : Math.min(maxBytes, PAGE_BYTES),
    });
    if (page === undefined) throw noSuchConversation();
    return { type: "page", log, ...page };
  }

  /** No answer. Cursors of logs that are not the device's are ignored: they may have gone a moment ago. */
  cursor(outlet: Outlet, { cursors }: ClientMessageOf<"cursor">): void {
    const own = cursors.filter(({ log }) => outlet.logs.has(log));
    if (own.length > 0)
      this.#world.store.ackCursors(
        outlet.device,
        own.map(({ log, seq }) => [log, seq] as const),
      );
  }

  /** No answer. At most once, to whoever is there now, the sender included. */
  signal(outlet: Outlet, { log, body }: ClientMessageOf<"signal">): void {
    if (!outlet.logs.has(log)) throw noSuchConversation();
    this.#world.bus.signal(
      log,
      encodeServerFrame({ request: 0, message: { type: "signalled", log, sender: outlet.device, body } }),
    );
  }
}

export function noSuchConversation(): Fault {
  // The same answer for a log that is not there and one that is not theirs: a stranger learns nothing.
  return new Fault("no-such-conversation", "there is no such conversation, or you are not in it");
}

function notYet(what: string): Fault {
  return new Fault("not-supported", `this server does not take ${what} yet`);
}

function appended(stored: AppendResult): ServerMessageOf<"appended"> {
  switch (stored.result) {
    case "ok":
    case "dup":
      return {
        type: "appended",
        result: stored.result,
        seq: stored.seq,
        epoch: stored.epoch,
        at: stored.at,
        head: stored.seq,
      };
    case "stale":
    case "ahead":
      return { type: "appended", result: stored.result, seq: 0, epoch: stored.epoch, at: 0, head: stored.head };
    case "gone":
    case "overload":
      return answer(stored.result, 0);
  }
}

function answer(result: "denied" | "gone" | "overload", head: number): ServerMessageOf<"appended"> {
  return { type: "appended", result, seq: 0, epoch: 0, at: 0, head };
}
