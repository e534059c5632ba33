// The picture that is on the screen now: drawn where it is to be, drawn again where something was written over it, and taken away.
import type { Area } from "../ground/cells.ts";
import type { ReadyPicture } from "./desk.ts";
import { REMOVE_PICTURE } from "./kitty.ts";

export interface WantedPicture {
  readonly picture: ReadyPicture;
  readonly room: Area;
}

export class PictureOnScreen {
  #shown: { readonly picture: ReadyPicture; readonly key: string; readonly bytes: string } | undefined;

  /** Before a frame: what takes away the one that is not wanted any more. `isOver`: only a new screen does. */
  leave(wanted: WantedPicture | undefined): { readonly bytes: string; readonly isOver: boolean } {
    const shown = this.#shown;
    if (
      shown === undefined ||
      (wanted !== undefined && keyOf(wanted) === shown.key && wanted.picture === shown.picture)
    )
      return { bytes: "", isOver: false };
    this.#shown = undefined;
    return shown.picture.shows === "kitty" ? { bytes: REMOVE_PICTURE, isOver: false } : { bytes: "", isOver: true };
  }

  /** Behind a frame. `isWritten`: some of its cells may stand where the picture is; `isNew`: the screen was cleared. */
  come(wanted: WantedPicture | undefined, { isWritten, isNew }: { isWritten: boolean; isNew: boolean }): string {
    if (wanted === undefined) return "";
    const { picture, room } = wanted;
    const shown = this.#shown;
    if (shown === undefined) {
      this.#shown = { picture, key: keyOf(wanted), bytes: picture.draw(room) };
      return this.#shown.bytes;
    }
    // Of kitty's, only a cleared screen takes the picture along; sixels are gone where a letter is written.
    return isNew || (picture.shows === "sixel" && isWritten) ? shown.bytes : "";
  }

  /** What takes it away when everything is left. */
  get farewell(): string {
    return this.#shown?.picture.shows === "kitty" ? REMOVE_PICTURE : "";
  }
}

function keyOf({ room: { x, y, width, height } }: WantedPicture): string {
  return `${x} ${y} ${width} ${height}`;
}
