// Messages: may this device write here, store it, ack, then tell the others. Bodies are opaque.
import { Fault } from "../../model/fault.ts";
import { logKind } from "../../model/ids.ts";
import { PAGE_BYTES, PAGE_COUNT } from "../../model/limits.ts";
import { encodeServerFrame } from "../../wire/codec.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import { appended, denied } from "./appended.ts";
import { lastFor } from "./hearing.ts";
import { noSuchConversation } from "./standings.ts";
import type { ServiceWorld } from "./world.ts";

const NO_NOTE = new Uint8Array(0);

export class Delivery {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Of kind app. Store, then ack, then fan out: the answer is the ack, and it is queued before the delivery of the same tick leaves. */
  async append(outlet: Outlet, { log, mid, since, epoch, body }: ClientMessageOf<"append">): Promise<ServerMessage> {
    const kind = "app" as const;
    // Inboxes are written by commits (their welcomes) and by nobody else.
    if (!outlet.logs.has(log) || logKind(log) === "inbox") return denied("no-such-conversation");
    const [stored] = await this.#world.store.append([{ kind, log, sender: outlet.device, mid, since, epoch, body }]);
    if (stored === undefined) throw new Fault("store-failed", "the store gave no answer");
    if (stored.result === "ok") {
      const entry = { seq: stored.seq, at: stored.at, sender: outlet.device, mid, kind, epoch, body, note: NO_NOTE };
      this.#world.audience.publish(log, entry);
      this.#world.bus.hint(log, stored.seq);
    }
    return appended(stored);
  }

  async fetch(outlet: Outlet, { log, after, maxCount, maxBytes }: ClientMessageOf<"fetch">): Promise<ServerMessage> {
    if (after > lastFor(outlet, log)) throw noSuchConversation();
    const page = await this.#world.store.readFrom(log, after, {
      maxCount: maxCount === 0 ? PAGE_COUNT : Math.min(maxCount, PAGE_COUNT),
      maxBytes: maxBytes === 0 ? PAGE_BYTES : Math.min(maxBytes, PAGE_BYTES),
    });
    // It may have been taken out meanwhile.
    const last = lastFor(outlet, log);
    if (page === undefined || after > last) throw noSuchConversation();
    const entries = page.entries.filter(({ seq }) => seq <= last);
    return { type: "page", log, ...page, entries, head: Math.min(page.head, last) };
  }

  /** No answer. Cursors of logs that are not the device's are ignored: they may have gone a moment ago. */
  cursor(outlet: Outlet, { cursors }: ClientMessageOf<"cursor">): void {
    const own = cursors.filter(({ log }) => lastFor(outlet, log) >= 0);
    for (const { log, seq } of own) if (seq >= lastFor(outlet, log)) outlet.departed.delete(log);
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
