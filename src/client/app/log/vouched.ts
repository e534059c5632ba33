// What is sealed for the members: the payload, and in front of it the head of the realm's log as its writer knows it. So members of one
// conversation notice with the first message if the server shows them two logs.
import { HEAD_BYTES } from "../../../transparency/head.ts";

/** No payload begins so: they are JSON. */
const WITH_HEAD = 1;

export interface Vouched {
  readonly payload: Uint8Array;
  /** As src/transparency/head.ts writes it; undefined: the writer knows none. */
  readonly head: Uint8Array | undefined;
}

export function vouched({ payload, head }: Vouched): Uint8Array {
  return head === undefined ? payload : new Uint8Array(Buffer.concat([Buffer.of(WITH_HEAD), head, payload]));
}

/** Never throws: what is cut short is a payload that cannot be read. */
export function unvouched(plaintext: Uint8Array): Vouched {
  if (plaintext[0] !== WITH_HEAD || plaintext.length < 1 + HEAD_BYTES) return { payload: plaintext, head: undefined };
  return { payload: plaintext.subarray(1 + HEAD_BYTES), head: plaintext.subarray(1, 1 + HEAD_BYTES) };
}
