// Where a person writes: several lines, drafts, what is answered or written anew, files, emoji, names after an @.
// The text is the page's while it is written; the model hears of it as a draft.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ComposerView } from "../../../port/screens.ts";
import type { MemberView } from "../../../port/conversation-views.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { sentLine } from "../../sent-lines.ts";
import { AttachButton } from "./attach-button.tsx";
import { DraftKeeper } from "./drafts.ts";
import type { Tray } from "./dropped-files.ts";
import { EmojiPicker } from "./emoji-picker.tsx";
import { Offers } from "./offers.tsx";
import { IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { usePaste } from "./pasting.ts";
import { isRecalling, recallStep } from "./recalling.ts";
import { useSending } from "./sending.ts";
import { useTools } from "./tools.ts";
import { FileTray } from "./tray.tsx";
import type { Key } from "./words/en.ts";
import type { Say } from "./words/say.ts";

export interface ComposerProps {
  readonly conversation: string;
  readonly title: string;
  readonly composer: ComposerView;
  readonly members: readonly MemberView[];
  readonly tray: Tray;
  /** Something stands beside the conversation, which Escape closes before it marks as read. */
  readonly hasBeside: boolean;
}

const LINES_MOST_PX = 240;
/** Of one message; more belongs in a file. */
const TEXT_CHARS = 65_536;

export function Composer(props: ComposerProps): VNode {
  const { say } = useTools();
  const { closed, putOut } = props.composer;
  if (closed !== undefined)
    return <p class="composer closed">{putOut === undefined ? say(CLOSED[closed]) : putOutSentence(putOut, say)}</p>;
  return <OpenComposer {...props} />;
}

const CLOSED: Readonly<Record<NonNullable<ComposerView["closed"]>, Key>> = {
  left: "closed-left",
  closed: "closed-closed",
  "not-a-member": "closed-not-member",
};

function putOutSentence({ by }: NonNullable<ComposerView["putOut"]>, say: Say): string {
  return by === undefined ? say("closed-put-out") : say("closed-put-out-by", { by: `@${shownName(by)}` });
}

function OpenComposer(props: ComposerProps): VNode {
  const { conversation, composer, tray } = props;
  const { line } = useTools();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(composer.draft);
  const [caret, setCaret] = useState(0);
  const drafts = useMemo(() => new DraftKeeper(line), [line]);
  // Another conversation, or a message that is to be written anew, has its own text.
  useLayoutEffect(() => setText(composer.draft), [conversation, composer.editing]);
  useEffect(() => {
    area.current?.focus();
    return () => drafts.flush();
  }, [conversation]);
  useEffect(() => line.beforeLeaving(() => drafts.flush()), [drafts]);
  useHeight(area, text);
  const write = (next: string, at = next.length): void => {
    setText(next);
    setCaret(at);
    drafts.written(conversation, next);
  };
  const send = useSending({ ...props, text, setText, drafts });
  return (
    <div class="composer">
      <FileTray tray={tray} />
      <Above composer={composer} />
      <Offers
        members={props.members}
        text={text}
        caret={caret}
        onPick={(next) => insertWhole(area.current, next, write)}
      />
      <Field {...props} area={area} text={text} onWrite={write} onSend={send} onCaret={setCaret} />
    </div>
  );
}

function grow(area: HTMLTextAreaElement | null): void {
  if (area === null) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(LINES_MOST_PX, area.scrollHeight)}px`;
}

/** As high as its text; and again when the size of letters is another one. */
function useHeight(area: FieldProps["area"], text: string): void {
  useLayoutEffect(() => grow(area.current), [text]);
  useEffect(() => watchWidth(area.current), []);
}

function watchWidth(area: HTMLTextAreaElement | null): () => void {
  const sizes = new ResizeObserver(() => grow(area));
  if (area?.parentElement) sizes.observe(area.parentElement);
  return () => sizes.disconnect();
}

/** What is being answered, or written anew. */
function Above({ composer: { replyTo, editing } }: { readonly composer: ComposerView }): VNode | null {
  const { line, say, go } = useTools();
  if (replyTo === undefined && editing === undefined) return null;
  const cancel = (): void => go(line.do({ want: editing === undefined ? "reply" : "edit", message: undefined }));
  return (
    <div class="composer-above">
      {editing !== undefined ? (
        <span>{say("editing")}</span>
      ) : (
        <span dir="auto">
          <b>{say("replying-to", { name: shownName(replyTo?.from.name ?? "") })}</b>{" "}
          {sanitizeLine(replyTo?.excerpt ?? "", 160)}
        </span>
      )}
      <IconButton icon="close" label={say("cancel")} onClick={cancel} />
    </div>
  );
}

interface FieldProps extends ComposerProps {
  readonly area: { current: HTMLTextAreaElement | null };
  readonly text: string;
  readonly onWrite: (text: string, caret?: number) => void;
  readonly onSend: () => void;
  readonly onCaret: (caret: number) => void;
}

function Field(props: FieldProps): VNode {
  const { area, text, title, onWrite, onSend, onCaret, tray } = props;
  const { say } = useTools();
  return (
    <div class="composer-field">
      <AttachButton onFiles={tray.add} />
      <textarea
        id="composer"
        ref={area}
        rows={1}
        maxLength={TEXT_CHARS}
        dir="auto"
        value={text}
        placeholder={say("write-to", { name: title })}
        aria-label={say("write-to", { name: title })}
        onInput={({ currentTarget }) => onWrite(currentTarget.value, currentTarget.selectionStart)}
        onSelect={({ currentTarget }) => onCaret(currentTarget.selectionStart)}
        onKeyDown={useComposerKeys(props)}
        onPaste={usePaste(tray.add, (pasted) => insert(area.current, pasted, onWrite))}
      />
      <EmojiButton onPick={(emoji) => insert(area.current, emoji, onWrite)} />
      <IconButton icon="send" label={say("send")} class="send" onClick={onSend} />
    </div>
  );
}

function useComposerKeys(props: FieldProps): (event: KeyboardEvent) => void {
  const { line, sent, go } = useTools();
  const { text, composer, tray, hasBeside, area, onSend, onWrite } = props;
  const recall = (event: KeyboardEvent): void => {
    const by = recallStep(event, area.current);
    const found = by === undefined ? undefined : sentLine(sent.current, by, text);
    // A browser prints, or opens a window.
    if (found !== undefined || event.ctrlKey) event.preventDefault();
    if (found === undefined) return;
    sent.current = found.sent;
    onWrite(found.text);
  };
  return (event) => {
    // While an input method composes, Enter takes what it offers.
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      onSend();
    } else if (isPlain(event, "ArrowUp") && text === "" && !isRecalling(sent.current)) {
      event.preventDefault();
      go(line.do({ want: "edit-last" }));
    } else if (recallStep(event, area.current) !== undefined) {
      recall(event);
    } else if (event.key === "Escape" && tray.waiting.length > 0) {
      event.preventDefault();
      tray.clear();
    } else if (event.key === "Escape") {
      const isBusy = composer.replyTo !== undefined || composer.editing !== undefined;
      if (!isBusy && hasBeside) return;
      event.preventDefault();
      const want = composer.editing === undefined ? "reply" : "edit";
      go(line.do(isBusy ? { want, message: undefined } : { want: "mark-read" }));
    }
  };
}

function isPlain({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, wanted: string): boolean {
  return key === wanted && !ctrlKey && !metaKey && !altKey;
}

function insert(area: HTMLTextAreaElement | null, what: string, onWrite: FieldProps["onWrite"]): void {
  if (area === null) return;
  const { value, selectionStart: from, selectionEnd: to } = area;
  onWrite(value.slice(0, from) + what + value.slice(to), from + what.length);
  area.focus();
}

function insertWhole(area: HTMLTextAreaElement | null, text: string, onWrite: FieldProps["onWrite"]): void {
  onWrite(text);
  area?.focus();
}

function EmojiButton({ onPick }: { readonly onPick: (emoji: string) => void }): VNode {
  const { say } = useTools();
  const [isOpen, setOpen] = useState(false);
  const pick = (emoji: string): void => {
    setOpen(false);
    onPick(emoji);
  };
  return (
    <span class="emoji-place">
      <IconButton icon="smile" label={say("emoji")} expanded={isOpen} onClick={() => setOpen(!isOpen)} />
      {isOpen && <EmojiPicker onPick={pick} onClose={() => setOpen(false)} />}
    </span>
  );
}
