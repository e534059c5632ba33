// Notes: what the server says beside an entry (`Entry.note`). They travel, are kept and are hashed as bytes; here they are read.
import { Fault, reason } from "../model/fault.ts";
import { message, type Field } from "./field.ts";
import { mutual } from "./generated/mutual.js";
import { COMMIT_NOTE, type CommitNote, WELCOME_NOTE, type WelcomeNote } from "./messages.ts";

type Codec = (typeof mutual.v1)["CommitNote"];

const commitNote: Field<CommitNote> = message(COMMIT_NOTE);
const welcomeNote: Field<WelcomeNote> = message(WELCOME_NOTE);

export function encodeCommitNote(note: CommitNote): Uint8Array {
  return encode(mutual.v1.CommitNote, commitNote.write(note));
}

/** The note of an entry of kind `commit`. @throws Fault `malformed` */
export function decodeCommitNote(bytes: Uint8Array): CommitNote {
  return commitNote.read(decode(mutual.v1.CommitNote, bytes), "note");
}

export function encodeWelcomeNote(note: WelcomeNote): Uint8Array {
  return encode(mutual.v1.WelcomeNote, welcomeNote.write(note));
}

/** The note of an entry of kind `inbox`. Throws Fault `malformed`. */
export function decodeWelcomeNote(bytes: Uint8Array): WelcomeNote {
  return welcomeNote.read(decode(mutual.v1.WelcomeNote, bytes), "note");
}

function encode(codec: Codec, raw: unknown): Uint8Array {
  return codec.encode(raw as object).finish();
}

function decode(codec: Codec, bytes: Uint8Array): object {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw new Fault("malformed", `not a note of this protocol: ${reason(error)}`, { cause: error });
  }
}
