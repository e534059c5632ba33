// The storage thread's entry: messages in, engine calls, messages out. Nothing is decided here.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but messages.
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { partsOf } from "../../../model/fault.ts";
import { IN_LANE, LANE_ID, NUDGE } from "./calls.ts";
import type { OpenedInfo, Reply, Request } from "./calls.ts";
import { Engine } from "./engine.ts";
import { storeFault } from "./faults.ts";
import { Lane, fitsLane } from "./lane.ts";

/** Without a request for this long, the thread tidies up (see Engine.idle). */
const IDLE_MS = 250;

class Service {
  readonly #port: MessagePort;
  #engine: Engine | undefined;
  #lane: Lane | undefined;
  /** Calls that take many turns of the event loop. */
  #long = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  start(): void {
    this.#port.on("message", (request: Request | typeof NUDGE) => {
      this.#perform(request);
      this.#linger();
    });
  }

  /** Works and sleeps outside the event loop; comes back to it only for calls that need it. */
  #linger(): void {
    const lane = this.#lane;
    if (lane === undefined) return;
    lane.setLooping(false);
    for (;;) {
      const { signal } = lane;
      if (this.#work(lane)) continue;
      if (this.#long > 0) break;
      if (!lane.sleep(signal, IDLE_MS)) tidy(this.#engine);
    }
    lane.setLooping(true);
    // What came before the other end could see that.
    this.#work(lane);
  }

  /** True if there was anything. */
  #work(lane: Lane): boolean {
    const batch = lane.take();
    if (batch !== undefined) this.#append(lane, batch);
    let posted = 0;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#perform(next.message as Request | typeof NUDGE);
      posted += 1;
    }
    return batch !== undefined || posted > 0;
  }

  #append(lane: Lane, batch: Uint8Array): void {
    try {
      if (this.#engine === undefined) throw new Error("the store is not open");
      const results = this.#engine.append(batch);
      if (!fitsLane(results)) {
        this.#answer(LANE_ID, results);
        return;
      }
      lane.put(results);
      this.#port.postMessage(IN_LANE);
    } catch (error) {
      this.#refuse(LANE_ID, error);
    }
  }

  #perform(request: Request | typeof NUDGE): void {
    if (request === NUDGE) return;
    try {
      if (request.call === "open") {
        const [file, lane, now] = request.args;
        this.#engine = new Engine(file, now);
        this.#lane = new Lane(lane, "storage");
        this.#answer(request.id, opened(this.#engine));
        return;
      }
      if (this.#engine === undefined) throw new Error("the store is not open");
      const value = perform(this.#engine, request);
      if (value instanceof Promise) this.#await(request.id, value);
      else this.#answer(request.id, value);
    } catch (error) {
      this.#refuse(request.id, error);
    }
  }

  #await(id: number, value: Promise<unknown>): void {
    this.#long += 1;
    void value
      .then(
        (done) => this.#answer(id, done),
        (error: unknown) => this.#refuse(id, error),
      )
      .finally(() => {
        this.#long -= 1;
        this.#linger();
      });
  }

  #answer(id: number, value: unknown): void {
    const reply: Reply = { id, ok: true, value };
    // A packed answer is handed over whole; nothing else is transferable here.
    const whole = value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.byteOffset === 0;
    this.#port.postMessage(reply, whole ? [value.buffer] : []);
  }

  #refuse(id: number, error: unknown): void {
    const reply: Reply = {
      id,
      ok: false,
      fault: partsOf(storeFault(error, "")),
      fatal: this.#engine?.broken ?? false,
    };
    this.#port.postMessage(reply);
  }
}

function perform(engine: Engine, request: Exclude<Request, { call: "open" }>): unknown {
  // The other end is typed by the same Engine (./calls.ts); a table of as many lines would say the same again.
  const method = engine[request.call] as (...args: readonly unknown[]) => unknown;
  return method.apply(engine, [...request.args]);
}

function opened(engine: Engine): OpenedInfo {
  return { storeId: engine.storeId, generation: engine.generation, report: engine.report };
}

function tidy(engine: Engine | undefined): void {
  if (engine === undefined || engine.broken || !engine.db.isOpen) return;
  try {
    engine.idle();
  } catch {
    // The next write meets the same failure and reports it.
  }
}

if (parentPort !== null) new Service(parentPort).start();
