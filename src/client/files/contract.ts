// The contracts of a transfer: a file to read, a place to write, two requests to the server. Types and prose, no code.
import type { Sha256 } from "../../model/ids.ts";

/** A regular file that is open for reading. Throws Fault `source-*`. */
export interface Source {
  /** From the root: it leads there also from another folder. */
  readonly path: string;
  /** When it was opened. */
  readonly size: number;
  /** Fills `into` from `offset` on; fewer only at the end of the file. */
  read(offset: number, into: Uint8Array): Promise<number>;
  /** Changes when somebody writes to the file. */
  stamp(): Promise<string>;
  close(): Promise<void>;
}

/** A folder that is there, from the root, and what the file shall be called in it. */
export interface Destination {
  readonly folder: string;
  readonly name: string;
}

/** Where a download goes, as a value: enough to find the partial file after a restart, and to know that it is the same. */
export interface SinkPlace extends Destination {
  /** The temporary file, in the same folder. */
  readonly partial: string;
  /** Device and inode of it. */
  readonly file: string;
  /** A file that has the name already is replaced; otherwise the new one gets a number. */
  readonly replace: boolean;
}

/** A file that is being written and has no name of its own yet. Throws Fault `target-*`. */
export interface Sink {
  readonly place: SinkPlace;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** Fills `into` with what was written; fewer at the end. */
  read(offset: number, into: Uint8Array): Promise<number>;
  /** What was written survives a power cut. */
  sync(): Promise<void>;
  /** Flushed, named, closed; returns its path. */
  finish(): Promise<string>;
  /** Closed and removed. */
  discard(): Promise<void>;
  /** Closed; it stays for another start. */
  close(): Promise<void>;
}

/** Where somebody wants a download to be. */
export interface SinkWish {
  /** A folder, then the file gets `name` in it; or the file itself, in a folder that is there. */
  readonly path: string;
  /** As the ticket says; a stranger's. */
  readonly name: string;
  readonly size: number;
  readonly replace: boolean;
}

/** The files of this machine. */
export interface FileDisk {
  /** Throws Fault `source-path`, `source-missing`, `source-unreadable`, `source-kind`, `source-failed`. */
  openSource(path: string): Promise<Source>;
  /** Where `createSink` would put it. Throws Fault `target-path`, `target-missing`, `target-unwritable`, `target-failed`. */
  destinationOf(wish: Pick<SinkWish, "path" | "name">): Promise<Destination>;
  /** Throws Fault `target-path`, `target-missing`, `target-exists`, `target-full`, `target-unwritable`, `target-failed`. */
  createSink(wish: SinkWish): Promise<Sink>;
  /** The partial file of an earlier start, cut to what is certain. Throws Fault `target-gone`, `target-changed` and as above. */
  reopenSink(place: SinkPlace, offset: number): Promise<Sink>;
}

/** The requests of docs/protocol.md §7. Throw Fault `offline` without a connection, else what the server said. */
export interface BlobRequests {
  put(piece: {
    readonly id: Sha256;
    readonly size: number;
    readonly offset: number;
    readonly chunk: Uint8Array;
  }): Promise<{ readonly offset: number; readonly complete: boolean }>;
  get(range: {
    readonly id: Sha256;
    readonly offset: number;
    readonly maxBytes: number;
  }): Promise<{ readonly size: number; readonly offset: number; readonly chunk: Uint8Array }>;
}

/** As the greeting tells them. */
export interface BlobLimits {
  readonly blobChunkBytes: number;
  readonly blobBytes: number;
}

/** `reading`: through the file before the first byte is sent, or through what is here already. Bytes are those of the content. */
export interface Progress {
  readonly stage: "reading" | "moving";
  readonly bytes: number;
  readonly total: number;
}
