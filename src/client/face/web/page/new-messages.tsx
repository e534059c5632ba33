// What came in, for who listens: a region that a screen reader speaks, with the newest message of others.
import { useRef } from "preact/hooks";
import type { VNode } from "preact";
import type { OpenView, TimelineMessage } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { shownName } from "./people.ts";

const SPOKEN_CHARS = 300;

export function NewMessages({ open }: { readonly open: OpenView }): VNode {
  const last = lastOf(open);
  const before = useRef({ conversation: "", message: "" });
  const isNew = before.current.conversation === open.conversation && last?.message !== before.current.message;
  const spoken = isNew && last !== undefined && !last.mine ? sentence(last) : "";
  before.current = { conversation: open.conversation, message: last?.message ?? "" };
  const said = useRef("");
  if (spoken !== "") said.current = spoken;
  return (
    <p class="hidden" aria-live="polite">
      {said.current}
    </p>
  );
}

function lastOf({ timeline }: OpenView): TimelineMessage | undefined {
  const last = timeline.items.at(-1);
  return last?.item === "message" ? last.message : undefined;
}

function sentence({ from, text, file }: TimelineMessage): string {
  return `${shownName(from.name)}: ${sanitizeLine(text === "" ? (file?.name ?? "") : text, SPOKEN_CHARS)}`;
}
