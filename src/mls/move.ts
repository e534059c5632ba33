// The body of a commit by which a conversation's group goes on as another one, with another cipher suite (RFC 9420 §11.2): the
// commit that ends the old group, and what every member needs to come into the new one, so that nobody has to be there.
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { Fault } from "../model/fault.ts";
import { TREE_PART_BYTES } from "../model/limits.ts";

export interface Move {
  /** An MLSMessage with a PrivateMessage in it: the commit of the ReInit proposal. */
  readonly commit: Uint8Array;
  /** For all members but the one who moves the group. */
  readonly welcome: Uint8Array;
  /** Of the new group, in parts. */
  readonly tree: readonly Uint8Array[];
}

/** No MLSMessage begins so: its first byte is the high one of its version (RFC 9420 §6). */
const VERSION = 2;
/** A tree of this many bytes is larger than any that is taken. */
const TREE_MOST_BYTES = 32 * 1024 * 1024;
/** Version, and the lengths of commit and Welcome. */
const HEAD_BYTES = 9;

export function isMove(body: Uint8Array): boolean {
  return body[0] === VERSION;
}

/** Certificates are most of a tree, and most of each is the same in all: it is pressed to a third. */
export function packMove({ commit, welcome, tree }: Move): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.writeUInt32BE(commit.length, 1);
  head.writeUInt32BE(welcome.length, 5);
  return new Uint8Array(Buffer.concat([head, commit, welcome, deflateRawSync(Buffer.concat(tree))]));
}

/** @throws Fault `move-malformed` */
export function openMove(body: Uint8Array): Move {
  const view = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (!isMove(view) || view.length < HEAD_BYTES) throw malformed();
  const commitEnd = HEAD_BYTES + view.readUInt32BE(1);
  const welcomeEnd = commitEnd + view.readUInt32BE(5);
  if (welcomeEnd > view.length) throw malformed();
  const part = (from: number, to: number): Uint8Array => new Uint8Array(view.subarray(from, to));
  return {
    commit: part(HEAD_BYTES, commitEnd),
    welcome: part(commitEnd, welcomeEnd),
    tree: partsOf(inflated(part(welcomeEnd, view.length))),
  };
}

function inflated(pressed: Uint8Array): Uint8Array {
  try {
    const { buffer, engine } = inflateRawSync(pressed, { maxOutputLength: TREE_MOST_BYTES, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    if (engine.bytesWritten === pressed.length) return buffer;
  } catch {
    // Said below.
  }
  throw malformed();
}

function partsOf(tree: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < tree.length; at += TREE_PART_BYTES)
    parts.push(new Uint8Array(tree.subarray(at, at + TREE_PART_BYTES)));
  return parts;
}

function malformed(): Fault {
  return new Fault("move-malformed", "the body of a commit does not lead into another group");
}
