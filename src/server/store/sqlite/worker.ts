// The storage thread's entry: messages in, engine calls, messages out. Nothing is decided here.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but messages.
import { parentPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { partsOf } from "./calls.ts";
import type { OpenedInfo, Reply, Request } from "./calls.ts";
import { Engine } from "./engine.ts";
import { storeFault } from "./faults.ts";

/** Without a request for this long, the thread tidies up (see Engine.idle). */
const IDLE_MS = 250;

function serve(port: MessagePort): void {
  let engine: Engine | undefined;
  const idle = setTimeout(() => tidy(engine), IDLE_MS);

  const answer = (id: number, value: unknown): void => {
    const reply: Reply = { id, ok: true, value };
    // A packed answer is handed over whole; nothing else is transferable here.
    port.postMessage(
      reply,
      value instanceof Uint8Array && value.buffer instanceof ArrayBuffer && value.byteOffset === 0
        ? [value.buffer]
        : [],
    );
  };
  const refuse = (id: number, error: unknown): void => {
    const reply: Reply = { id, ok: false, fault: partsOf(storeFault(error, "")), fatal: engine?.broken ?? false };
    port.postMessage(reply);
  };

  port.on("message", (request: Request) => {
    idle.refresh();
    try {
      if (request.call === "open") {
        engine = new Engine(request.args[0]);
        answer(request.id, opened(engine));
        return;
      }
      if (engine === undefined) throw new Error("the store is not open");
      const value = perform(engine, request);
      if (value instanceof Promise)
        value.then(
          (done) => answer(request.id, done),
          (error: unknown) => refuse(request.id, error),
        );
      else answer(request.id, value);
    } catch (error) {
      refuse(request.id, error);
    }
  });
}

function perform(engine: Engine, request: Exclude<Request, { call: "open" }>): unknown {
  // The other end is typed by the same Engine (./calls.ts); a table of 21 lines would say the same again.
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

if (parentPort !== null) serve(parentPort);
