// Frames: a 4-byte big-endian length, then that many bytes. The decoder takes any cut of the stream, even one byte at a time,
// and holds at most one unfinished frame. It knows nothing of what is inside.
import { Fault } from "../model/fault.ts";

export const LENGTH_BYTES = 4;

/** Feed it chunks, get whole frames (without their length). After a Fault the stream is of no use any more. */
export class FrameDecoder {
  #maxBytes: number;
  readonly #head = Buffer.alloc(LENGTH_BYTES);
  #headBytes = 0;
  #body: Buffer | undefined;
  #bodyBytes = 0;

  /** `maxBytes`: the longest frame allowed. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The limit for frames that begin from now on. */
  allow(maxBytes: number): void {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held of a frame that is not whole yet. */
  get pending(): number {
    return this.#headBytes + this.#bodyBytes;
  }

  /**
   * Frames completed by `chunk`, in order; each may be a view into `chunk`. Throws Fault `frame-empty` or `frame-too-large`
   * when it comes to such a frame, after those before it were given out.
   */
  *push(chunk: Buffer): Generator<Buffer> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const whole = this.#wholeFrame(chunk, at);
        if (whole !== undefined) {
          at += LENGTH_BYTES + whole.length;
          yield whole;
          continue;
        }
        at = this.#takeHead(chunk, at);
      }
      if (this.#body === undefined) continue;
      const taken = chunk.copy(this.#body, this.#bodyBytes, at);
      at += taken;
      this.#bodyBytes += taken;
      if (this.#bodyBytes === this.#body.length) yield this.#finish(this.#body);
    }
  }

  /** The frame that lies whole in the chunk, the common case, without a copy. */
  #wholeFrame(chunk: Buffer, at: number): Buffer | undefined {
    if (this.#headBytes > 0 || chunk.length - at < LENGTH_BYTES) return undefined;
    const length = this.#check(chunk.readUInt32BE(at));
    const end = at + LENGTH_BYTES + length;
    return end <= chunk.length ? chunk.subarray(at + LENGTH_BYTES, end) : undefined;
  }

  #takeHead(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#head, this.#headBytes, at, at + LENGTH_BYTES - this.#headBytes);
    this.#headBytes += taken;
    if (this.#headBytes === LENGTH_BYTES) {
      this.#body = Buffer.allocUnsafeSlow(this.#check(this.#head.readUInt32BE(0)));
      this.#bodyBytes = 0;
    }
    return at + taken;
  }

  #finish(body: Buffer): Buffer {
    this.#body = undefined;
    this.#headBytes = 0;
    this.#bodyBytes = 0;
    return body;
  }

  #check(length: number): number {
    if (length === 0) throw new Fault("frame-empty", "a frame of no bytes", { hint: "every frame holds one message" });
    if (length > this.#maxBytes)
      throw new Fault("frame-too-large", `a frame of ${length} bytes, at most ${this.#maxBytes} are allowed`, {
        hint: "split the message; the greeting tells the limits",
      });
    return length;
  }
}
