// A file from the server: asked for piece by piece, opened chunk by chunk, written only when authentic, named only when whole.
// Knows no socket and no disk.
import { type Hash, createHash } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import { bytesOf, type Sha256 } from "../../model/ids.ts";
import type { BlobRequests, Progress, Sink } from "./contract.ts";
import { type Course, type Surroundings, type Transfer, startTransfer } from "./course.ts";
import { endsForGood, wrongAnswer } from "./endings.ts";
import { answersTo } from "./flight.ts";
import { pieceBytes } from "./limits.ts";
import { Meter } from "./meter.ts";
import { Pace, pieceEnd } from "./pace.ts";
import { blobBytesOf, paddedBytes } from "./padding.ts";
import type { DownloadRecord } from "./record.ts";
import { CHUNK_BYTES, SEALED_CHUNK_BYTES, StreamOpener } from "./stream.ts";
import type { FileTicket } from "./ticket.ts";
import type { TransferWorld } from "./upload.ts";

/** Between two flushes: what a power cut costs at most. */
const CHECKPOINT_BYTES = 32 * 1024 * 1024;
/** Read at once of what is here already. */
const REREAD_BYTES = 1024 * 1024;

export interface DownloadWish extends Surroundings {
  readonly ticket: FileTicket;
  /** Belongs to the download from now on, which finishes, discards or closes it. */
  readonly sink: Sink;
  /** Where the record of an earlier start says, for a sink that was opened again; otherwise 0. */
  readonly offset: number;
  /** To be kept: at the beginning, after each flush, when it stops. Undefined: there is nothing to go on with any more. */
  readonly onRecord: (record: DownloadRecord | undefined) => void;
  readonly onProgress: (progress: Progress) => void;
}

/** A whole file that is what its sender said. */
export interface Saved {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}

/** Faults: `target-*`, `stream-*`, `transfer-*`, and what the server says. */
export function startDownload(world: TransferWorld, wish: DownloadWish): Transfer<Saved> {
  return startTransfer(wish, async (course) => new Download(world, wish, course).run());
}

type Piece = { readonly from: number; readonly to: number };
type Got = Awaited<ReturnType<BlobRequests["get"]>>;

class Download {
  readonly #world: TransferWorld;
  readonly #wish: DownloadWish;
  readonly #course: Course;
  readonly #meter: Meter;
  readonly #pace = new Pace();
  readonly #hash: Hash = createHash("sha256");
  /** Plaintext that was released, padding included; whole chunks until the last. */
  #released = 0;
  #flushed: number;

  constructor(world: TransferWorld, wish: DownloadWish, course: Course) {
    this.#world = world;
    this.#wish = wish;
    this.#course = course;
    this.#flushed = wish.offset;
    this.#meter = new Meter({ clock: world.clock, onProgress: wish.onProgress }, wish.ticket.size);
  }

  async run(): Promise<Saved> {
    const { ticket, sink, onRecord } = this.#wish;
    try {
      pieceBytes(this.#world.limits);
      this.#keep();
      await this.#reread();
      await this.#course.drive(() => this.#receive());
      if (this.#hash.digest("hex") !== ticket.sha256) throw mismatch();
      const path = await sink.finish();
      onRecord(undefined);
      return { path, bytes: ticket.size, sha256: ticket.sha256 };
    } catch (error) {
      await this.#leave(error);
      throw error;
    }
  }

  /** The hash goes over everything, also over what an earlier start wrote. */
  async #reread(): Promise<void> {
    const { sink, offset } = this.#wish;
    while (this.#released < offset) {
      await this.#course.clear();
      const piece = Buffer.alloc(Math.min(REREAD_BYTES, offset - this.#released));
      if ((await sink.read(this.#released, piece)) < piece.length) throw mismatch();
      this.#hash.update(piece);
      this.#released += piece.length;
      this.#meter.at("reading", this.#released);
    }
  }

  /** From the last whole chunk to the end, or until somebody holds the transfer. */
  async #receive(): Promise<"through" | "again"> {
    const total = blobBytesOf(this.#wish.ticket.size);
    const opener = new StreamOpener(bytesOf(this.#wish.ticket.key), this.#released / CHUNK_BYTES);
    let next = (this.#released / CHUNK_BYTES) * SEALED_CHUNK_BYTES;
    this.#meter.at("moving", this.#released);
    const flight = {
      course: this.#course,
      clock: this.#world.clock,
      pace: this.#pace,
      next: async (): Promise<Piece | undefined> => {
        if (this.#course.isHeld || next === total) return undefined;
        const from = next;
        next = pieceEnd(from, Math.min(pieceBytes(this.#world.limits), this.#pace.bytes), total);
        return { from, to: next };
      },
      ask: (piece: Piece) => this.#get(piece, total),
    };
    for await (const { piece, answer } of answersTo(flight)) {
      await this.#take(opener.push(answer.chunk));
      if (piece.to < total) continue;
      await this.#take(opener.end());
      if (this.#released !== paddedBytes(this.#wish.ticket.size)) throw mismatch();
      return "through";
    }
    return "again";
  }

  async #get({ from, to }: Piece, total: number): Promise<Got> {
    const { blob } = this.#wish.ticket;
    try {
      const got = await this.#world.requests.get({ id: blob, offset: from, maxBytes: to - from });
      if (got.size !== total || got.offset !== from || got.chunk.length !== to - from) throw wrongAnswer();
      return got;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "no-such-blob") throw error;
      throw new Fault("transfer-gone", "the server no longer has the file", {
        hint: "ask the sender for it again",
        cause: error,
      });
    }
  }

  /** Authentic plaintext: content to the sink, zeros nowhere. */
  async #take(plain: Buffer): Promise<void> {
    const { sink, ticket } = this.#wish;
    const content = plain.subarray(0, Math.max(0, ticket.size - this.#released));
    const padding = plain.subarray(content.length);
    // A second content that nobody sees has no place in it.
    if (padding.some((byte) => byte !== 0)) throw mismatch();
    if (content.length > 0) await sink.write(this.#released, content);
    this.#hash.update(content);
    this.#released += plain.length;
    this.#course.check();
    this.#meter.at("moving", this.#released);
    if (this.#wholeChunks() - this.#flushed >= CHECKPOINT_BYTES) await this.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    await this.#wish.sink.sync();
    this.#flushed = this.#wholeChunks();
    this.#keep();
  }

  #keep(): void {
    const { ticket, sink, onRecord } = this.#wish;
    onRecord({ ticket, place: sink.place, offset: this.#flushed });
  }

  /** Content that stands there in whole chunks. */
  #wholeChunks(): number {
    const content = Math.min(this.#released, this.#wish.ticket.size);
    return content - (content % CHUNK_BYTES);
  }

  /** What is of no more use is removed; the rest waits for another start. Why it ended matters more than how that goes. */
  async #leave(error: unknown): Promise<void> {
    const { sink, onRecord } = this.#wish;
    if (endsForGood(error)) {
      await quietly(() => sink.discard());
      await quietly(async () => onRecord(undefined));
    } else {
      await quietly(() => this.#checkpoint());
      await quietly(() => sink.close());
    }
  }
}

/** A disk that is full or gone was told already. */
async function quietly(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch {
    // See above.
  }
}

function mismatch(): Fault {
  return new Fault("transfer-mismatch", "the file is not what its sender said", {
    hint: "ask the sender for it again",
  });
}
