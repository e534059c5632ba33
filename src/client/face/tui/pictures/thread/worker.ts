// The entry of the thread that decodes one picture: strangers' bytes take their time there, and nobody waits for a key.
// It is loaded from a file in development and from a string in the packaged program, so it reads nothing but what it is given.
import { parentPort, workerData } from "node:worker_threads";
import { Fault, partsOf } from "../../../../../model/fault.ts";
import { pointsOf } from "../decoding.ts";
import { shrunk } from "../scaling.ts";
import type { Decoded, Order } from "./order.ts";

if (parentPort !== null) parentPort.postMessage(done(workerData as Order));

function done({ bytes, head, isDark }: Order): Decoded {
  try {
    return { ok: true, points: shrunk(pointsOf(bytes, head), isDark ? 0 : 255) };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: partsOf(error) };
    throw error;
  }
}
