// kitty's protocol of pictures (https://sw.kovidgoyal.net/kitty/graphics-protocol/): asked for, sent in pieces, put into cells, taken away.
// No answer is wanted of what is sent: none can be left over.

/** One of ours at a time. */
const ID = 31;
const PIECE = 4096;

/** A terminal that knows the protocol says so; every terminal answers what stands behind. */
export const GRAPHICS_QUERY = `\x1b_Gi=${ID},s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[c`;
export const REMOVE_PICTURE = `\x1b_Ga=d,d=I,i=${ID},q=2\x1b\\`;

export interface Sent {
  /** `f=100`; or `f=24,s=…,v=…,o=z`. */
  readonly format: string;
  readonly data: Uint8Array;
}

export interface InCells {
  readonly columns: number;
  readonly rows: number;
}

/** Where the cursor is; it stays there. */
export function placedByKitty({ format, data }: Sent, { columns, rows }: InCells): string {
  const text = Buffer.from(data).toString("base64");
  const pieces = Array.from({ length: Math.ceil(text.length / PIECE) }, (_, at) =>
    text.slice(PIECE * at, PIECE * (at + 1)),
  );
  const head = `a=T,${format},i=${ID},p=1,c=${columns},r=${rows},C=1,q=2`;
  return pieces
    .map((piece, at) => {
      const more = at < pieces.length - 1 ? 1 : 0;
      return `\x1b_G${at === 0 ? `${head},` : ""}m=${more};${piece}\x1b\\`;
    })
    .join("");
}
