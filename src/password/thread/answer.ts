// The worker's end: calls in, answers out, one after the other. Nothing is decided here.
import type { MessagePort } from "node:worker_threads";
import { Fault, partsOf } from "../../model/fault.ts";
import { malformed } from "../messages.ts";
import type { Answer, Call, CallTable, Methods } from "./calls.ts";

/** `methods` comes when the library is loaded; calls that come earlier wait for it. */
export function answerCalls<C extends CallTable<C>>(port: MessagePort, methods: Promise<Methods<C>>): void {
  const answer = async ({ id, call, input }: Call): Promise<void> => {
    // The other end is our own code: it asks only for what its table has.
    const method = (await methods)[call as keyof C];
    const said = answerOf(id, () => method(input));
    port.postMessage(said, secretsOf(said));
  };
  port.on("message", (call: Call) => void answer(call));
}

/** Runs the library. What it calls an error is a stranger's fault, told in words of ours: its own may quote what it was given. */
export function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    // Anything but a plain Error is a defect inside of it, after which it is not to be used again.
    if (error instanceof Error && error.constructor === Error) throw malformed("a message");
    throw error;
  }
}

/** @throws what is no Fault: nobody catches it, so the thread ends, and its owner starts another one */
function answerOf(id: number, run: () => unknown): Answer {
  try {
    return { id, ok: true, value: run() };
  } catch (error) {
    if (error instanceof Fault) return { id, ok: false, fault: partsOf(error) };
    throw error;
  }
}

/** Keys move from one thread to the other: no copy is left behind. */
function secretsOf(answer: Answer): ArrayBuffer[] {
  if (!answer.ok || typeof answer.value !== "object" || answer.value === null) return [];
  return Object.values(answer.value)
    .filter((value): value is Uint8Array<ArrayBuffer> => value instanceof Uint8Array)
    .map(({ buffer }) => buffer);
}
