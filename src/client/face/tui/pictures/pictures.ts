// A picture for the terminal as it can show one: by kitty's protocol, or in sixels; fitted into cells. Knows no file and no network.
import { deflateSync } from "node:zlib";
import type { Area } from "../ground/cells.ts";
import type { Points } from "./decoding.ts";
import { headOf, type PictureHead } from "./heads.ts";
import type { Cell, ShowsPictures } from "./cell.ts";
import { type InCells, placedByKitty } from "./kitty.ts";
import { scaled } from "./scaling.ts";
import { sixels } from "./sixel.ts";
import { decoded } from "./thread/decoded.ts";

/** Where a terminal has not said how large a cell is: smaller than any, so that no picture is larger than its place. */
const CELL_LEAST: Cell = { width: 6, height: 12 };
const CELL_USUAL: Cell = { width: 10, height: 20 };

export interface Picture {
  readonly head: PictureHead;
  readonly shows: ShowsPictures;
  /** As the terminal takes them; or as points. */
  readonly source: { readonly bytes: Uint8Array } | { readonly points: Points };
}

/** Whatever is wrong with it is said here, and not when it is drawn. @throws Fault `not-a-picture`, `picture-*` */
export async function pictureOf(
  bytes: Uint8Array,
  { shows, isDark }: { readonly shows: ShowsPictures; readonly isDark: boolean },
): Promise<Picture> {
  const head = headOf(bytes);
  // kitty reads PNG by itself.
  const isSent = shows === "kitty" && head.kind === "png";
  return { head, shows, source: isSent ? { bytes } : { points: await decoded({ bytes, head, isDark }) } };
}

/** Never larger than it is, and never larger than its place. @internal */
export function cellsFor({ width, height }: PictureHead, room: Pick<Area, "width" | "height">, cell: Cell): InCells {
  const scale = Math.min(1, (room.width * cell.width) / width, (room.height * cell.height) / height);
  const columns = Math.min(room.width, Math.max(1, Math.ceil((width * scale) / cell.width)));
  const rows = Math.min(room.height, Math.max(1, Math.ceil((height * scale) / cell.height)));
  return { columns, rows };
}

/** In the middle of the area. */
export function placed({ head, shows, source }: Picture, room: Area, cell: Cell | undefined): string {
  const size = cell ?? (shows === "kitty" ? CELL_USUAL : CELL_LEAST);
  const fit = cellsFor(head, room, size);
  const x = room.x + Math.floor((room.width - fit.columns) / 2);
  const y = room.y + Math.floor((room.height - fit.rows) / 2);
  const at = `\x1b[${y + 1};${x + 1}H`;
  if ("bytes" in source) return `${at}${placedByKitty({ format: "f=100", data: source.bytes }, fit)}`;
  const { points } = source;
  const scale = Math.min(1, (fit.columns * size.width) / points.width, (fit.rows * size.height) / points.height);
  const to = {
    width: Math.max(1, Math.floor(points.width * scale)),
    height: Math.max(1, Math.floor(points.height * scale)),
  };
  const drawn = scaled(points, to, 0);
  if (shows === "sixel") return `${at}${sixels(drawn)}`;
  const format = `f=24,s=${to.width},v=${to.height},o=z`;
  return `${at}${placedByKitty({ format, data: deflateSync(drawn.rgb) }, fit)}`;
}
