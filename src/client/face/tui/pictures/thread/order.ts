// What the thread that decodes a picture is told, and what it answers.
import type { partsOf } from "../../../../../model/fault.ts";
import type { Points } from "../decoding.ts";
import type { PictureHead } from "../heads.ts";

export interface Order {
  readonly bytes: Uint8Array;
  readonly head: PictureHead;
  /** Where nothing is. */
  readonly isDark: boolean;
}

export type Decoded =
  | { readonly ok: true; readonly points: Points }
  | { readonly ok: false; readonly fault: ReturnType<typeof partsOf> };
