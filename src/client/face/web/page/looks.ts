// What the document itself shows: title, language, theme, size of letters. And it locks when nobody is there any more.
import { useEffect } from "preact/hooks";
import type { ScreenView } from "../../../port/screens.ts";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";
import type { Say } from "./words/say.ts";

const MINUTE_MS = 60_000;
/** The model has a clock of its own, and is told that somebody is there no more often than this. */
const AWAKE_MS = 5_000;

export function useLooks({ settings, unread, mentions, locked, open }: ScreenView, say: Say): void {
  const { theme, fontScale, lockAfter } = settings;
  useEffect(() => {
    const root = document.documentElement;
    root.lang = say.language;
    root.style.colorScheme = theme === "system" ? "light dark" : theme;
    root.style.fontSize = `${fontScale * 100}%`;
  }, [theme, fontScale, say.language]);
  useEffect(() => {
    document.title = titleOf({ unread, mentions, locked, place: open.conversation });
    showIcon(unread > 0 && !locked);
  }, [unread, mentions, locked, open.conversation]);
  useIdleLock(locked ? 0 : lockAfter);
}

interface Told {
  readonly unread: number;
  readonly mentions: number;
  readonly locked: boolean;
  readonly place: string;
}

function titleOf({ unread, mentions, locked, place }: Told): string {
  if (locked) return "Mutual";
  const count = unread === 0 ? "" : `(${mentions > 0 ? "@" : ""}${unread}) `;
  return `${count}${place === "" ? "" : `${shownName(place)} · `}Mutual`;
}

/** It is seen where a title is not: on the tab of a browser, and in the bar of the system. */
function showIcon(isUnread: boolean): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const path = isUnread ? "/icon-unread.svg" : "/icon.svg";
  if (icon !== null && icon.getAttribute("href") !== path) icon.setAttribute("href", path);
}

/** `minutes` without a key or a pointer; 0: never. */
function useIdleLock(minutes: number): void {
  const { line } = useTools();
  useEffect(() => {
    if (minutes === 0) return undefined;
    const lock = (): void => void line.do({ want: "lock" }).catch(() => undefined);
    let timer = setTimeout(lock, minutes * MINUTE_MS);
    let toldAt = Number.NEGATIVE_INFINITY;
    const stir = (): void => {
      const now = performance.now();
      if (now - toldAt >= AWAKE_MS) {
        toldAt = now;
        void line.do({ want: "awake" }).catch(() => undefined);
      }
      clearTimeout(timer);
      timer = setTimeout(lock, minutes * MINUTE_MS);
    };
    const names = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
    for (const name of names) addEventListener(name, stir, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const name of names) removeEventListener(name, stir);
    };
  }, [minutes]);
}
