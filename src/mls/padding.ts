// Sizes that a message may have on the wire: its length says little about what was written.
// Powers of two up to 1 KiB, then steps of a sixteenth of the next power: at most 12.5 % more.

/** A line of chat, a receipt and a reaction look alike. */
const LEAST = 256;
const STEPPED = 1024;

/** The bucket for so many bytes. */
export function bucketOf(bytes: number): number {
  let size = LEAST;
  while (size < bytes && size < STEPPED) size *= 2;
  if (bytes <= size) return size;
  const power = 2 ** Math.ceil(Math.log2(bytes));
  const step = power / 16;
  return Math.ceil(bytes / step) * step;
}
