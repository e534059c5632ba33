// A lines face at work: reads input line by line, asks the client, and leaves when the input ends and everything asked is done.
import type { Readable } from "node:stream";
import { Fault } from "../../../model/fault.ts";
import { QUEUE_OPS } from "../../../model/limits.ts";
import type { Client, Ending } from "../../port/client.ts";
import type { Clock } from "../../port/clock.ts";
import { type Line, LineDecoder } from "./input.ts";

/** Commands that wait for their replies; more are not read before some are answered. */
const PENDING_MOST = 1024;
/** While there is no server nothing is answered: then as many are read as the queue takes, so that the end of input is seen. */
const PENDING_ALONE_MOST = QUEUE_OPS - PENDING_MOST;
/** After the end of input, a server that cannot be reached is waited for so long. The queue stays in the vault. @internal */
export const GIVE_UP_MS = 10_000;
/** The same for a person, who sees that there is no connection and wants to leave: what is on its way may just arrive. */
const PERSON_GIVE_UP_MS = 500;
const LOOK_MS = 250;

export interface LineFace {
  onLine(line: Line, client: Client): Promise<boolean>;
  readonly full: boolean;
  drained(): Promise<void>;
}

export interface RunWorld {
  readonly input: AsyncIterable<Buffer>;
  readonly client: Client;
  readonly face: LineFace;
  readonly clock: Clock;
  /** Ends the run from outside: a signal, a reader that is gone. */
  readonly stop: AbortSignal;
  /** A person types. */
  readonly person: boolean;
}

export type Left =
  /** Everything that was asked is done. */
  { readonly how: "done" } | { readonly how: "stopped" } | { readonly how: "gave-up"; readonly fault: Fault } | Ending;

/**
 * Resolves with why it is over: after the end of input when everything that was missed was given, and everything asked is done.
 * The client is not stopped here.
 */
export async function runLines(world: RunWorld): Promise<Left> {
  const stopped = new Promise<Left>((resolve) => {
    if (world.stop.aborted) resolve({ how: "stopped" });
    world.stop.addEventListener("abort", () => resolve({ how: "stopped" }), { once: true });
  });
  return Promise.race([stopped, world.client.ended, serve(world)]);
}

async function serve(world: RunWorld): Promise<Left> {
  const pending = new Pending();
  const quit = Promise.withResolvers<"quit">();
  let asked = false;
  const take = (line: Line): void => {
    asked ||= line.kind !== "text" || line.text.trim() !== "";
    const answered = world.face.onLine(line, world.client).then((leaves) => {
      if (leaves) quit.resolve("quit");
    });
    pending.add(answered);
  };
  const decoder = new LineDecoder();
  const input = world.input[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([input.next(), quit.promise]);
    if (next === "quit" || next.done === true) break;
    for (const line of decoder.push(next.value)) take(line);
    await room(world, pending);
    if (world.face.full) await world.face.drained();
  }
  const last = decoder.end();
  if (last !== undefined) take(last);
  return finish(world, pending, asked);
}

/** Commands without their reply. */
class Pending {
  #count = 0;
  #next = Promise.withResolvers<void>();

  get size(): number {
    return this.#count;
  }

  add(answered: Promise<unknown>): void {
    this.#count += 1;
    void answered.finally(() => {
      this.#count -= 1;
      this.#next.resolve();
      this.#next = Promise.withResolvers();
    });
  }

  /** Resolves when one more has its reply. */
  next(): Promise<void> {
    return this.#next.promise;
  }
}

/** Waits while too many commands wait for their replies; looks again when the connection may have come or gone. */
async function room({ client, clock }: RunWorld, pending: Pending): Promise<void> {
  while (pending.size > (client.isConnected ? PENDING_MOST : PENDING_ALONE_MOST)) {
    const look = Promise.withResolvers<void>();
    const cancel = clock.after(LOOK_MS, look.resolve);
    await Promise.race([pending.next(), look.promise]);
    cancel();
  }
}

/** Waits for every reply, and then for rest; as long as the server can be reached. */
async function finish({ client, clock, person }: RunWorld, pending: Pending, asked: boolean): Promise<Left> {
  client.leave();
  const done = (async (): Promise<Left> => {
    while (pending.size > 0) await pending.next();
    // Whoever asked and was answered from the vault has got it. Whoever asked nothing wants what the server has.
    await client.rest(asked || person);
    return { how: "done" };
  })();
  const gaveUp = Promise.withResolvers<Left>();
  const patienceMs = person ? PERSON_GIVE_UP_MS : GIVE_UP_MS;
  // What waits for somebody else only is no reason to stay.
  let rests: boolean | undefined;
  let [aloneMs, stillMs, size] = [0, 0, pending.size];
  let cancel: (() => void) | undefined;
  const look = (): void => {
    aloneMs = client.isConnected ? 0 : aloneMs + LOOK_MS;
    if (rests === undefined && client.isConnected && client.waiting > 0) {
      rests = false;
      void client.rest(false).then(() => (rests = true));
    }
    stillMs = rests === true && client.waiting > 0 && pending.size === size ? stillMs + LOOK_MS : 0;
    size = pending.size;
    if (stillMs >= patienceMs) gaveUp.resolve({ how: "gave-up", fault: awaited(client.waiting) });
    else if (aloneMs >= patienceMs) gaveUp.resolve({ how: "gave-up", fault: unreachable(client.waiting) });
    else cancel = clock.after(LOOK_MS, look);
  };
  cancel = clock.after(LOOK_MS, look);
  const left = await Promise.race([done, gaveUp.promise]);
  cancel?.();
  return left;
}

function awaited(waiting: number): Fault {
  const what = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
  return new Fault("awaited", `${what} for somebody who has no device that could read it`, {
    hint: "nothing is lost: a chat-client of this identity sends it when they are here",
  });
}

function unreachable(waiting: number): Fault {
  const sentence = `the server was not reached within ${GIVE_UP_MS / 1000} s`;
  if (waiting === 0)
    return new Fault("link-unreachable", sentence, { hint: "start chat-server there, or check -ip and -p" });
  const what = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
  return new Fault("link-unreachable", `${sentence}: ${what} to be sent`, {
    hint: "nothing is lost: the next chat-client of this identity sends what waits",
  });
}

/** A stream as buffers, whatever encoding it has. */
export async function* buffers(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk), "utf8");
}
