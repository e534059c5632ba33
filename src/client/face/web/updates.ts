// Keeps one page up to date: the whole view once, then what changed, at most so many times a second, and nothing while the page has not
// taken in what it was sent. Knows no socket.
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";
import type { ToPage } from "./protocol/messages.ts";
import { viewPatchOf } from "./protocol/view-patch.ts";

/** 15 times a second: more is not seen, and costs the page half of its time. @internal */
export const UPDATE_MS = 67;
/** After so many new lines at once nobody reads them: the next ones come half as often. */
const FLOOD_LINES = 8;

export interface UpdatesWorld {
  readonly clock: Clock;
  readonly screens: Pick<Screens, "view" | "onChange">;
  readonly send: (message: ToPage) => void;
  /** The page has not read what was sent: the next look comes later. */
  readonly isBehind: () => boolean;
}

/** Returns what ends it. */
export function keepUpdated({ clock, screens, send, isBehind }: UpdatesWorld): () => void {
  let shown = screens.view;
  let sentAt = clock.now();
  let restMs = UPDATE_MS;
  let cancel: (() => void) | undefined;
  send({ say: "view", view: shown });
  const update = (): void => {
    cancel = undefined;
    if (isBehind()) {
      cancel = clock.after(UPDATE_MS, update);
      return;
    }
    const { view } = screens;
    const patch = viewPatchOf(shown, view);
    shown = view;
    sentAt = clock.now();
    restMs = (patch?.items?.insert.length ?? 0) < FLOOD_LINES ? UPDATE_MS : 2 * UPDATE_MS;
    if (patch !== undefined) send({ say: "patch", patch });
  };
  const end = screens.onChange(() => {
    // Never within the change itself: what changes together is sent together.
    cancel ??= clock.after(Math.max(0, sentAt + restMs - clock.now()), update);
  });
  return () => {
    end();
    cancel?.();
  };
}
