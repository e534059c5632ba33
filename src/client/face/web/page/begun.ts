// A conversation with a person that is open and not made yet: it stands in the list while it is open. The first message makes it. Pure.
import type { LogId } from "../../../../model/ids.ts";
import type { ConversationRow, ScreenView } from "../../../port/screens.ts";

/** Those of the list, and the one that is open where it is in none: behind the pinned ones. */
export function withBegun({
  conversations,
  open,
  self,
}: Pick<ScreenView, "conversations" | "open" | "self">): readonly ConversationRow[] {
  const { conversation } = open;
  const isKnown = conversations.some((row) => row.conversation === conversation);
  // Before the list is here nobody knows.
  if (isKnown || conversations.length === 0 || !conversation.startsWith("@")) return conversations;
  const pinned = conversations.filter((row) => row.pinned && !row.archived).length;
  return conversations.toSpliced(pinned, 0, begun(conversation, self.user));
}

/** It has no id: nothing can be changed about it. */
export function isBegun({ id }: Pick<ConversationRow, "id">): boolean {
  return id === "";
}

function begun(conversation: string, self: string): ConversationRow {
  return {
    conversation,
    id: "" as LogId,
    kind: "direct",
    title: conversation,
    isNotes: conversation === `@${self}`,
    members: 0,
    unread: 0,
    mentions: 0,
    lastSeq: 0,
    epoch: 0,
    pinned: false,
    archived: false,
    level: "all",
    hasDraft: false,
    typing: [],
  };
}
