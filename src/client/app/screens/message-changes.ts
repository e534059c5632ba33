// What becomes of a message that is shown when it is edited, deleted, reacted to, or when its time is over. Pure.
import type { ClientEvent, MessageView, ReactionView } from "../../port/views.ts";

type Of<K extends ClientEvent["event"]> = Extract<ClientEvent, { readonly event: K }>;
export type Done = Of<"edited"> | Of<"deleted"> | Of<"reaction">;

/** The same object where nothing is different. */
export function changed(message: MessageView, done: Done): MessageView {
  // What has no text of its sender any more stays so.
  if (message.placeholder !== undefined) return message;
  switch (done.event) {
    case "edited":
      return { ...message, text: done.text, edited: done.at };
    case "deleted":
      return emptied(message, "deleted");
    case "reaction":
      return reacted(message, done);
  }
}

export function isOver({ expires, placeholder }: MessageView, now: number): boolean {
  return expires !== undefined && expires <= now && placeholder === undefined;
}

const WHY = { deleted: "a message that was deleted", expired: "a message that has expired" } as const;

/** As it comes from the vault from then on. */
export function emptied(message: MessageView, placeholder: keyof typeof WHY): MessageView {
  const { conversation, message: id, seq, at, from, mine, muted, lost } = message;
  return {
    conversation,
    message: id,
    seq,
    at,
    from,
    mine,
    text: WHY[placeholder],
    placeholder,
    ...(muted === undefined ? {} : { muted }),
    ...(lost === undefined ? {} : { lost }),
  };
}

function reacted(message: MessageView, { emoji, on, from: { user } }: Of<"reaction">): MessageView {
  const before = message.reactions ?? [];
  const users = before.find((one) => one.emoji === emoji)?.users ?? [];
  if (user === "" || users.includes(user) === on) return message;
  const now = on ? [...users, user] : users.filter((one) => one !== user);
  const reactions = placed(before, { emoji, users: now });
  const { reactions: _before, ...rest } = message;
  return reactions.length === 0 ? rest : { ...rest, reactions };
}

function placed(before: readonly ReactionView[], one: ReactionView): readonly ReactionView[] {
  if (!before.some(({ emoji }) => emoji === one.emoji)) return [...before, one];
  return before.map((each) => (each.emoji === one.emoji ? one : each)).filter(({ users }) => users.length > 0);
}
