// The contract of a face: events come out, and it says when it has had enough for now.
import type { ClientEvent } from "./views.ts";

export interface Face {
  show(event: ClientEvent): void;
  /** True: what is shown now waits in memory. Messages are held back in the vault until `drained`. */
  readonly full: boolean;
  /** Resolves when there is room again. */
  drained(): Promise<void>;
  /** Resolves when everything shown so far has left this process; never if its reader is gone. */
  written(): Promise<void>;
}
