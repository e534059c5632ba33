// Keys that work everywhere on the page. Each is in the list that F1 shows.
import { useEffect, useRef } from "preact/hooks";
import type { ScreenView } from "../../../port/screens.ts";
import { type Tools, useTools } from "./tools.ts";

interface Here extends Tools {
  readonly view: ScreenView;
  readonly walk: Walk;
}

type Act = (here: Here) => void;

/** Where a quick hand is already, before the view has followed. */
interface Walk {
  at: string;
  since: number;
}

const FOLLOWED_MS = 1_000;

const KEYS: Readonly<Record<string, Act>> = {
  "Ctrl+k": ({ show }) => show({ panel: "switcher" }),
  "Ctrl+f": () => document.querySelector<HTMLElement>("#search-button")?.click(),
  "Ctrl+l": ({ line, go }) => go(line.do({ want: "lock" })),
  "Alt+ArrowDown": (here) => step(here, 1),
  "Alt+ArrowUp": (here) => step(here, -1),
  "Alt+u": ({ line, go }) => go(line.do({ want: "first-unread" })),
  "Alt+a": ({ line, go }) => go(line.do({ want: "next-activity" })),
  "Ctrl+ArrowUp": () => [...document.querySelectorAll<HTMLElement>(".scroller article")].at(-1)?.focus(),
  F1: ({ show }) => show({ panel: "keys" }),
};

export function usePageKeys(view: ScreenView): void {
  const tools = useTools();
  const { current: walk } = useRef<Walk>({ at: "", since: 0 });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const act = view.locked ? undefined : KEYS[nameOf(event)];
      if (act === undefined) return;
      event.preventDefault();
      act({ ...tools, view, walk });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [tools, view]);
}

/** While something stands beside the conversation: unless a dialog, or what is being written, wants it first. */
export function useEscape(isOpen: boolean, onClose: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || isWanted(event.target)) return;
      event.preventDefault();
      onClose();
    };
    if (isOpen) addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isOpen, onClose]);
}

/** By a dialog, or by a field that is emptied by it. */
function isWanted(target: EventTarget | null): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  return target instanceof HTMLInputElement && target.closest(".sidebar") !== null && target.value !== "";
}

function nameOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return `Ctrl+${name}`;
  return altKey ? `Alt+${name}` : name;
}

function step({ line, go, view, walk }: Here, by: 1 | -1): void {
  const here = view.conversations.filter(({ archived }) => !archived);
  const now = performance.now();
  const isWalking = walk.at !== "" && now - walk.since < FOLLOWED_MS;
  const from = isWalking ? walk.at : view.open.conversation;
  const next = here[here.findIndex(({ conversation }) => conversation === from) + by];
  if (next === undefined) return;
  walk.at = next.conversation;
  walk.since = now;
  go(line.do({ want: "open", conversation: next.conversation }));
}
