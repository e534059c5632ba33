// Who is typing, and that this user is: signals, never stored, told to whoever is there. What cannot be opened or comes too late is
// dropped without a word: signals are lost now and then, and an epoch that has just changed is no attack.
import type { DeviceId, Handle, LogId } from "../../../model/ids.ts";
import type { MemberView } from "../../../mls/groups.ts";
import type { ServerMessageOf } from "../../../wire/messages.ts";
import type { ClientEvent } from "../../port/views.ts";
import type { EpochKeys } from "./epoch-keys.ts";
import { openSignal, sealSignal, type Timed } from "./signal-seal.ts";

export interface TypingWorld {
  readonly self: { readonly device: DeviceId; readonly user: Handle };
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly random: (bytes: number) => Uint8Array;
  readonly keys: Pick<EpochKeys, "of">;
  /** Devices in the conversation, as its group proves them; undefined if this device is not in it. */
  readonly members: (log: LogId) => readonly MemberView[] | undefined;
  /** The user wants it there. */
  readonly isOn: (log: LogId) => boolean;
  readonly nameOf: (log: LogId) => string;
  /** Nothing happens without a connection. */
  readonly send: (message: { readonly type: "signal"; readonly log: LogId; readonly body: Uint8Array }) => void;
  readonly tell: (event: ClientEvent) => void;
}

/** One signal in so long leaves a conversation, whatever is typed. */
const SEND_MS = 3_000;
/** Twice that and nothing came: they have stopped. */
const SILENCE_MS = 2 * SEND_MS;
/** Older, or from a clock that is so far ahead: somebody held it back. */
const WINDOW_MS = 10_000;
/** Devices whose last signal is remembered; then those that are out of the window are forgotten. */
const REMEMBERED = 1_000;

interface Said {
  readonly on: boolean;
  readonly at: number;
  /** What shall be said when its time has come. */
  wanted: boolean;
  isPlanned: boolean;
}

export class Typing {
  readonly #world: TypingWorld;
  readonly #said = new Map<LogId, Said>();
  /** The time of the last signal of each device in each conversation: an older one is a replay. */
  readonly #last = new Map<string, number>();
  /** Who is typing where; the value ends the wait for silence. */
  readonly #typing = new Map<string, () => void>();

  constructor(world: TypingWorld) {
    this.#world = world;
  }

  /** This user types, or has stopped. */
  say(log: LogId, on: boolean): void {
    const { isOn, now, after } = this.#world;
    if (!isOn(log)) return;
    const last = this.#said.get(log);
    if (last === undefined) return on ? this.#say(log, on) : undefined;
    last.wanted = on;
    if (last.isPlanned) return;
    const wait = last.at + SEND_MS - now();
    if (wait <= 0) return on || last.on ? this.#say(log, on) : undefined;
    last.isPlanned = true;
    // A clock that was put back makes nobody wait.
    after(Math.min(wait, SEND_MS), () => this.#due(log, last));
  }

  /** Somebody did. */
  async heard({ log, sender, body }: ServerMessageOf<"signalled">): Promise<void> {
    const { self, members, keys, isOn } = this.#world;
    // Ours comes back too.
    if (sender === self.device || !isOn(log)) return;
    const key = await keys.of(log);
    const member = members(log)?.find(({ device }) => device === sender);
    if (key === undefined || member === undefined || member.suspect !== undefined) return;
    const { founding, epoch } = key;
    const timed = openSignal(body, { log, sender, founding, epoch }, key.key);
    if (timed === undefined || !this.#isFresh(`${log}${sender}`, timed)) return;
    if (member.user !== self.user) this.#show(log, member.user, timed.signal.on);
  }

  // ---- out

  #due(log: LogId, said: Said): void {
    said.isPlanned = false;
    if (said.wanted !== said.on && this.#world.isOn(log)) this.#say(log, said.wanted);
  }

  #say(log: LogId, on: boolean): void {
    const at = this.#world.now();
    this.#said.set(log, { on, at, wanted: on, isPlanned: false });
    void this.#send(log, { signal: { kind: "typing", on }, at });
  }

  async #send(log: LogId, timed: Timed): Promise<void> {
    const { keys, self, random, send } = this.#world;
    const found = await keys.of(log);
    if (found === undefined) return;
    const { key, founding, epoch } = found;
    const body = sealSignal(timed, { log, sender: self.device, founding, epoch }, { key, nonce: random(12) });
    send({ type: "signal", log, body });
  }

  // ---- in

  #isFresh(key: string, { at }: Timed): boolean {
    const now = this.#world.now();
    if (Math.abs(now - at) > WINDOW_MS || at <= (this.#last.get(key) ?? 0)) return false;
    if (this.#last.size >= REMEMBERED)
      for (const [other, time] of this.#last) if (now - time > WINDOW_MS) this.#last.delete(other);
    this.#last.set(key, at);
    return true;
  }

  #show(log: LogId, user: Handle, on: boolean): void {
    const key = `${log}${user}`;
    const wasTyping = this.#typing.get(key);
    wasTyping?.();
    this.#typing.delete(key);
    if (on)
      this.#typing.set(
        key,
        this.#world.after(SILENCE_MS, () => this.#show(log, user, false)),
      );
    if (on !== (wasTyping !== undefined)) this.#tell(log, user, on);
  }

  #tell(log: LogId, user: Handle, on: boolean): void {
    const { tell, now, nameOf } = this.#world;
    tell({ event: "typing", at: now(), conversation: nameOf(log), user, on });
  }
}
