// A timeline with everything that can stand in one.
import type { TimelineItem } from "../../../src/client/port/screens.ts";
import { messageItem, NOON, sender } from "./made-up.ts";

/** One's own in every state, with all that can stand beside a message. */
export function itemsOfAllKinds(): readonly TimelineItem[] {
  const mine = { mine: true, from: sender("ada") };
  const states = ["queued", "stored", "delivered", "read", "failed"] as const;
  const gone = ["deleted", "expired", "newer-version", "unreadable", "unbelieved"] as const;
  const happened = { at: NOON, conversation: "#general", user: "bob", name: "Bob" };
  const lost = { ...sender("carla"), verified: false };
  return [
    { item: "date", key: "d", at: NOON },
    ...states.map((state, at) =>
      messageItem(at + 1, {
        ...mine,
        text: state,
        state,
        ...(state === "failed" ? { reason: { code: "x", message: "no room" } } : {}),
      }),
    ),
    ...gone.map((placeholder, at) => messageItem(at + 10, { text: "", placeholder })),
    { item: "system", key: "s1", ...happened, event: { event: "member", change: "joined", ...happened } },
    { item: "system", key: "s2", at: NOON, event: { event: "alarm", at: NOON, code: "x", message: "Look here" } },
    { item: "unread", key: "u", count: 2 },
    messageItem(20, {
      text: "**bold** `code` https://example.org\n> quoted\n```\nblock\n```",
      trusted: true,
      nickname: "B",
      edited: NOON,
    }),
    messageItem(21, { text: "who am I?", from: lost, isNamesake: true, mentioned: true, expires: NOON }),
    messageItem(22, { text: "", file: { name: "plan.pdf", type: "application/pdf", bytes: 9_000_000 } }),
    messageItem(23, { text: "", file: { name: "large.png", type: "image/png", bytes: 9_000_000 } }),
    messageItem(24, {
      text: "so",
      replyTo: "0".repeat(32) as never,
      quoted: { from: sender("elena"), excerpt: "is it?" },
      reactions: [
        { emoji: "👍", users: ["ada"] },
        { emoji: "🎉", users: ["bob"] },
      ],
    }),
  ];
}
