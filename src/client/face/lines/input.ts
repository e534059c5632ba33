// Lines in: chunks to lines of limited length, strict UTF-8. Holds at most one unfinished line.

/** A line of input. More is a file or a mistake. */
export const LINE_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export type Line =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "too-long" }
  | { readonly kind: "not-utf8" };

export class LineDecoder {
  readonly #most: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #skipping = false;

  constructor(most: number = LINE_BYTES) {
    this.#most = most;
  }

  /** Lines completed by this chunk, in order, without their end. */
  *push(chunk: Buffer): Generator<Line> {
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE, at); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      const line = this.#take(chunk.subarray(at, end));
      at = end + 1;
      if (line !== undefined) yield line;
    }
    const over = this.#hold(chunk.subarray(at));
    if (over !== undefined) yield over;
  }

  /** The last line may have no end. */
  end(): Line | undefined {
    return this.#bytes === 0 ? undefined : this.#take(Buffer.alloc(0));
  }

  /** Told at once and not at its end, which may never come. */
  #hold(part: Buffer): Line | undefined {
    if (this.#skipping || part.length === 0) return undefined;
    if (this.#bytes + part.length > this.#most) {
      this.#clear();
      this.#skipping = true;
      return { kind: "too-long" };
    }
    // A copy: the chunk is larger than this and would live as long.
    this.#parts.push(Buffer.from(part));
    this.#bytes += part.length;
    return undefined;
  }

  #take(last: Buffer): Line | undefined {
    if (this.#skipping) {
      this.#skipping = false;
      return undefined;
    }
    if (this.#bytes + last.length > this.#most) {
      this.#clear();
      return { kind: "too-long" };
    }
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#clear();
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      return { kind: "text", text: text.endsWith("\r") ? text.slice(0, -1) : text };
    } catch {
      return { kind: "not-utf8" };
    }
  }

  #clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
