// The conversation as a list of which only what is about to be seen has elements. It sticks to its end, and stays where it is when
// something comes in above or changes its height.
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { TimelineView } from "../../../port/screens.ts";
import type { Span } from "./window.ts";
import { IconButton } from "./parts.tsx";
import { ListPlace } from "./list-place.ts";
import { TimelineRow } from "./timeline-row.tsx";
import { useTools } from "./tools.ts";

export interface TimelineProps {
  readonly conversation: string;
  readonly timeline: TimelineView;
  readonly self: string;
  /** Nobody knows yet what was missed. */
  readonly isComing: boolean;
  readonly onEnd: (isAtEnd: boolean) => void;
}

export function Timeline({ conversation, timeline, self, isComing, onEnd }: TimelineProps): VNode {
  const { line, say, go } = useTools();
  const list = useList({ conversation, timeline, isComing });
  const span = list.draw();
  const isEmpty = timeline.items.length === 0 && !timeline.isLoading && !timeline.hasOlder;
  // Another conversation may have nothing to scroll.
  useLayoutEffect(() => onEnd(list.isAtEnd));
  const look = (): void => {
    list.scrolled();
    onEnd(list.isAtEnd);
    if (timeline.isLoading) return;
    if (timeline.hasOlder && list.isNearTop) go(line.do({ want: "older" }));
    if (timeline.hasNewer && list.isNearEnd) go(line.do({ want: "newer" }));
  };
  const toEnd = (): void => {
    list.stick();
    go(line.do({ want: "end" }));
  };
  return (
    <div class="timeline">
      <div
        class="scroller"
        ref={list.scroller}
        onScroll={look}
        onKeyDown={moveFocus}
        tabIndex={0}
        role="feed"
        aria-label={say("messages")}
        aria-busy={timeline.isLoading}
      >
        {isEmpty && <p class="empty">{say("nothing-said")}</p>}
        <Rows timeline={timeline} span={span} list={list} self={self} />
      </div>
      {(!list.isAtEnd || timeline.hasNewer) && <ToEnd below={timeline.below} onClick={toEnd} />}
    </div>
  );
}

function useList({
  conversation,
  timeline,
  isComing,
}: Pick<TimelineProps, "conversation" | "timeline" | "isComing">): ListPlace {
  const [, drawAgain] = useState(0);
  const place = useRef<ListPlace>(undefined);
  place.current ??= new ListPlace(() => drawAgain((count) => count + 1));
  const list = place.current;
  const { items, hasNewer, isLoading } = timeline;
  const keys = useMemo(() => items.map(({ key }) => key), [items]);
  list.take({
    conversation,
    keys,
    focus: focusKey(timeline),
    unread: unreadKey(timeline),
    hasNewer,
    isComing: isComing || (isLoading && items.length === 0),
  });
  useLayoutEffect(() => list.settle());
  useLayoutEffect(() => list.watch(), [list]);
  return list;
}

interface RowsProps {
  readonly timeline: TimelineView;
  readonly span: Span;
  readonly list: ListPlace;
  readonly self: string;
}

function Rows({ timeline, span, list, self }: RowsProps): VNode {
  const tops = list.places?.tops ?? [];
  const above = tops[span.from] ?? 0;
  const below = (tops.at(-1) ?? 0) - (tops[span.to] ?? 0);
  return (
    <div class="rows">
      <div style={{ height: `${above}px` }} />
      {timeline.items.slice(span.from, span.to).map((item) => (
        <TimelineRow key={item.key} item={item} self={self} isFocused={isFocus(timeline, item.key)} />
      ))}
      <div style={{ height: `${below}px` }} />
    </div>
  );
}

function ToEnd({ below, onClick }: { readonly below: number; readonly onClick: () => void }): VNode {
  const { say } = useTools();
  return (
    <div class="to-end">
      {below > 0 && <span class="badge">{below}</span>}
      <IconButton icon="down" label={below > 0 ? say.count("below", below) : say("to-end")} onClick={onClick} />
    </div>
  );
}

function focusKey(timeline: TimelineView): string | undefined {
  if (timeline.focus === undefined) return undefined;
  return timeline.items.find((item) => item.item === "message" && item.message.message === timeline.focus)?.key;
}

function isFocus(timeline: TimelineView, key: string): boolean {
  return timeline.focus !== undefined && focusKey(timeline) === key;
}

function unreadKey({ items }: TimelineView): string | undefined {
  return items.find((item) => item.item === "unread")?.key;
}

/** Up and down go from message to message; the list itself is the way in. */
function moveFocus(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const isIn = event.target instanceof HTMLElement && event.target.closest("input, textarea, [role=menu]") !== null;
  if (step === undefined || isIn) return;
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>("article")];
  const at = messages.findIndex((message) => message.contains(document.activeElement));
  const next = at < 0 ? messages.at(-1) : messages[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
