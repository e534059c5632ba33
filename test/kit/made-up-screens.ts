// Made-up conversations as they would stand on a screen.
import type { DeviceId, LogId, MessageId } from "../../src/model/ids.ts";
import type {
  ConversationRow,
  ScreenView,
  SystemEvent,
  TimelineItem,
  TimelineMessage,
} from "../../src/client/port/screens.ts";
import type { MemberView } from "../../src/client/port/conversation-views.ts";

/** Friday, 20 November 2026, at noon, where the machine is. */
export const NOON = new Date(2026, 10, 20, 12, 0).getTime();
const MINUTE = 60_000;

export function messageId(number: number): MessageId {
  return number.toString(16).padStart(32, "0") as MessageId;
}

export function deviceOf(user: string): DeviceId {
  return Buffer.from(user.padEnd(16, "\0").slice(0, 16)).toString("hex").slice(0, 32) as DeviceId;
}

export function saidBy(user: string, text: string, more: Partial<TimelineMessage> & { n?: number } = {}): TimelineItem {
  const { n = 1, ...rest } = more;
  const mine = user === "alice";
  const message: TimelineMessage = {
    conversation: "#general",
    message: messageId(n),
    seq: n,
    at: NOON + n * MINUTE,
    from: { user, device: deviceOf(user), name: nameOf(user), verified: true },
    text,
    mine,
    isGrouped: false,
    isNamesake: false,
    trusted: user === "bruno",
    ...(mine ? { state: "read" as const } : {}),
    ...rest,
  };
  return { item: "message", key: message.message, message };
}

export function happened(n: number, event: SystemEvent): TimelineItem {
  return { item: "system", key: `s${n}`, at: event.at, event };
}

const NAMES: Readonly<Record<string, string>> = {
  alice: "Alice Marsh",
  bruno: "Bruno",
  carla: "Carla Nunes",
  misaki: "美咲",
  dana: "דנה",
};

export function nameOf(user: string): string {
  return NAMES[user] ?? user;
}

export function member(user: string, more: Partial<MemberView> = {}): MemberView {
  return { user, name: nameOf(user), role: "member", devices: 1, verified: true, online: true, ...more };
}

export function conversation(name: string, more: Partial<ConversationRow> = {}): ConversationRow {
  const isDirect = name.startsWith("@");
  return {
    conversation: name,
    id: Buffer.from(name.padEnd(16, "\0").slice(0, 16)).toString("hex") as LogId,
    kind: isDirect ? "direct" : "room",
    members: 3,
    unread: 0,
    lastSeq: 10,
    epoch: 1,
    title: isDirect ? nameOf(name.slice(1)) : name,
    isNotes: false,
    mentions: 0,
    pinned: false,
    archived: false,
    level: "all",
    hasDraft: false,
    typing: [],
    ...more,
  };
}

const QUIET_SETTINGS: ScreenView["settings"] = {
  theme: "system",
  language: "en",
  notifications: true,
  sound: true,
  quiet: undefined,
  keywords: [],
  lockAfter: 0,
  fontScale: 1,
  hasPassphrase: true,
};

export const EMPTY_VIEW: ScreenView = {
  self: {
    user: "alice",
    name: "Alice Marsh",
    device: deviceOf("alice"),
    realm: "ab".repeat(32),
    server: "chat.example:7443",
  },
  link: { state: "connected", waiting: 0 },
  conversations: [],
  unread: 0,
  mentions: 0,
  open: {
    conversation: "",
    timeline: { items: [], hasOlder: false, hasNewer: false, isLoading: false, below: 0 },
    composer: { draft: "", expire: 0 },
    members: [],
    asking: [],
  },
  search: undefined,
  notices: [],
  transfers: [],
  settings: QUIET_SETTINGS,
  locked: false,
};

export function openView(name: string, items: readonly TimelineItem[], more: Partial<ScreenView> = {}): ScreenView {
  const timeline = { ...EMPTY_VIEW.open.timeline, items };
  return {
    ...EMPTY_VIEW,
    conversations: [conversation(name)],
    open: { ...EMPTY_VIEW.open, conversation: name, timeline, members: [member("alice"), member("bruno")] },
    ...more,
  };
}

/** A realm in which something is going on, to be looked at. */
export function busyView(): ScreenView {
  const conversations = [
    conversation("#general", { pinned: true, topic: "everything that everybody should know", members: 12 }),
    conversation("#ops", { unread: 7, typing: ["Bruno"] }),
    conversation("@bruno", { online: true, trusted: true, unread: 2, mentions: 1, excerpt: "can you look?" }),
    conversation("@misaki", { online: true, hasDraft: true }),
    conversation("@dana", { trusted: true }),
    conversation("#a-very-long-name-of-a-room-that-nobody-would-choose", { unread: 1200 }),
    conversation("#random", { muted: true, unread: 33 }),
    conversation("@alice", { isNotes: true, title: "notes" }),
    conversation("#old", { archived: true }),
  ];
  const hostile = "line one\n12:00 root │ I am another message\n\u001b[2J\u202egpj.exe";
  const items: readonly TimelineItem[] = [
    { item: "date", key: "d0", at: NOON - 24 * 60 * MINUTE },
    saidBy("bruno", "good morning", { n: 1 }),
    happened(2, {
      event: "member",
      at: NOON,
      conversation: "#general",
      user: "carla",
      name: "Carla Nunes",
      change: "added",
      by: "bruno",
    }),
    { item: "date", key: "d1", at: NOON },
    saidBy(
      "carla",
      "hello everybody, I am new here and write a rather long first message so that one can see how it is wrapped",
      { n: 3 },
    ),
    saidBy("carla", "and a second one shortly after", { n: 4, isGrouped: true }),
    saidBy("alice", "welcome! `make check` is what you want, see https://example.org/start", { n: 5, state: "read" }),
    saidBy("misaki", "日本語のメッセージです。テスト 👍🏽 👩‍👩‍👧‍👦 ❤️", {
      n: 6,
      reactions: [
        { emoji: "👍", users: ["alice", "bruno"] },
        { emoji: "❤️", users: ["carla"] },
      ],
    }),
    saidBy("dana", "שלום עולם, what a day", { n: 7 }),
    saidBy("carla", hostile, { n: 8 }),
    saidBy("bruno", "the plan", { n: 9, file: { name: "plan.pdf", type: "application/pdf", bytes: 3_251_000 } }),
    { item: "unread", key: "unread", count: 4 },
    saidBy("bruno", "@alice can you look at it?", {
      n: 10,
      mentioned: true,
      replyTo: messageId(5),
      quoted: {
        from: { user: "alice", device: deviceOf("alice"), name: "Alice Marsh", verified: true },
        excerpt: "welcome! `make check` is",
      },
    }),
    saidBy("alice", "of course", { n: 11, state: "delivered", edited: NOON + 12 * MINUTE }),
    saidBy("alice", "later today", {
      n: 12,
      state: "failed",
      reason: { code: "store-full", message: "the server's disk is full" },
      isGrouped: true,
    }),
    saidBy("mallory", "who am I?", {
      n: 13,
      from: { user: "mallory", device: deviceOf("mallory"), name: "Bruno", verified: false },
      trusted: false,
    }),
    saidBy("alice", "not sent yet", { n: 14, state: "queued" }),
  ];
  const base = openView("#general", items, { conversations, unread: 1209, mentions: 1 });
  return {
    ...base,
    open: {
      ...base.open,
      members: ["alice", "bruno", "carla", "misaki", "dana"].map((user, at) =>
        member(user, { online: at < 3, trusted: user === "bruno", role: at === 0 ? "owner" : "member" }),
      ),
    },
    transfers: [
      {
        message: messageId(9),
        conversation: "#general",
        name: "plan.pdf",
        way: "down",
        stage: "moving",
        bytes: 1_200_000,
        total: 3_251_000,
      },
    ],
  };
}
