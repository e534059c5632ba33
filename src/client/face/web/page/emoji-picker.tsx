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

/** From the edges of the window, and from what it belongs to. */
const EDGE_PX = 8;
const GAP_PX = 4;

export function EmojiPicker({ onPick, onClose }: EmojiPickerProps): VNode {
  const { say } = useTools();
  const [query, setQuery] = useState("");
  const picker = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  usePlace(picker, onClose);
  useLayoutEffect(() => search.current?.focus(), []);
  const found = emojiFor(query, say.language);
  return (
    <div
      ref={picker}
      popover="manual"
      class="emoji-picker"
      role="dialog"
      aria-label={say("emoji")}
      onKeyDown={(event) => walk(event, onClose)}
    >
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

/** Above all else, beside what it stands in, and whole in the window; a press elsewhere closes it. */
function usePlace(picker: { readonly current: HTMLDivElement | null }, onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const { current: box } = picker;
    const anchor = box?.parentElement ?? undefined;
    if (box === null || anchor === undefined) return undefined;
    box.showPopover();
    const place = (): void => placeBeside(box, anchor.getBoundingClientRect());
    place();
    const press = ({ target }: Event): void => {
      if (!(target instanceof Node && anchor.contains(target))) close.current();
    };
    addEventListener("resize", place);
    document.addEventListener("scroll", place, { capture: true, passive: true });
    document.addEventListener("pointerdown", press);
    return () => {
      removeEventListener("resize", place);
      document.removeEventListener("scroll", place, { capture: true });
      document.removeEventListener("pointerdown", press);
    };
  }, []);
}

/** Below if there is room, else above, else wherever it fits. */
function placeBeside({ style, offsetWidth, offsetHeight }: HTMLElement, anchor: DOMRect): void {
  const { innerWidth: width, innerHeight: height } = globalThis;
  const left = Math.max(EDGE_PX, Math.min(anchor.right, width - EDGE_PX) - offsetWidth);
  const isBelow = anchor.bottom + GAP_PX + offsetHeight <= height - EDGE_PX;
  const isAbove = !isBelow && anchor.top - GAP_PX - offsetHeight >= EDGE_PX;
  const top = isBelow ? Math.max(EDGE_PX, anchor.bottom + GAP_PX) : EDGE_PX;
  style.left = `${left}px`;
  // It grows and shrinks with what is found, away from what it belongs to.
  style.top = isAbove ? "auto" : `${top}px`;
  style.bottom = isAbove ? `${Math.max(EDGE_PX, height - anchor.top + GAP_PX)}px` : "auto";
}

function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }, onClose: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    // The button that has opened it.
    event.currentTarget.parentElement?.querySelector("button")?.focus();
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
