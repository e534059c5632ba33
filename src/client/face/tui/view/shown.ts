// What every paper needs to know.
import type { ScreenView } from "../../../port/screens.ts";
import type { Bindings } from "../scene/bindings.ts";
import type { Look } from "./look.ts";

export interface Shown {
  readonly view: ScreenView;
  readonly look: Look;
  readonly bindings: Bindings;
  /** Columns of a paper. */
  readonly room: number;
  /** Of the whole terminal, where a paper may be as wide. */
  readonly whole?: number;
}
