// What is said in passing: it goes to whoever is there and is kept by nobody. The same form as a payload, and its own kinds.
import * as is from "./fields.ts";
import { decodeIn, encodeIn, type Format, type Undecoded } from "./strict-json.ts";

/** What a signal has room for is less when it is sealed: SIGNAL_BODY_BYTES in src/model/limits.ts. */
const SIGNAL_BYTES = 1_900;

export type Signal = { readonly kind: "typing"; readonly on: boolean };

const FORMAT: Format<Signal> = {
  kinds: { typing: { on: is.flag } },
  bytesMost: SIGNAL_BYTES,
  check: () => undefined,
};

/** @throws Fault `bad-payload` */
export function encodeSignal(signal: Signal): Uint8Array {
  return encodeIn(FORMAT, signal);
}

/** Never throws. */
export function decodeSignal(bytes: Uint8Array): Signal | Undecoded {
  return decodeIn(FORMAT, bytes);
}
