// One row of the conversation: a date, the line above what is new, a message, or what happened.
import type { VNode } from "preact";
import type { TimelineItem } from "../../../port/screens.ts";
import { memo } from "./memo.ts";
import { Message } from "./message.tsx";
import { systemSentence } from "./system-words.ts";
import { useTools } from "./tools.ts";

export interface TimelineRowProps {
  readonly item: TimelineItem;
  readonly self: string;
  readonly isFocused: boolean;
}

export const TimelineRow = memo(({ item, self, isFocused }: TimelineRowProps): VNode => (
  <div class="row" data-key={item.key}>
    <Inside item={item} self={self} isFocused={isFocused} />
  </div>
));

function Inside({ item, self, isFocused }: TimelineRowProps): VNode {
  const { say, dates } = useTools();
  switch (item.item) {
    case "date":
      return (
        <p class="date-line">
          <span>{dates.day(item.at)}</span>
        </p>
      );
    case "unread":
      return (
        <p class="unread-line">
          <span>{say.count("new", item.count)}</span>
        </p>
      );
    case "system": {
      const { event } = item;
      return (
        <p class={event.event === "alarm" ? "system-line alarm" : "system-line"}>
          {systemSentence(event, self, say)} <time title={dates.full(item.at)}>{dates.time(item.at)}</time>
        </p>
      );
    }
    case "message":
      return <Message message={item.message} self={self} isFocused={isFocused} />;
  }
}
