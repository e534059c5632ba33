// A file to the server: read once to know its name there, then sent from where the server says. Knows no socket and no disk.
import { Fault } from "../../model/fault.ts";
import { bytesOf, hexOf } from "../../model/ids.ts";
import type { Clock } from "../port/clock.ts";
import type { BlobLimits, BlobRequests, Progress, Source } from "./contract.ts";
import { type Course, type Surroundings, type Transfer, startTransfer } from "./course.ts";
import { endsForGood, wrongAnswer } from "./endings.ts";
import { safeFileName } from "./file-name.ts";
import { answersTo } from "./flight.ts";
import { checkSize, pieceBytes } from "./limits.ts";
import { mediaTypeOf, safeMediaType } from "./media-type.ts";
import { Meter } from "./meter.ts";
import { Pace, pieceEnd } from "./pace.ts";
import type { UploadRecord } from "./record.ts";
import { SealedSource, changed } from "./sealed-source.ts";
import { CHUNK_BYTES, KEY_BYTES, SEALED_CHUNK_BYTES } from "./stream.ts";
import type { FileKey, FileTicket } from "./ticket.ts";

/** How often the server may hold something else than it just said: a restart loses what was not flushed, nothing else does. */
const REWINDS_MOST = 8;
const NOTHING = new Uint8Array(0);

export interface TransferWorld {
  readonly requests: BlobRequests;
  readonly limits: BlobLimits;
  readonly clock: Pick<Clock, "now">;
}

export interface UploadWorld extends TransferWorld {
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
}

export interface UploadWish extends Surroundings {
  /** Belongs to the upload from now on, which closes it. */
  readonly source: Source;
  /** What the others see; made safe. */
  readonly name: string;
  /** Without it the name's ending decides. */
  readonly type?: string;
  /** Goes on with what an earlier start began, if the file is still the same. */
  readonly record?: UploadRecord;
  /** To be kept until the ticket was sent. Undefined: there is nothing to go on with any more. If it throws, nothing is sent. */
  readonly onRecord: (record: UploadRecord | undefined) => void;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * The ticket, when the server holds the whole file. Faults: `source-*`, `transfer-*`, and what the server says (`store-full`, …).
 * Nothing is sent if the limits do not allow it.
 */
export function startUpload(world: UploadWorld, wish: UploadWish): Transfer<FileTicket> {
  return startTransfer(wish, async (course) => new Upload(world, wish, course).run());
}

type Piece = { readonly from: number; readonly to: number; readonly chunk: Uint8Array };
type Held = Awaited<ReturnType<BlobRequests["put"]>>;

class Upload {
  readonly #world: UploadWorld;
  readonly #wish: UploadWish;
  readonly #course: Course;
  readonly #meter: Meter;
  readonly #pace = new Pace();
  #rewinds = 0;

  constructor(world: UploadWorld, wish: UploadWish, course: Course) {
    this.#world = world;
    this.#wish = wish;
    this.#course = course;
    this.#meter = new Meter({ clock: world.clock, onProgress: wish.onProgress }, wish.source.size);
  }

  async run(): Promise<FileTicket> {
    const { source, record, onRecord } = this.#wish;
    try {
      checkSize(source.size, this.#world.limits);
      pieceBytes(this.#world.limits);
      const key = record?.ticket.key ?? (hexOf(this.#world.random(KEY_BYTES)) as FileKey);
      const sealed = new SealedSource(source, bytesOf(key));
      const ticket = await this.#survey(sealed, key);
      onRecord({ path: source.path, ticket });
      await this.#course.drive(() => this.#send(sealed, ticket));
      return ticket;
    } catch (error) {
      if (endsForGood(error)) onRecord(undefined);
      throw error;
    } finally {
      await source.close();
    }
  }

  async #survey(sealed: SealedSource, key: FileKey): Promise<FileTicket> {
    const { source, record, name, type } = this.#wish;
    this.#meter.at("reading", 0);
    const { blob, sha256 } = await sealed.survey(async (bytes) => {
      await this.#course.clear();
      this.#meter.at("reading", bytes);
    });
    // Also the proof that the key was never used for anything else.
    if (record !== undefined && (record.ticket.blob !== blob || record.ticket.sha256 !== sha256)) throw changed();
    if (record !== undefined) return record.ticket;
    const shown = safeFileName(name);
    return {
      blob,
      key,
      size: source.size,
      sha256,
      name: shown,
      type: type === undefined ? mediaTypeOf(shown) : safeMediaType(type),
    };
  }

  /** From what the server holds to the end, or until it holds something else than it should. */
  async #send(sealed: SealedSource, ticket: FileTicket): Promise<"through" | "again"> {
    const start = await this.#held(sealed, ticket);
    if (start.complete) return "through";
    let next = start.offset;
    const flight = {
      course: this.#course,
      clock: this.#world.clock,
      pace: this.#pace,
      next: async (): Promise<Piece | undefined> => {
        if (this.#course.isHeld || next === sealed.bytes) return undefined;
        const from = next;
        next = pieceEnd(from, this.#pieceBytes, sealed.bytes);
        return { from, to: next, chunk: await sealed.piece(from, next) };
      },
      ask: ({ from, chunk }: Piece) => this.#put(sealed, ticket, { offset: from, chunk }),
    };
    for await (const { piece, answer } of answersTo(flight)) {
      if (answer === "rewind" || (!answer.complete && answer.offset !== piece.to)) return this.#rewind();
      this.#meter.at("moving", contentBytes(answer.offset));
      if (answer.complete) return "through";
    }
    return "again";
  }

  /** Asks with nothing in the hand. */
  async #held(sealed: SealedSource, ticket: FileTicket): Promise<Held> {
    const held = await this.#course.until(this.#put(sealed, ticket, { offset: 0, chunk: NOTHING }));
    if (held === "rewind") return { offset: 0, complete: false };
    this.#meter.at("moving", contentBytes(held.offset));
    return held;
  }

  async #put(
    { bytes }: SealedSource,
    { blob }: FileTicket,
    piece: { readonly offset: number; readonly chunk: Uint8Array },
  ): Promise<Held | "rewind"> {
    try {
      const held = await this.#world.requests.put({ id: blob, size: bytes, ...piece });
      if (held.offset > bytes || held.complete !== (held.offset === bytes)) throw wrongAnswer();
      return held;
    } catch (error) {
      // What the server gathered was not ours, or its disk failed it: it has forgotten it.
      if (error instanceof Fault && error.code === "blob-mismatch") return "rewind";
      throw error;
    }
  }

  #rewind(): "again" {
    this.#rewinds += 1;
    if (this.#rewinds > REWINDS_MOST) throw wrongAnswer();
    return "again";
  }

  get #pieceBytes(): number {
    return Math.min(pieceBytes(this.#world.limits), this.#pace.bytes);
  }
}

/** The content in so much ciphertext, near enough for people. */
function contentBytes(sealed: number): number {
  const whole = Math.floor(sealed / SEALED_CHUNK_BYTES);
  return whole * CHUNK_BYTES + Math.min(CHUNK_BYTES, sealed - whole * SEALED_CHUNK_BYTES);
}
