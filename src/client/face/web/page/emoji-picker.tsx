// A small choice of emoji with a search by name. Arrow keys go through them; Escape closes.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import { emojiFor } from "./emoji.ts";
import { useTools } from "./tools.ts";

export interface EmojiPickerProps {
  readonly onPick: (emoji: string) => void;
  readonly onClose: () => void;
}

/** As the style sheet lays them out. */
const COLUMNS = 8;
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
};

export function EmojiPicker({ onPick, onClose }: EmojiPickerProps): VNode {
  const { say } = useTools();
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => search.current?.focus(), []);
  const found = emojiFor(query, say.language);
  return (
    <div class="emoji-picker" role="dialog" aria-label={say("emoji")} onKeyDown={(event) => walk(event, onClose)}>
      <input
        ref={search}
        type="search"
        value={query}
        placeholder={say("emoji-search")}
        aria-label={say("emoji-search")}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {found.length === 0 && (
        <p class="empty" role="status">
          {say("nothing-found")}
        </p>
      )}
      <div class="emoji-grid">
        {found.map(({ emoji, name }) => (
          <button key={emoji} type="button" aria-label={name} title={name} onClick={() => onPick(emoji)}>
            {emoji}
          </button>
        ))}
      </div>
    </div>
  );
}

function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }, onClose: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    onClose();
    return;
  }
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const step = STEPS[event.key];
  const isSearching = at < 0;
  if (isSearching && event.key === "Enter") {
    event.preventDefault();
    buttons[0]?.click();
  }
  if (step === undefined || (isSearching && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const next = isSearching ? buttons[0] : buttons[at + step];
  next?.focus();
}
