// What each codec does with bytes that no honest peer sends. "takes": it gave back a message as if nothing were wrong.
import { mutual } from "../../../src/wire/generated/mutual.js";
import type { Codec } from "./rivals.ts";

const id = Buffer.alloc(16, 7);
const APPEND = Buffer.from(
  mutual.v1.ClientFrame.encode({
    request: 1,
    append: { log: id, mid: id, since: 5, epoch: 2, body: Buffer.alloc(40, 9) },
  }).finish(),
);
const INNER = APPEND.subarray(4); // after `08 01 1a <length>`

function frame(inner: Buffer, length: number = inner.length): Buffer {
  return Buffer.concat([Buffer.from([0x08, 0x01, 0x1a, length]), inner]);
}

function probe(name: string, bytes: Buffer): readonly [string, readonly Buffer[]] {
  return [name, [bytes]];
}

/** Cuts at 0 and 2 bytes are whole frames without a message. */
const CUTS = Array.from({ length: APPEND.length }, (_, length) => APPEND.subarray(0, length)).filter(
  ({ length }) => length !== 0 && length !== 2,
);

const PROBES: readonly (readonly [string, readonly Buffer[]])[] = [
  ["a frame cut anywhere", CUTS],
  probe("a field reaching past its message", Buffer.concat([frame(INNER, INNER.length - 10), Buffer.alloc(10)])),
  probe("a message longer than the frame", frame(INNER, INNER.length + 5)),
  probe("a known field of the wrong type", frame(Buffer.concat([Buffer.from([0x08, 0x05]), INNER.subarray(18)]))),
  probe("half a tag behind the end", Buffer.concat([APPEND, Buffer.from([0x80])])),
  probe("field number 0", Buffer.concat([APPEND, Buffer.from([0x02, 0x00])])),
  probe(
    "a number of more than 64 bits",
    frame(Buffer.concat([INNER, Buffer.from([0x28]), Buffer.alloc(11, 0xff), Buffer.from([0x01])])),
  ),
  probe("an end of a group never begun", Buffer.concat([APPEND, Buffer.from([0x0c])])),
  probe("a group never ended", Buffer.concat([APPEND, Buffer.from([0xfb, 0x01])])),
  probe("100,000 nested groups", Buffer.concat([APPEND, Buffer.alloc(200_000, Buffer.from([0xfb, 0x01]))])),
];

export interface Verdict {
  readonly probe: string;
  readonly answer: string;
}

export function verdicts({ decodeClient }: Pick<Codec, "decodeClient">): readonly Verdict[] {
  return PROBES.map(([name, inputs]) => ({ probe: name, answer: answerTo(inputs, decodeClient) }));
}

function answerTo(inputs: readonly Buffer[], decode: (bytes: Uint8Array) => unknown): string {
  const taken = inputs.filter((bytes) => isTaken(bytes, decode)).length;
  if (taken === 0) return "refuses";
  return inputs.length === 1 ? "TAKES" : `TAKES ${taken} of ${inputs.length}`;
}

function isTaken(bytes: Buffer, decode: (bytes: Uint8Array) => unknown): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}
