// How what is kept of a conversation is found again: by its name where that never changes, else by its id.
import type { LogId } from "../../../model/ids.ts";

export const LOBBY = "#lobby";

/** `#lobby` and `@user` are for ever; a room may be renamed. */
export function placeKey(conversation: string, id: LogId | undefined): string {
  if (conversation.startsWith("@") || conversation === LOBBY || id === undefined) return conversation;
  return id;
}
