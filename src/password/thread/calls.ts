// What a thread of this room and its owner say to each other: calls by number, answers by the same number. Knows no password.
import type { FaultParts } from "../../model/fault.ts";

/** The names of the calls, with what each takes and gives. */
export type CallTable<C> = { readonly [K in keyof C]: { readonly input: unknown; readonly output: unknown } };

/** The worker's side of such a table. */
export type Methods<C extends CallTable<C>> = {
  readonly [K in keyof C]: (input: C[K]["input"]) => C[K]["output"];
};

export interface Call {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly fault: FaultParts };
