// Conversations that nobody had, as views: for the tests, pictures and measurements of the web face.
import type { DeviceId, LogId, MessageId } from "../../../src/model/ids.ts";
import type { ConversationRow, ScreenView, TimelineItem, TimelineMessage } from "../../../src/client/port/screens.ts";
import type { Sender } from "../../../src/client/port/views.ts";
import type { MemberView } from "../../../src/client/port/conversation-views.ts";

export const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export const NAMES: Readonly<Record<string, string>> = {
  ada: "Ada Lovelace",
  bob: "Bob",
  carla: "Carla Nunes",
  dana: "דנה",
  elena: "Elena Ruiz",
  fabio: "Fábio",
  misaki: "美咲",
};

export function sender(user: string): Sender {
  return { user, device: id("d", user) as DeviceId, name: NAMES[user] ?? user, verified: true };
}

/** 32 hex digits of a word. */
export function id(kind: string, of: string | number): string {
  return `${Buffer.from(`${kind}${of}`).toString("hex")}${"0".repeat(32)}`.slice(0, 32);
}

function messageId(number: number): MessageId {
  return number.toString(16).padStart(32, "0") as MessageId;
}

export function messageItem(number: number, message: Partial<TimelineMessage>): TimelineItem {
  const whole: TimelineMessage = {
    conversation: "#general",
    message: messageId(number),
    seq: number,
    at: NOON + number * 1_000,
    from: sender("bob"),
    text: "",
    mine: false,
    isGrouped: false,
    isNamesake: false,
    trusted: false,
    ...message,
  };
  return { item: "message", key: `m${number}`, message: whole };
}

type Said = readonly [user: string, minutes: number, text: string, more?: Partial<TimelineMessage>];

const SAID: readonly Said[] = [
  ["elena", -1500, "Morning everyone. The new server is in its place — who wants to see it?"],
  ["fabio", -1497, "Eu! ✋ Chego às 10h."],
  ["misaki", -1490, "写真を撮ってください 📷"],
  [
    "ada",
    -1481,
    "On my way. I bring the **good** coffee this time.",
    { mine: true, state: "read", readBy: ["Elena Ruiz", "Bob"] },
  ],
  [
    "elena",
    -1480,
    "Perfect.",
    {
      reactions: [
        { emoji: "❤️", users: ["ada", "bob"] },
        { emoji: "☕", users: ["fabio"] },
      ],
    },
  ],
  ["dana", -95, "שלום לכולם! אפשר לקבל את הכתובת?"],
  [
    "bob",
    -60,
    "Here are the steps, from the top:\n```\nchat-server init --realm example\nchat-server invite elena\n```\nThen paste the line into the client.",
  ],
  [
    "bob",
    -59,
    "It takes _one_ minute, ~~two~~ at most. See https://example.org/docs/first-steps for pictures.",
    { isGrouped: true },
  ],
  [
    "carla",
    -44,
    "> It takes one minute\nIt did for me. @ada could you check the backup while I am here?",
    { mentioned: true },
  ],
  ["ada", -40, "Sure, looking now.", { mine: true, state: "read", readBy: ["Carla Nunes"] }],
  [
    "ada",
    -38,
    "All copies are fresh: `backup verify` says 3 of 3.",
    { mine: true, state: "delivered", isGrouped: true, edited: NOON - 37 * MINUTE },
  ],
  [
    "elena",
    -20,
    "The plan for Friday, with the map.",
    { file: { name: "friday-plan.pdf", type: "application/pdf", bytes: 482_113 } },
  ],
  ["elena", -19, "", { isGrouped: true, file: { name: "garden.png", type: "image/png", bytes: 2_048 } }],
  ["fabio", -6, "Perfeito, obrigado!", { reactions: [{ emoji: "👍", users: ["ada", "elena", "bob"] }] }],
  ["bob", -4, "deleted", { placeholder: "deleted" }],
  [
    "carla",
    -2,
    "See you all there 🎉",
    { replyTo: messageId(12), quoted: { from: sender("elena"), excerpt: "The plan for Friday, with the map." } },
  ],
];

function timelineItems(): readonly TimelineItem[] {
  const items = SAID.map(([user, minutes, text, more], at) =>
    messageItem(at + 1, { at: NOON + minutes * MINUTE, from: sender(user), text, ...more }),
  );
  const alarm: TimelineItem = {
    item: "system",
    key: "s1",
    at: NOON - 58 * MINUTE,
    event: {
      event: "member",
      at: NOON - 58 * MINUTE,
      conversation: "#general",
      user: "carla",
      name: "Carla Nunes",
      change: "added",
      by: "elena",
    },
  };
  return [
    { item: "date", key: "day1", at: NOON - DAY },
    ...items.slice(0, 5),
    { item: "date", key: "day2", at: NOON },
    ...items.slice(5, 8),
    alarm,
    ...items.slice(8, 13),
    { item: "unread", key: "unread", count: 3 },
    ...items.slice(13),
  ];
}

type Row = Partial<ConversationRow> & Pick<ConversationRow, "conversation">;

const ROWS: readonly Row[] = [
  {
    conversation: "#general",
    kind: "room",
    topic: "What concerns us all",
    role: "admin",
    pinned: true,
    excerpt: "See you all there 🎉",
    excerptFrom: "Carla Nunes",
    typing: ["Elena Ruiz"],
  },
  {
    conversation: "@elena",
    title: "Elena Ruiz",
    kind: "direct",
    pinned: true,
    online: true,
    trusted: true,
    excerpt: "Thank you for the coffee",
    unread: 2,
  },
  {
    conversation: "#release",
    kind: "room",
    excerpt: "0.9 is out, notes below",
    excerptFrom: "Bob",
    unread: 14,
    mentions: 1,
  },
  { conversation: "@fabio", title: "Fábio", kind: "direct", online: false, excerpt: "Até amanhã!", hasDraft: true },
  { conversation: "#lobby", kind: "lobby", excerpt: "Welcome, Misaki", excerptFrom: "Elena Ruiz" },
  {
    conversation: "#music",
    kind: "room",
    level: "nothing",
    muted: true,
    excerpt: "🎶",
    excerptFrom: "דנה",
    unread: 40,
  },
  { conversation: "@ada", title: "notes", kind: "direct", isNotes: true, excerpt: "Buy a new cable" },
  { conversation: "#old-project", kind: "room", archived: true, excerpt: "The end", excerptFrom: "Bob" },
];

function row(given: Row, at: number): ConversationRow {
  return {
    title: given.conversation,
    id: id("c", given.conversation) as LogId,
    kind: "room",
    members: 7,
    unread: 0,
    lastSeq: 100,
    epoch: 4,
    isNotes: false,
    mentions: 0,
    pinned: false,
    archived: false,
    level: "all",
    hasDraft: false,
    lastAt: NOON - at * 37 * MINUTE,
    typing: [],
    ...given,
  };
}

function member(user: string, at: number): MemberView {
  const role = at === 0 ? "owner" : at === 1 ? "admin" : "member";
  return { user, name: NAMES[user] ?? user, role, devices: 1, verified: true, online: at % 2 === 0, trusted: at < 2 };
}

export interface MadeUp {
  readonly conversation?: string;
  /** Instead of the usual ones. */
  readonly items?: readonly TimelineItem[];
}

export function madeUpView({ conversation = "#general", items }: MadeUp = {}): ScreenView {
  return {
    self: {
      user: "ada",
      name: "Ada Lovelace",
      device: id("d", "ada") as DeviceId,
      realm: "ab".repeat(32),
      server: "chat.example.org:12345",
    },
    link: { state: "connected", waiting: 0 },
    conversations: ROWS.map(row),
    unread: 16,
    mentions: 1,
    open: {
      conversation,
      timeline: {
        items:
          items ?? (conversation === "#general" ? timelineItems() : [messageItem(500, { text: `in ${conversation}` })]),
        hasOlder: conversation === "#general",
        hasNewer: false,
        isLoading: false,
        below: 0,
      },
      composer: { draft: conversation === "@fabio" ? "Então, sobre " : "", expire: 0 },
      members: Object.keys(NAMES).map(member),
      asking: conversation === "#general" ? [{ user: "gil", name: "Gil" }] : [],
    },
    search: undefined,
    notices: [],
    transfers: [],
    settings: {
      theme: "light",
      language: "en",
      notifications: false,
      sound: false,
      quiet: undefined,
      keywords: [],
      lockAfter: 0,
      fontScale: 1,
      hasPassphrase: true,
    },
    locked: false,
  };
}
