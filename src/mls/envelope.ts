// The body of a message entry: what the members open, and the archived copy for those who come later, if there is one.
import { Fault } from "../model/fault.ts";

export interface Envelope {
  /** An MLSMessage with a PrivateMessage in it. */
  readonly message: Uint8Array;
  readonly copy: Uint8Array | undefined;
}

const VERSION = 1;
/** Version, and the length of the message. */
const HEAD_BYTES = 5;

export function packEnvelope({ message, copy }: Envelope): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.writeUInt32BE(message.length, 1);
  return new Uint8Array(Buffer.concat([head, message, ...(copy === undefined ? [] : [copy])]));
}

/** @throws Fault `envelope-malformed` */
export function openEnvelope(body: Uint8Array): Envelope {
  const view = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (view.length < HEAD_BYTES || view[0] !== VERSION) throw malformed();
  const end = HEAD_BYTES + view.readUInt32BE(1);
  if (end > view.length || end === HEAD_BYTES) throw malformed();
  return {
    message: new Uint8Array(view.subarray(HEAD_BYTES, end)),
    copy: end === view.length ? undefined : new Uint8Array(view.subarray(end)),
  };
}

function malformed(): Fault {
  return new Fault("envelope-malformed", "the body of an entry is no sealed message");
}
