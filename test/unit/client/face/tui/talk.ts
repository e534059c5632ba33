// Three messages, three conversations.
import { conversation, openView, saidBy } from "../../../../kit/made-up-screens.ts";

export const TALK = openView(
  "#general",
  [
    saidBy("bruno", "one", { n: 1 }),
    saidBy("alice", "two", { n: 2 }),
    saidBy("bruno", "three", { n: 3, isGrouped: false }),
  ],
  {
    conversations: [
      conversation("#general"),
      conversation("#ops", { unread: 2 }),
      conversation("@bruno", { mentions: 1, unread: 1 }),
    ],
  },
);
