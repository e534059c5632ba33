// What can be done with a message: by the buttons above it, and by one key each while it has the focus.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { TimelineMessage } from "../../../port/screens.ts";
import { EmojiPicker } from "./emoji-picker.tsx";
import { IconButton } from "./parts.tsx";
import { sure } from "./asking.ts";
import { type Tools, useTools } from "./tools.ts";

export interface MessageActs {
  readonly canChange: boolean;
  readonly canAnswer: boolean;
  readonly reply: () => void;
  readonly quote: () => void;
  readonly edit: () => void;
  readonly remove: () => void;
  readonly copy: () => void;
  readonly markUnread: () => void;
  readonly react: (emoji: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

export function useMessageActs(message: TimelineMessage, self: string): MessageActs {
  const tools = useTools();
  const { line, go } = tools;
  const { message: id, conversation: to, mine, placeholder, seq, text, state } = message;
  const canAnswer = seq !== undefined && placeholder === undefined;
  const canChange = mine && canAnswer;
  const acts = {
    canChange,
    canAnswer,
    reply: () => go(line.do({ want: "reply", message: id }).then(toComposer)),
    quote: () => quote(text),
    edit: () => go(line.do({ want: "edit", message: id }).then(toComposer)),
    remove: () => go(removed(tools, { to, message: id })),
    copy: () => go(navigator.clipboard.writeText(text)),
    markUnread: () => go(line.do({ want: "mark-unread", message: id })),
    react: (emoji: string) => {
      const mineNow = message.reactions?.some((one) => one.emoji === emoji && one.users.includes(self)) ?? false;
      go(line.ask({ do: "react", to, message: id, emoji, on: !mineNow }));
    },
  };
  const keys: Readonly<Record<string, (() => void) | false>> = {
    r: placeholder === undefined && state !== "failed" && acts.reply,
    q: canAnswer && acts.quote,
    e: canChange && acts.edit,
    Delete: canChange && acts.remove,
    d: canChange && acts.remove,
    c: acts.copy,
    u: canAnswer && acts.markUnread,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = keys[event.key];
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.target !== event.currentTarget || !isPlain || act === undefined || act === false) return;
    event.preventDefault();
    act();
  };
  return { ...acts, onKeyDown };
}

async function removed({ line, say, askFirst }: Tools, message: { readonly to: string; readonly message: string }) {
  const question = { title: say("delete"), about: say("delete-sure") };
  if (await sure(askFirst, question, say("delete"))) await line.ask({ do: "delete", ...message });
}

function toComposer(): void {
  document.querySelector<HTMLElement>("#composer")?.focus();
}

/** Its lines behind marks, where one writes; the field hears of it as of a paste. */
function quote(text: string): void {
  const area = document.querySelector<HTMLTextAreaElement>("#composer");
  if (area === null) return;
  const lines = text.split("\n").map((line) => `> ${line}\n`);
  area.focus();
  area.setRangeText(lines.join(""), area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

interface ToolsProps {
  readonly message: TimelineMessage;
  readonly acts: MessageActs;
}

export function MessageTools({ message, acts }: ToolsProps): VNode | null {
  const { say } = useTools();
  const [isPicking, setPicking] = useState(false);
  if (message.placeholder !== undefined || message.seq === undefined) return null;
  return (
    <div class="message-tools" role="group" aria-label={say("message-tools")}>
      <IconButton icon="smile" label={say("react")} expanded={isPicking} onClick={() => setPicking(!isPicking)} />
      <IconButton icon="reply" label={say("reply")} onClick={acts.reply} />
      <IconButton icon="quote" label={say("quote")} onClick={acts.quote} />
      {acts.canChange && <IconButton icon="edit" label={say("edit")} onClick={acts.edit} />}
      <IconButton icon="copy" label={say("copy")} onClick={acts.copy} />
      <IconButton icon="unread" label={say("mark-unread")} onClick={acts.markUnread} />
      {acts.canChange && <IconButton icon="trash" label={say("delete")} onClick={acts.remove} />}
      {isPicking && (
        <EmojiPicker
          onPick={(emoji) => {
            setPicking(false);
            acts.react(emoji);
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </div>
  );
}
