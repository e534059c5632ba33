// For the tests of the screens: the model over a client that answers by table, a clock that is turned by hand, settings in memory.
import { ScreenModel } from "../../src/client/app/screens/screens.ts";
import type { ScreensWorld } from "../../src/client/app/screens/world.ts";
import type { Client, Command, Reply } from "../../src/client/port/client.ts";
import type { ConversationRow, Ring, TimelineItem } from "../../src/client/port/screens.ts";
import type { ClientEvent, MessageView, WaitingView } from "../../src/client/port/views.ts";
import type { ConversationView, MemberView } from "../../src/client/port/conversation-views.ts";
import type { PreviewView } from "../../src/client/port/replies.ts";
import { Fault } from "../../src/model/fault.ts";
import type { DeviceId, LogId, MessageId, Seq } from "../../src/model/ids.ts";
import { HandClock } from "./hand-clock.ts";
import { clientThat } from "./lines.ts";

/** Noon of a day, UTC. */
export const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
export const ALICE = "aa".repeat(16) as DeviceId;
const DEVICES: Readonly<Record<string, DeviceId>> = { alice: ALICE };

export const midOf = (number: number): MessageId => number.toString(16).padStart(32, "0") as MessageId;
export const logOf = (number: number): LogId => `0003${number.toString(16).padStart(28, "0")}` as LogId;

export function deviceOf(user: string): DeviceId {
  return DEVICES[user] ?? (Buffer.from(user).toString("hex").padEnd(32, "0").slice(0, 32) as DeviceId);
}

/** Of bob in the lobby, a minute after the one before. */
export function said(seq: Seq, more: Partial<MessageView> & { readonly by?: string } = {}): MessageView {
  const { by = "bob", ...rest } = more;
  const name = by.charAt(0).toUpperCase() + by.slice(1);
  return {
    conversation: "#lobby",
    message: midOf(seq),
    seq,
    at: NOON + seq * MINUTE,
    from: { user: by, device: deviceOf(by), name, verified: true },
    text: `text ${seq}`,
    mine: by === "alice",
    ...rest,
  };
}

type Told = ConversationView & Partial<PreviewView>;

export function conversation(name: string, more: Partial<Told> = {}): Told {
  const kind = name === "#lobby" ? "lobby" : name.startsWith("@") ? "direct" : "room";
  const id = name === "#lobby" ? logOf(1) : logOf(Buffer.from(name).reduce((sum, byte) => sum * 31 + byte, 7) % 1e9);
  return { conversation: name, id, kind, members: 2, unread: 0, lastSeq: 0, epoch: 1, read: 0, mentions: 0, ...more };
}

export interface Scene {
  /** What `conversations` answers, in its order. */
  conversations: readonly Told[];
  /** All messages of all conversations, by name. */
  messages: Record<string, readonly MessageView[]>;
  waiting: readonly WaitingView[];
  members: readonly MemberView[];
  /** Faults of commands, by name. */
  readonly faults: Partial<Record<Command["do"], Fault>>;
  /** What an answer waits for. */
  hold: (command: Command) => Promise<void> | undefined;
}

export class TestScreens {
  readonly clock = new HandClock(NOON + 60 * MINUTE);
  readonly settings: Map<string, string>;
  readonly rings: Ring[] = [];
  readonly scene: Scene;
  readonly client: Client & { readonly asked: Command[] };
  readonly screens: ScreenModel;
  /** How often it was told that something changed. */
  changes = 0;
  passphrase: string | undefined;

  constructor(scene: Partial<Scene> = {}, settings = new Map<string, string>()) {
    this.settings = settings;
    this.scene = {
      conversations: [conversation("#lobby")],
      messages: {},
      waiting: [],
      members: [],
      faults: {},
      hold: () => undefined,
      ...scene,
    };
    this.client = clientThat((command) => {
      const held = this.scene.hold(command);
      return held === undefined ? this.#answer(command) : held.then(() => this.#answer(command));
    });
    let mids = 0x1000;
    this.screens = new ScreenModel({
      self: { user: "alice", name: "Alice", device: ALICE, realm: "00", server: "here:1" },
      clock: this.clock,
      defer: (run) => void setImmediate(run),
      random: () => Buffer.from(midOf(mids++), "hex"),
      local: (at) => ({ day: new Date(at).toISOString().slice(0, 10), minutes: Math.floor(at / MINUTE) % 1440 }),
      language: "en-GB",
      setting: (name) => this.settings.get(name),
      commit: (changes) => {
        for (const change of changes)
          if ("put" in change && change.put === "setting") this.settings.set(change.name, change.value);
      },
      passphrase: {
        isSet: () => this.passphrase !== undefined,
        check: (typed) => typed === this.passphrase,
        set: async (next) => void (this.passphrase = next),
      },
    } satisfies ScreensWorld);
    this.screens.onRing((ring) => this.rings.push(ring));
    this.screens.onChange(() => (this.changes += 1));
  }

  /** Started, and everything missed is here. */
  static async ready(scene: Partial<Scene> = {}, settings?: Map<string, string>): Promise<TestScreens> {
    const test = new TestScreens(scene, settings);
    test.screens.start(test.client);
    await test.settled();
    test.show({ event: "link", at: 0, state: "connected" });
    const self = { user: "alice", device: ALICE, name: "Alice", realm: "00", server: "here:1" };
    test.show({ event: "ready", at: 0, ...self } as ClientEvent);
    await test.pass(2_500);
    return test;
  }

  show(event: ClientEvent): void {
    this.screens.show(event);
  }

  /** It is in the vault, and told. */
  say(message: MessageView): void {
    const { messages } = this.scene;
    messages[message.conversation] = [...(messages[message.conversation] ?? []), message];
    this.show({ event: "message", ...message });
  }

  /** Everything that is ready has run. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => void setImmediate(resolve));
  }

  async pass(ms: number): Promise<void> {
    await this.settled();
    this.clock.pass(ms);
    await this.settled();
  }

  get items(): readonly TimelineItem[] {
    return this.screens.view.open.timeline.items;
  }

  /** The items in short: texts, `day`, `unread N`, `* event`. */
  get shown(): readonly string[] {
    return this.items.map((one) => {
      if (one.item === "message") return one.message.text;
      if (one.item === "unread") return `unread ${one.count}`;
      return one.item === "date" ? "day" : `* ${one.event.event}`;
    });
  }

  row(name: string): ConversationRow | undefined {
    return this.screens.view.conversations.find((one) => one.conversation === name);
  }

  asked<K extends Command["do"]>(name: K): readonly Extract<Command, { readonly do: K }>[] {
    return this.client.asked.filter((one): one is Extract<Command, { readonly do: K }> => one.do === name);
  }

  #answer(command: Command): Promise<Reply> | Reply {
    const fault = this.scene.faults[command.do];
    if (fault !== undefined) throw fault;
    switch (command.do) {
      case "conversations":
        return { conversations: this.scene.conversations };
      case "members":
        return { members: this.scene.members };
      case "users":
        if (this.scene.members.length === 0) throw new Fault("offline", "the server cannot be asked now");
        return { users: this.scene.members };
      case "history":
        return this.#history(command);
      case "search":
        return {
          messages: Object.values(this.scene.messages)
            .flat()
            .filter(({ text }) => text.includes(command.query)),
        };
      case "read":
        return { seq: command.seq, unread: 0 };
      case "send":
        return new Promise(() => {});
      default:
        return {};
    }
  }

  #history({ to, before, after, around, limit }: Extract<Command, { do: "history" }>): Reply {
    const all = this.scene.messages[to] ?? [];
    if (after !== undefined) return { messages: all.filter(({ seq }) => seq > after).slice(0, limit) };
    if (around === undefined) {
      const messages = all.filter(({ seq }) => before === undefined || seq < before).slice(-limit);
      const waiting = this.scene.waiting.filter((one) => one.conversation === to);
      return before === undefined ? { messages, waiting } : { messages };
    }
    const found = all.find(({ message }) => message === around);
    if (found === undefined) throw new Fault("no-such-message", "there is no such message here");
    const upTo = all.filter(({ seq }) => seq <= found.seq).slice(-Math.ceil((limit + 1) / 2));
    return { messages: [...upTo, ...all.filter(({ seq }) => seq > found.seq).slice(0, limit - upTo.length)] };
  }
}
