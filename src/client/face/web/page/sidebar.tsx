// The conversations: who and what is new, found by a few letters, and one's own place in the realm above them.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow, LinkView, ScreenView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { withBegun } from "./begun.ts";
import { memo } from "./memo.ts";
import { Avatar, Icon, IconButton } from "./parts.tsx";
import { hueOf, shownName } from "./people.ts";
import { useTools } from "./tools.ts";
import type { Say } from "./words/say.ts";

/** The server's words. */
const REASON_CHARS = 200;

export interface SidebarProps {
  readonly view: ScreenView;
  readonly isCut: boolean;
  readonly onOpen: (conversation: string) => void;
}

export function Sidebar({ view, isCut, onOpen }: SidebarProps): VNode {
  const [query, setQuery] = useState("");
  return (
    <nav class="sidebar" aria-label={useTools().say("conversations")}>
      <SelfHead view={view} isCut={isCut} />
      <Find query={query} onFind={setQuery} />
      <List view={view} wanted={query.trim().toLowerCase()} onOpen={onOpen} />
    </nav>
  );
}

function Find({ query, onFind }: { readonly query: string; readonly onFind: (query: string) => void }): VNode {
  const { say } = useTools();
  return (
    <div class="sidebar-find">
      <Icon name="search" />
      <input
        type="search"
        value={query}
        placeholder={say("find")}
        aria-label={say("find")}
        onInput={({ currentTarget }) => onFind(currentTarget.value)}
      />
    </div>
  );
}

interface ListProps extends Pick<SidebarProps, "view" | "onOpen"> {
  readonly wanted: string;
}

function List({ view, wanted, onOpen }: ListProps): VNode {
  const { say } = useTools();
  const [hasArchive, setArchive] = useState(false);
  const found = withBegun(view).filter(({ title, conversation }) =>
    `${title} ${conversation}`.toLowerCase().includes(wanted),
  );
  const here = found.filter(({ archived }) => !archived);
  const archived = found.filter((row) => row.archived);
  const { conversation: open } = view.open;
  // Which there are is known in a moment.
  const isKnown = wanted !== "" || view.conversations.length > 0 || view.link.state !== "connecting";
  return (
    <div class="sidebar-list">
      {here.length === 0 && isKnown && <p class="empty">{say(wanted === "" ? "no-conversations" : "nothing-found")}</p>}
      <Rows rows={here} open={open} label={say("conversations")} onOpen={onOpen} />
      {archived.length > 0 && (
        <button
          type="button"
          class="text-button archive"
          aria-expanded={hasArchive}
          onClick={() => setArchive(!hasArchive)}
        >
          {say.count("archived", archived.length)}
          {!hasArchive && <Counts row={sumOf(archived)} />}
        </button>
      )}
      {hasArchive && <Rows rows={archived} open={open} label={say("archive")} onOpen={onOpen} />}
    </div>
  );
}

/** As of one conversation. */
function sumOf(rows: readonly ConversationRow[]): Counted {
  const sum = (of: "unread" | "mentions"): number => rows.reduce((all, row) => all + row[of], 0);
  return { unread: sum("unread"), mentions: sum("mentions"), level: "nothing" };
}

function SelfHead({ view: { self, link, settings }, isCut }: Pick<SidebarProps, "view" | "isCut">): VNode {
  const { say, show, line, go } = useTools();
  return (
    <header class="self">
      <button type="button" class="self-name" onClick={() => show({ panel: "devices" })}>
        <Avatar user={self.user} name={self.name} />
        <span>
          <b dir="auto">{shownName(self.name)}</b>
          <LinkLine link={link} isCut={isCut} server={self.server} />
        </span>
        <span class="hidden">{say("devices-title")}</span>
      </button>
      <IconButton icon="plus" label={say("new")} onClick={() => show({ panel: "new" })} />
      {settings.hasPassphrase && (
        <IconButton icon="lock" label={say("lock")} onClick={() => go(line.do({ want: "lock" }))} />
      )}
      <IconButton icon="settings" label={say("settings")} onClick={() => show({ panel: "settings" })} />
    </header>
  );
}

function LinkLine({
  link,
  isCut,
  server,
}: {
  readonly link: LinkView;
  readonly isCut: boolean;
  readonly server: string;
}): VNode {
  const { say } = useTools();
  const isGood = !isCut && link.state === "connected";
  return (
    <span class={isGood ? "link-line" : "link-line bad"} role="status" title={`${server} · TLS 1.3 · MLS`}>
      {isGood && <Icon name="lock" />}
      {isCut ? say("link-cut") : linkSentence(link, say)}
    </span>
  );
}

function linkSentence({ state, reason, waiting }: LinkView, say: Say): string {
  const words = {
    connecting: "link-connecting",
    connected: "link-connected",
    reconnecting: "link-reconnecting",
  } as const;
  const why = reason === undefined ? say("link-refused") : sanitizeLine(say.told(reason).message, REASON_CHARS);
  const sentence = state === "refused" ? why : say(words[state]);
  return waiting === 0 ? sentence : `${sentence} · ${say.count("waiting", waiting)}`;
}

interface RowsProps {
  readonly rows: readonly ConversationRow[];
  readonly open: string;
  readonly label: string;
  readonly onOpen: (conversation: string) => void;
}

function Rows({ rows, open, label, onOpen }: RowsProps): VNode {
  return (
    <ul aria-label={label}>
      {rows.map((row) => (
        <Row key={row.id} row={row} isOpen={row.conversation === open} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly row: ConversationRow;
  readonly isOpen: boolean;
  readonly onOpen: (conversation: string) => void;
}

const Row = memo(({ row, isOpen, onOpen }: RowProps): VNode => {
  const { say, dates } = useTools();
  const title = titleOf(row, say);
  return (
    <li>
      <button
        type="button"
        class={row.unread > 0 && row.level !== "nothing" ? "conversation-row unread" : "conversation-row"}
        aria-current={isOpen ? "page" : undefined}
        onClick={() => onOpen(row.conversation)}
      >
        <RowFace row={row} />
        <span class="row-main">
          <span class="row-top">
            <b dir="auto">{title}</b>
            {row.pinned && <Icon name="pin" />}
            {(row.level === "nothing" || row.muted !== undefined) && (
              <>
                <Icon name="mute" />
                <span class="hidden">{say("muted")}</span>
              </>
            )}
            {row.lastAt !== undefined && <time>{dates.short(row.lastAt)}</time>}
          </span>
          <span class="row-bottom">
            <Excerpt row={row} />
            <Counts row={row} />
          </span>
        </span>
      </button>
    </li>
  );
});

export function titleOf({ isNotes, title }: Pick<ConversationRow, "isNotes" | "title">, say: Say): string {
  return isNotes ? say("notes") : shownName(title);
}

function RowFace({ row }: { readonly row: ConversationRow }): VNode {
  if (row.kind === "direct")
    return (
      <Avatar user={row.conversation.replace(/^@/, "")} name={row.isNotes ? "✎" : row.title} online={row.online} />
    );
  return (
    <span class="avatar room" style={{ "--hue": hueOf(row.id) }} aria-hidden="true">
      #
    </span>
  );
}

function Excerpt({ row }: { readonly row: ConversationRow }): VNode {
  const { say } = useTools();
  const [typing] = row.typing;
  if (typing !== undefined) return <span class="excerpt typing">{say("typing-one", { name: shownName(typing) })}</span>;
  if (row.hasDraft) return <span class="excerpt draft">{say("draft")}</span>;
  const from = row.excerptFrom === undefined ? "" : `${shownName(row.excerptFrom)}: `;
  return (
    <span class="excerpt" dir="auto">
      {from}
      {sanitizeLine(row.excerpt ?? "", 120)}
    </span>
  );
}

type Counted = Pick<ConversationRow, "unread" | "mentions" | "level">;

/** What names this user beside all that is unread. */
function Counts({ row: { unread, mentions, level } }: { readonly row: Counted }): VNode | null {
  const { say } = useTools();
  if (unread === 0) return null;
  return (
    <>
      {mentions > 0 && (
        <span class="badge named">
          <span aria-hidden="true">@{mentions}</span>
          <span class="hidden"> {say.count("names-you", mentions)}, </span>
        </span>
      )}
      <span class={level === "nothing" ? "badge quiet" : "badge"}>
        {unread}
        <span class="hidden"> {say("unread")}</span>
      </span>
    </>
  );
}
