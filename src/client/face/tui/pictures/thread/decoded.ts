// A picture decoded elsewhere: one thread for each, which ends with it, or when it has taken too long.
import { faultOf } from "../../../../../model/fault.ts";
import type { Points } from "../decoding.ts";
import { broken, tooLarge } from "../heads.ts";
import type { Decoded, Order } from "./order.ts";
import { spawnDecoder } from "./spawn.ts";

const DECODE_MS = 30_000;

/** No larger than a screen. @throws Fault `picture-broken`, `picture-too-large` */
export async function decoded(order: Order): Promise<Points> {
  const worker = spawnDecoder(order);
  const over = Promise.withResolvers<Decoded>();
  worker.once("message", (answer: Decoded) => over.resolve(answer));
  worker.once("error", () => over.reject(broken("its decoder failed")));
  worker.once("exit", () => over.reject(broken("its decoder ended")));
  const timer = setTimeout(() => over.reject(tooLarge("decoding it takes too long")), DECODE_MS);
  timer.unref();
  try {
    const answer = await over.promise;
    if (!answer.ok) throw faultOf(answer.fault);
    return answer.points;
  } finally {
    clearTimeout(timer);
    void worker.terminate();
  }
}
