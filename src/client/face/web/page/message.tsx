// One message: who, when, what, and what can be done with it. Its tools are there while it is pointed at or has the focus.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import type { TimelineMessage } from "../../../port/screens.ts";
import { Attachment } from "./attachment.tsx";
import { memo } from "./memo.ts";
import { MessageTools, useMessageActs } from "./message-tools.tsx";
import { Avatar, Icon } from "./parts.tsx";
import { hueOf, shownName } from "./people.ts";
import { Reactions } from "./reactions.tsx";
import { RichText } from "./rich-text.tsx";
import { useTools } from "./tools.ts";
import type { IconName } from "./icons.ts";
import type { Key } from "./words/en.ts";

export interface MessageProps {
  readonly message: TimelineMessage;
  readonly self: string;
  readonly isFocused: boolean;
}

export const Message = memo(({ message, self, isFocused }: MessageProps): VNode => {
  const [isNear, setNear] = useState(false);
  const { dates } = useTools();
  const acts = useMessageActs(message, self);
  const states = [message.isGrouped && "grouped", message.mentioned && "mentioned", isFocused && "sought"];
  return (
    <article
      class={["message", ...states].filter((state) => typeof state === "string").join(" ")}
      tabIndex={-1}
      aria-label={`${shownName(message.from.name)}, ${dates.time(message.at)}`}
      onMouseEnter={() => setNear(true)}
      onMouseLeave={({ currentTarget }) => setNear(isChoosing(currentTarget))}
      onFocusCapture={() => setNear(true)}
      onBlurCapture={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setNear(false);
      }}
      onKeyDown={acts.onKeyDown}
    >
      <div class="message-side">
        {message.isGrouped ? (
          <time class="side-time">{dates.time(message.at)}</time>
        ) : (
          <Avatar user={message.from.user} name={message.from.name} />
        )}
      </div>
      <div class="message-main">
        {!message.isGrouped && <Head message={message} />}
        <Quoted message={message} />
        <Said message={message} self={self} />
        {message.file !== undefined && <Attachment message={message} file={message.file} />}
        <Reactions message={message} self={self} onReact={acts.react} />
        <Failed message={message} />
      </div>
      <State message={message} />
      {isNear && <MessageTools message={message} acts={acts} />}
    </article>
  );
});

/** What is chosen from may stand beside the message. */
function isChoosing(message: HTMLElement): boolean {
  return message.querySelector(".emoji-picker") !== null;
}

function Head({ message }: { readonly message: TimelineMessage }): VNode {
  const { say, dates, show } = useTools();
  const { from, nickname, isNamesake, trusted, bot } = message;
  const name = shownName(nickname ?? from.name);
  return (
    <header class="message-head">
      <button
        type="button"
        class="name"
        style={{ "--hue": hueOf(from.user) }}
        onClick={() => show({ panel: "person", user: from.user })}
      >
        {name}
      </button>
      {(isNamesake || nickname !== undefined) && <span class="handle">@{shownName(from.user)}</span>}
      {bot === true && (
        <span class="bot" title={say("bot-about")}>
          {say("bot")}
        </span>
      )}
      {trusted && <Mark icon="shield" label={say("trusted")} kind="good" />}
      {!from.verified && <Mark icon="warning" label={say("unverified")} kind="bad" />}
      <time dateTime={new Date(message.at).toISOString()} title={dates.full(message.at)}>
        {dates.time(message.at)}
      </time>
    </header>
  );
}

interface MarkProps {
  readonly icon: IconName;
  readonly label: string;
  readonly kind: "good" | "bad";
}

export function Mark({ icon, label, kind }: MarkProps): VNode {
  return (
    <span class={`mark ${kind}`} role="img" aria-label={label} title={label}>
      <Icon name={icon} />
    </span>
  );
}

function Quoted({ message }: { readonly message: TimelineMessage }): VNode | null {
  const { line, go } = useTools();
  const { quoted, replyTo, conversation, seq } = message;
  if (quoted === undefined || replyTo === undefined) return null;
  const jump = (): void => go(line.do({ want: "jump", conversation, message: replyTo, seq: seq ?? 0 }));
  return (
    <button type="button" class="quoted" style={{ "--hue": hueOf(quoted.from.user) }} onClick={jump}>
      <b>{shownName(quoted.from.name)}</b> <span dir="auto">{sanitizeLine(quoted.excerpt, 160)}</span>
    </button>
  );
}

const PLACEHOLDERS: Readonly<Record<NonNullable<TimelineMessage["placeholder"]>, Key>> = {
  "newer-version": "gone-newer",
  unreadable: "gone-unreadable",
  unbelieved: "gone-unbelieved",
  deleted: "gone-deleted",
  expired: "gone-expired",
  "before-joining": "gone-before",
};

function Said({ message, self }: { readonly message: TimelineMessage; readonly self: string }): VNode | null {
  const { say, dates } = useTools();
  const { placeholder, text, edited, lost } = message;
  if (placeholder !== undefined) return <p class="placeholder">{say(PLACEHOLDERS[placeholder])}</p>;
  if (text === "" && message.file !== undefined) return null;
  return (
    <>
      <RichText text={text} self={self} />
      {edited !== undefined && (
        <span class="edited" title={dates.full(edited)}>
          {say("edited")}
        </span>
      )}
      {lost === true && <span class="edited">{say("lost")}</span>}
    </>
  );
}

function Failed({ message }: { readonly message: TimelineMessage }): VNode | null {
  const { line, say, go } = useTools();
  if (message.state !== "failed") return null;
  return (
    <p class="failed">
      <Icon name="warning" />{" "}
      {message.reason === undefined ? say("state-failed") : sanitizeLine(say.told(message.reason).message, 300)}
      <button
        type="button"
        class="text-button"
        onClick={() => go(line.do({ want: "retry", message: message.message }))}
      >
        {say("retry")}
      </button>
      <button
        type="button"
        class="text-button"
        onClick={() => go(line.do({ want: "discard", message: message.message }))}
      >
        {say("give-up")}
      </button>
    </p>
  );
}

const STATES: Readonly<Record<NonNullable<TimelineMessage["state"]>, readonly [IconName, Key]>> = {
  queued: ["clock", "state-queued"],
  stored: ["check", "state-stored"],
  delivered: ["checks", "state-delivered"],
  read: ["checks", "state-read"],
  failed: ["warning", "state-failed"],
};

function State({ message: { state, readBy } }: { readonly message: TimelineMessage }): VNode | null {
  const { say } = useTools();
  if (state === undefined) return null;
  const [icon, key] = STATES[state];
  const who = readBy?.map((name) => shownName(name)).join(", ");
  const label = who === undefined || who === "" ? say(key) : `${say(key)}: ${who}`;
  return (
    <span class={`state ${state}`} role="img" aria-label={label} title={label}>
      <Icon name={icon} />
    </span>
  );
}
