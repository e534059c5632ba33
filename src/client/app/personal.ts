// What concerns this user and the people they talk to, beside what is said: whom they have verified, what they let others know and
// want to know of them, what shall not disturb, and what disappears.
import type { DeviceId, LogId, Seq } from "../../model/ids.ts";
import type { MemberView } from "../../mls/groups.ts";
import type { ServerMessageOf } from "../../wire/messages.ts";
import type { Command } from "../port/client.ts";
import type { Replies } from "../port/replies.ts";
import type { Change } from "../port/vault.ts";
import type { Aside, Taken } from "./asides.ts";
import { present } from "./command-fields.ts";
import { Expiring } from "./expiry/expiring.ts";
import { lasting } from "./expiry/expiry.ts";
import { partsOf, type PersonalWorld, receiptsOf, typingOf } from "./personal-parts.ts";
import { Preferences } from "./preferences.ts";
import { Proved } from "./proved.ts";
import { isMessage } from "./payload/opened.ts";
import { HeardReceipts } from "./receipts/heard-receipts.ts";
import { SentReceipts } from "./receipts/sent-receipts.ts";
import { Typing } from "./signals/typing.ts";
import { Bulletins } from "./trust/bulletins.ts";
import { Trust } from "./trust/trust.ts";

type Of<K extends Command["do"]> = Extract<Command, { do: K }>;
export type PersonalCommand = Of<"verify" | "trust" | "devices" | "label" | "typing" | "privacy" | "mute">;

const NOBODY: readonly MemberView[] = [];

export class Personal {
  /** Who people are, beside their names. */
  readonly proved: Proved;
  readonly #world: PersonalWorld;
  readonly #preferences: Preferences;
  readonly #bulletins: Bulletins;
  readonly #trust: Trust;
  readonly #typing: Typing;
  readonly #receipts: ReturnType<typeof receiptsOf>;
  readonly #said: SentReceipts;
  readonly #heard: HeardReceipts;
  readonly #expiring: Expiring;

  constructor(world: PersonalWorld) {
    this.#world = world;
    const { vault, clock } = world.app;
    this.#preferences = new Preferences(vault, () => clock.now());
    const parts = partsOf(world);
    this.#receipts = receiptsOf(world, this.#preferences);
    this.#bulletins = new Bulletins(parts);
    this.#trust = new Trust({ ...parts, bulletins: this.#bulletins });
    this.proved = new Proved({
      members: () => parts.members(world.core.lobby) ?? NOBODY,
      entriesOf: parts.entriesOf,
    });
    this.#typing = new Typing(typingOf(world, this.#preferences));
    this.#said = new SentReceipts(this.#receipts);
    this.#heard = new HeardReceipts(this.#receipts);
    this.#expiring = new Expiring(parts);
  }

  start(): void {
    this.#bulletins.start();
    this.#expiring.start();
  }

  stop(): void {
    this.#expiring.stop();
  }

  /** @throws Fault */
  async run(command: PersonalCommand): Promise<Replies[PersonalCommand["do"]]> {
    switch (command.do) {
      case "verify":
        return { ...this.#trust.verify(command.user), ...this.proved.of(command.user) };
      case "trust":
        return this.#trust.trust(command.user, command.verified);
      case "devices":
        return this.#devices(command.user);
      case "label":
        return this.#world.labels.run(command);
      case "typing":
        this.#typing.say(this.#world.abouts.logOf(command.to), command.on);
        return {};
      case "privacy":
        return this.#privacy(command);
      case "mute":
        return this.#mute(command);
    }
  }

  #devices(user: Of<"devices">["user"]): Replies["devices"] {
    const { devices } = this.#trust.devices(user);
    return { devices: devices.map((one) => Object.assign(one, this.proved.ofDevice(one.user, one.device))) };
  }

  /** See KnownDevices. */
  renewed(device: DeviceId, key: string): void {
    this.#trust.renewed(device, key);
  }

  // ---- what is asked of it

  isTrusted(user: string): boolean {
    return this.#trust.isTrusted(user);
  }

  mutedUntil(log: LogId): number | true | undefined {
    return this.#preferences.mutedUntil(log);
  }

  /** How far the others have got. */
  receiptsOf(log: LogId): ReturnType<HeardReceipts["of"]> {
    return this.#heard.of(log);
  }

  /** Whether it is told there who is connected. */
  isPresenceOn(log: LogId): boolean {
    return this.#preferences.of(log).presence !== false;
  }

  // ---- what happens

  /** An entry on its way into the vault: what is kept of it, and what changes with it. */
  take(aside: Aside): Taken {
    const { app } = this.#world;
    const { log, seq, by, device } = aside;
    const said = lasting(aside.said, { at: aside.at, now: app.clock.now() });
    if (by !== app.peer.user && isMessage(said)) this.#said.heard(log, seq);
    const isOwn = by === app.peer.user && device !== app.peer.device;
    const read: Change[] = [];
    if (isOwn && said.kind === "receipt") {
      const isMore = this.#said.said(log, said);
      read.push({ put: "read", log, seq: said.read });
      if (isMore) this.#world.core.batch.afterwards(() => this.#readElsewhere(log, said.read));
    }
    const { opened, changes } = this.#heard.take({ ...aside, said });
    return { opened, changes: [...read, ...changes, ...this.#expiring.take({ ...aside, said: opened })] };
  }

  /** By another device of this user. */
  #readElsewhere(log: LogId, seq: Seq): void {
    const { app, core, abouts } = this.#world;
    const at = app.clock.now();
    const unread = app.vault.unread(log, app.peer.device);
    core.tell({ event: "read", at, conversation: abouts.nameOf(log), seq, unread });
  }

  /** A message of before is about to be kept: nothing concerns it but when it disappears. */
  lasts(aside: Aside): readonly Change[] {
    return this.#expiring.take(aside);
  }

  /** The user has read everything up to there. */
  read(log: LogId, seq: Seq): void {
    this.#said.read(log, seq);
  }

  /** The group of the log is another one now, or the log is in step. */
  look(log: LogId): void {
    this.#trust.look(log);
    this.#said.look(log);
  }

  /** What is known of certificates has changed. */
  judged(): void {
    this.#trust.judged();
  }

  signalled(message: ServerMessageOf<"signalled">): void {
    this.#typing.heard(message).catch((error: unknown) => this.#world.core.fail(error));
  }

  /** The server's word. What is said of one conversation goes before what is said of the lobby, which is everybody. */
  presence({ changes }: ServerMessageOf<"presence">): void {
    const { core, abouts, app } = this.#world;
    // That one is here oneself is no news.
    for (const { user, online } of changes.filter((one) => one.user !== app.peer.user)) {
      const direct = this.#preferences.of(abouts.directOf(`@${user}`)).presence;
      if (direct ?? this.isPresenceOn(core.lobby))
        core.tell({ event: "presence", at: app.clock.now(), user, on: online });
    }
  }

  // ---- commands

  #privacy({ to, receipts, typing, presence }: Of<"privacy">): Replies["privacy"] {
    const log = this.#world.abouts.logOf(to);
    this.#put(this.#preferences.set(log, present({ receipts, typing, presence })));
    this.#said.look(log);
    const now = this.#preferences.of(log);
    return {
      receipts: this.#receipts.isOn(log),
      typing: now.typing !== false,
      presence: now.presence !== false,
    };
  }

  #mute({ to, until }: Of<"mute">): Replies["mute"] {
    const log = this.#world.abouts.logOf(to);
    this.#put(this.#preferences.mute(log, until));
    const muted = this.#preferences.mutedUntil(log);
    if (muted === undefined) return { muted: false };
    return muted === true ? { muted: true } : { muted: true, until: muted };
  }

  #put(changes: readonly Change[]): void {
    for (const change of changes) this.#world.core.batch.put(change, { durable: true });
  }
}
