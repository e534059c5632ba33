// The open conversation: its head, what was said, where one writes, and beside it who belongs to it or what was found.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow, ScreenView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { isBegun, withBegun } from "./begun.ts";
import { Composer } from "./composer.tsx";
import { type FilesPlace, useFiles } from "./dropped-files.ts";
import { useEscape } from "./keys.ts";
import { Members } from "./members.tsx";
import { Notices } from "./notices.tsx";
import { IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { SearchResults } from "./search.tsx";
import { titleOf } from "./sidebar.tsx";
import { Timeline } from "./timeline.tsx";
import { useTools } from "./tools.ts";
import { Transfers } from "./transfers.tsx";
import type { Upload } from "./uploads.ts";

export interface ConversationProps extends Pick<FilesPlace, "trays" | "onTrays"> {
  readonly view: ScreenView;
  readonly uploads: readonly Upload[];
  readonly isCut: boolean;
  /** On a narrow window, behind the list. */
  readonly isHidden: boolean;
  readonly onBack: () => void;
}

const LOBBY = "#lobby";

export type Side = "none" | "members" | "search";

export function Conversation({ view, uploads, isCut, isHidden, onBack, ...held }: ConversationProps): VNode {
  const { say } = useTools();
  const { side, setSide, close } = useSide(view.search !== undefined);
  const { open } = view;
  const row = withBegun(view).find(({ conversation }) => conversation === open.conversation);
  const title = row === undefined ? shownName(open.conversation) : titleOf(row, say);
  const look = useLook(isCut, isHidden, `${open.timeline.isLoading} ${open.conversation}`);
  const files = useFiles({ ...open, ...held, most: view.link.fileBytes });
  return (
    <main class={files.isOver ? "conversation dropping" : "conversation"} aria-label={title} {...files.handlers}>
      <Head {...{ row, title, side, onBack }} people={open.members.length} onSide={setSide} />
      <div class="conversation-body">
        <div class="conversation-main">
          <Timeline
            conversation={open.conversation}
            timeline={open.timeline}
            self={view.self.user}
            isComing={view.link.state === "connecting"}
            onEnd={look}
          />
          {open.conversation === LOBBY && open.members.length === 1 && <Alone />}
          {!isHidden && <Notices />}
          <Typing row={row} />
          <Transfers transfers={view.transfers} uploads={uploads} conversation={open.conversation} />
          <Composer
            conversation={open.conversation}
            title={title}
            composer={open.composer}
            members={open.members}
            tray={files}
            hasBeside={side !== "none"}
          />
        </div>
        {side === "members" && <Members open={open} role={row?.role} onClose={close} />}
        {side === "search" && <SearchResults search={view.search} onClose={close} />}
      </div>
      {files.isOver && <p class="drop-here">{say("drop-here", { name: title })}</p>}
    </main>
  );
}

function useSide(isSearching: boolean): {
  readonly side: Side;
  readonly setSide: (side: Side) => void;
  readonly close: () => void;
} {
  const { line, go } = useTools();
  const [side, setSide] = useState<Side>("none");
  useEffect(() => {
    if (isSearching) setSide("search");
  }, [isSearching]);
  const close = useCallback(() => {
    toButton();
    setSide("none");
    go(line.do({ want: "search", query: undefined }));
  }, []);
  useEscape(side !== "none", close);
  return { side, setSide, close };
}

/** What had the focus beside the conversation goes away. */
function toButton(): void {
  const isBeside = document.activeElement?.closest(".side") instanceof Element;
  if (isBeside) document.querySelector<HTMLElement>(".conversation-head [aria-pressed=true]")?.focus();
}

/** Nobody else is in the realm yet. */
function Alone(): VNode {
  const { say, show } = useTools();
  return (
    <p class="alone-here">
      {say("alone")}{" "}
      <button type="button" class="button primary" onClick={() => show({ panel: "new", wants: "invite" })}>
        {say("invite")}
      </button>
    </p>
  );
}

interface HeadProps {
  readonly row: ConversationRow | undefined;
  readonly title: string;
  /** 0: it is not known yet. */
  readonly people: number;
  readonly side: Side;
  readonly onSide: (side: Side) => void;
  readonly onBack: () => void;
}

function Head({ row, title, people, side, onSide, onBack }: HeadProps): VNode {
  const { say } = useTools();
  const toggle = (wanted: Side): void => onSide(side === wanted ? "none" : wanted);
  return (
    <header class="conversation-head">
      <IconButton icon="back" label={say("back")} class="only-narrow" onClick={onBack} />
      <div class="conversation-title">
        <h1 dir="auto">{title}</h1>
        {row !== undefined && row.past === undefined && (
          <p dir="auto">
            <Under row={row} people={people} />
          </p>
        )}
      </div>
      <IconButton
        id="search-button"
        icon="search"
        label={say("search")}
        pressed={side === "search"}
        onClick={() => toggle("search")}
      />
      <About row={row} side={side} onToggle={toggle} />
    </header>
  );
}

interface AboutProps extends Pick<HeadProps, "row" | "side"> {
  readonly onToggle: (side: Side) => void;
}

/** Who is in it, and what it is. */
function About({ row, side, onToggle }: AboutProps): VNode {
  const { say, show } = useTools();
  return (
    <>
      {row?.kind === "direct" ? (
        <IconButton
          icon="shield"
          label={say("person-card")}
          onClick={() => show({ panel: "person", user: row.conversation.replace(/^@/, "") })}
        />
      ) : (
        row?.past === undefined && (
          <IconButton
            icon="people"
            label={say("members")}
            pressed={side === "members"}
            onClick={() => onToggle("members")}
          />
        )
      )}
      {row !== undefined && !isBegun(row) && (
        <IconButton icon="more" label={say("about")} onClick={() => show({ panel: "about" })} />
      )}
    </>
  );
}

function Under({ row, people }: { readonly row: ConversationRow; readonly people: number }): VNode {
  const { say } = useTools();
  if (row.isNotes) return <>{say("notes-about")}</>;
  if (isBegun(row)) return <>{say("not-begun")}</>;
  if (row.kind === "direct") return <>{say(row.online === true ? "online" : "not-online")}</>;
  if (row.topic !== undefined && row.topic !== "") return <>{sanitizeLine(row.topic, 250)}</>;
  return <>{people > 0 && say.count("people", people)}</>;
}

function Typing({ row }: { readonly row: ConversationRow | undefined }): VNode {
  const { say } = useTools();
  const [first, ...others] = row?.typing ?? [];
  const name = first === undefined ? "" : shownName(first);
  return (
    <p class="typing-line" aria-live="polite">
      {first !== undefined && (others.length === 0 ? say("typing-one", { name }) : say("typing-many"))}
    </p>
  );
}

/** Whether the person looks, and sees the end: told when one of them is different, or `what` they look at. */
function useLook(isCut: boolean, isHidden: boolean, what: string): (isAtEnd: boolean) => void {
  const { line } = useTools();
  const [atEnd, setAtEnd] = useState(true);
  // As it was drawn just now: the end of another conversation may not be in sight.
  const drawn = useRef(true);
  const [focused, setFocused] = useState(document.hasFocus());
  useEffect(() => {
    const see = (): void => setFocused(document.hasFocus() && document.visibilityState === "visible");
    const names = ["focus", "blur"] as const;
    for (const name of names) addEventListener(name, see);
    document.addEventListener("visibilitychange", see);
    return () => {
      for (const name of names) removeEventListener(name, see);
      document.removeEventListener("visibilitychange", see);
    };
  }, []);
  useEffect(() => {
    // Who was cut off is taken for gone.
    if (!isCut)
      void line.do({ want: "look", focused: focused && !isHidden, atEnd: drawn.current }).catch(() => undefined);
  }, [focused, atEnd, isCut, isHidden, what]);
  return useCallback((isAtEnd) => {
    drawn.current = isAtEnd;
    setAtEnd(isAtEnd);
  }, []);
}
