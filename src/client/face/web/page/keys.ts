// Keys that work everywhere on the page. Each is in the list that F1 shows.
import { useEffect } from "preact/hooks";
import type { ScreenView } from "../../../port/screens.ts";
import { type Tools, useTools } from "./tools.ts";

type Act = (tools: Tools, view: ScreenView) => void;

const KEYS: Readonly<Record<string, Act>> = {
  "Ctrl+k": ({ show }) => show({ panel: "switcher" }),
  "Ctrl+f": () => document.querySelector<HTMLElement>("#search-button")?.click(),
  "Ctrl+l": ({ line, go }) => go(line.do({ want: "lock" })),
  "Alt+ArrowDown": (tools, view) => step(tools, view, 1),
  "Alt+ArrowUp": (tools, view) => step(tools, view, -1),
  "Alt+a": ({ line, go }) => go(line.do({ want: "next-activity" })),
  "Ctrl+ArrowUp": () => [...document.querySelectorAll<HTMLElement>(".scroller article")].at(-1)?.focus(),
  F1: ({ show }) => show({ panel: "keys" }),
};

export function usePageKeys(view: ScreenView): void {
  const tools = useTools();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const act = view.locked ? undefined : KEYS[nameOf(event)];
      if (act === undefined) return;
      event.preventDefault();
      act(tools, view);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [tools, view]);
}

function nameOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string {
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return `Ctrl+${name}`;
  return altKey ? `Alt+${name}` : name;
}

function step({ line, go }: Tools, { conversations, open }: ScreenView, by: 1 | -1): void {
  const here = conversations.filter(({ archived }) => !archived);
  const at = here.findIndex(({ conversation }) => conversation === open.conversation);
  const next = here[at + by];
  if (next !== undefined) go(line.do({ want: "open", conversation: next.conversation }));
}
