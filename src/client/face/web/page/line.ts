// The page's end of the WebSocket: holds the last view, asks, and comes back when it was cut off. Knows nothing of how a view is drawn.
import type { Intent, PersonCard, Ring, ScreenView } from "../../../port/screens.ts";
import type { LinkReason } from "../../../port/views.ts";
import {
  type CommandFields,
  FILE_PATH,
  type FromPage,
  KEY_PREFIX,
  LIVE_PATH,
  SUBPROTOCOL,
  type ToPage,
} from "../protocol/messages.ts";
import { patchedView } from "../protocol/view-patch.ts";

/** `over`: the key is good no more. */
export type Showing =
  | { readonly is: "waiting" }
  | { readonly is: "over" }
  | { readonly is: "first-run" }
  | { readonly is: "protected"; readonly name: string }
  | { readonly is: "chat"; readonly view: ScreenView; readonly isCut: boolean };

export interface LineEvents {
  readonly onShowing: (showing: Showing) => void;
  readonly onRing: (ring: Ring) => void;
  /** Nobody answers any more, and not for a moment only; or somebody does again. */
  readonly onEnded: (isEnded: boolean) => void;
  /** Nobody waits for it. */
  readonly onFault: (fault: LinkReason) => void;
}

/** What was asked and went wrong, as the model says it. */
export class Refused extends Error {
  readonly reason: LinkReason;

  constructor(reason: LinkReason) {
    super(reason.message);
    this.reason = reason;
  }
}

interface Waiting {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Refused) => void;
}

type Asking = FromPage extends infer Message ? (Message extends FromPage ? Omit<Message, "n"> : never) : never;

const RETRY_MS = 500;
const RETRY_MOST_MS = 5_000;
/** Cut off for so long, the program has ended: it comes back from less by itself. */
const ENDED_MS = 5_000;
const CUT: LinkReason = { code: "cut", message: "the program on this machine does not answer" };

export class Line {
  readonly key: string;
  readonly #events: LineEvents;
  readonly #waiting = new Map<number, Waiting>();
  #showing: Showing = { is: "waiting" };
  #socket: WebSocket | undefined;
  #count = 0;
  #retryMs = RETRY_MS;
  #patience: ReturnType<typeof setTimeout> | undefined;
  readonly #last = new Set<() => void>();

  constructor(key: string, events: LineEvents) {
    this.key = key;
    this.#events = events;
    addEventListener("pagehide", () => this.#leave());
    this.#connect();
  }

  /** Runs what is still to be said, before the screens are locked or the page goes. Returns what ends that. */
  beforeLeaving(run: () => void): () => void {
    this.#last.add(run);
    return () => void this.#last.delete(run);
  }

  #leave(): void {
    for (const run of this.#last) run();
  }

  do(intent: Intent): Promise<void> {
    if (intent.want === "lock") this.#leave();
    // JSON has no undefined, and of one field it means something: no quiet hours any more.
    const plain =
      intent.want === "settings" && "quiet" in intent.change && intent.change.quiet === undefined
        ? ({ ...intent, change: { ...intent.change, quiet: null } } as unknown as Intent)
        : intent;
    return this.#ask({ say: "do", intent: plain }).then(() => undefined);
  }

  ask<Answer>(command: CommandFields & { readonly do: string }): Promise<Answer> {
    return this.#ask({ say: "ask", command }) as Promise<Answer>;
  }

  person(user: string): Promise<PersonCard> {
    return this.#ask({ say: "person", user }) as Promise<PersonCard>;
  }

  /** Of the first-run screen. */
  come<Answer>(
    message: Extract<
      Asking,
      { readonly say: "look-at" | "open" | "join" | "register" | "written" | "login" | "recover" | "certificates" }
    >,
  ): Promise<Answer> {
    return this.#ask(message) as Promise<Answer>;
  }

  #ask(message: Asking): Promise<unknown> {
    this.#count += 1;
    const n = this.#count;
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Refused(CUT));
        return;
      }
      this.#waiting.set(n, { resolve, reject });
      this.#socket.send(JSON.stringify({ ...message, n }));
    });
  }

  #connect(): void {
    let wasOpen = false;
    const socket = new WebSocket(`ws://${location.host}${LIVE_PATH}`, [SUBPROTOCOL, KEY_PREFIX + this.key]);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      wasOpen = true;
      this.#retryMs = RETRY_MS;
      this.#answers();
    });
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(String(data)) as ToPage));
    socket.addEventListener("close", () => void this.#closed(wasOpen));
  }

  async #closed(wasOpen: boolean): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(new Refused(CUT));
    this.#waiting.clear();
    if (this.#showing.is === "chat") this.#show({ ...this.#showing, isCut: true });
    this.#patience ??= setTimeout(() => this.#events.onEnded(true), ENDED_MS);
    // A WebSocket does not say why it was refused.
    if (!wasOpen && (await this.#isOver())) {
      this.#answers();
      this.#show({ is: "over" });
      return;
    }
    setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MOST_MS, this.#retryMs * 2);
  }

  #answers(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#events.onEnded(false);
  }

  async #isOver(): Promise<boolean> {
    try {
      const headers = { authorization: `Bearer ${this.key}` };
      return (await fetch(`${FILE_PATH}none`, { headers })).status === 401;
    } catch {
      return false;
    }
  }

  #take(message: ToPage): void {
    switch (message.say) {
      case "first-run":
        this.#show({ is: "first-run" });
        break;
      case "protected":
        this.#show({ is: "protected", name: message.name });
        break;
      case "view":
        this.#show({ is: "chat", view: message.view, isCut: false });
        break;
      case "patch":
        if (this.#showing.is === "chat")
          this.#show({ ...this.#showing, view: patchedView(this.#showing.view, message.patch) });
        break;
      case "ring":
        this.#events.onRing(message.ring);
        break;
      case "fault":
        this.#events.onFault(message.fault);
        break;
      case "answer":
        this.#settled(message.n)?.resolve(message.reply);
        break;
      case "failed":
        this.#settled(message.n)?.reject(new Refused(message.fault));
        break;
    }
  }

  #settled(n: number): Waiting | undefined {
    const waiting = this.#waiting.get(n);
    this.#waiting.delete(n);
    return waiting;
  }

  #show(showing: Showing): void {
    this.#showing = showing;
    this.#events.onShowing(showing);
  }
}
