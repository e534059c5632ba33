// The reactions under a message: each once, with how many, and whether one is one's own.
import type { VNode } from "preact";
import type { TimelineMessage } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface ReactionsProps {
  readonly message: TimelineMessage;
  readonly self: string;
  readonly onReact: (emoji: string) => void;
}

export function Reactions({ message: { reactions = [] }, self, onReact }: ReactionsProps): VNode | null {
  const { say } = useTools();
  if (reactions.length === 0) return null;
  return (
    <div class="reactions">
      {reactions.map(({ emoji, users }) => {
        const shown = sanitizeLine(emoji, 16);
        const who = users.map((user) => shownName(user)).join(", ");
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={users.includes(self)}
            title={who}
            onClick={() => onReact(emoji)}
          >
            {shown} <span>{users.length}</span>
            <span class="hidden"> {say("reaction-of", { who })}</span>
          </button>
        );
      })}
    </div>
  );
}
