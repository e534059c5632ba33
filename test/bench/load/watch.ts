// A client of the benchmarks: one that can be asked when it was shown something.
import type { ClientEvent } from "../../../src/client/port/views.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import { TestFace } from "../../kit/client.ts";

/** Longer than any step of a benchmark, on a machine that has much else to do. */
const WATCH_MS = 300_000;
/** Events to look at where one does not come. */
const LAST = 12;

/** Milliseconds since 1970, finer than a millisecond, the same in all processes. */
export const now = (): number => performance.timeOrigin + performance.now();

export class WatchedFace extends TestFace {
  #seen = new Map<string, number>();
  #watched: { readonly name: string; readonly resolve: (at: number) => void } | undefined;

  /** When it was told that it is let in no more. */
  refusedAt: number | undefined;

  override show(event: ClientEvent): void {
    if (event.event === "link" && event.state === "refused") this.refusedAt ??= now();
    super.show(event);
    const name = nameOf(event);
    if (name === undefined) return;
    if (this.#watched?.name === name) this.#watched.resolve(now());
    else this.#seen.set(name, now());
  }

  #last(): string {
    return this.events
      .slice(-LAST)
      .map((event) => JSON.stringify(event))
      .join("\n");
  }

  /** When it is shown, or was. */
  async watch(name: string): Promise<number> {
    const seen = this.#seen.get(name);
    this.#seen = new Map();
    if (seen !== undefined) return seen;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#watched = { name, resolve };
    const late = setTimeout(() => reject(new Error(`"${name}" did not come; the last: ${this.#last()}`)), WATCH_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      this.#watched = undefined;
    }
  }
}

function nameOf(event: ClientEvent): string | undefined {
  if (event.event === "message") return `message ${event.text}`;
  if (event.event !== "member") return undefined;
  const { change, user, role = "" } = event;
  return `${change} ${user} ${role}`.trimEnd();
}

/** The server's word without the lobby: for clients whose only group is the one that is measured. */
export function withoutLobby(message: ServerMessage): ServerMessage {
  if (message.type !== "greeting") return message;
  return { ...message, logs: message.logs.filter(({ kind }) => kind !== "lobby") };
}
