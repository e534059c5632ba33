// A model of screens that obeys a few wishes and remembers all, for the faces that draw it: no client, no server, no keys.
import type { Fault } from "../../src/model/fault.ts";
import type { Command, Reply } from "../../src/client/port/client.ts";
import type { Intent, PersonCard, Ring, Screens, ScreenView, TimelineItem } from "../../src/client/port/screens.ts";
import { qrLines } from "../../src/client/app/trust/qr-lines.ts";
import { deviceOf, EMPTY_VIEW, nameOf, NOON, saidBy } from "./made-up-screens.ts";

const DAY = 86_400_000;
const NUMBER = Array.from({ length: 12 }, (_, at) =>
  String(10_007 * (at + 3))
    .padStart(5, "0")
    .slice(0, 5),
).join(" ");

/** What every made-up model has: a view that is changed by hand, who looks at it, and what it was asked. */
export abstract class MadeUpScreens implements Screens {
  view: ScreenView;
  readonly done: Intent[] = [];
  readonly asked: Command[] = [];
  readonly full = false;
  readonly #changed = new Set<() => void>();
  readonly #rings = new Set<(ring: Ring) => void>();

  constructor(view: ScreenView) {
    this.view = view;
  }

  abstract do(intent: Intent): Promise<void>;
  abstract ask(command: Command): Promise<Reply>;
  abstract person(user: string): Promise<PersonCard>;

  /** Faces that look at it. */
  get watchers(): number {
    return this.#changed.size;
  }

  change(more: Partial<ScreenView>): void {
    this.view = { ...this.view, ...more };
    for (const changed of this.#changed) changed();
  }

  changeOpen(more: Partial<ScreenView["open"]>): void {
    this.change({ open: { ...this.view.open, ...more } });
  }

  addItems(...items: readonly TimelineItem[]): void {
    const { timeline } = this.view.open;
    this.changeOpen({ timeline: { ...timeline, items: [...timeline.items, ...items] } });
  }

  ring(ring: Ring): void {
    for (const heard of this.#rings) heard(ring);
  }

  onChange(changed: () => void): () => void {
    this.#changed.add(changed);
    return () => this.#changed.delete(changed);
  }

  onRing(ring: (ring: Ring) => void): () => void {
    this.#rings.add(ring);
    return () => this.#rings.delete(ring);
  }

  show(): void {
    // Events are for a model.
  }

  async drained(): Promise<void> {
    // There is always room.
  }

  async written(): Promise<void> {
    // Nothing is kept back.
  }

  /** What is the same for all of them. True: that was all. */
  protected obeyed(intent: Intent): boolean {
    if (intent.want === "settings") this.change({ settings: { ...this.view.settings, ...intent.change } });
    else if (intent.want === "dismiss")
      this.change({ notices: this.view.notices.filter(({ id }) => id !== intent.notice) });
    else return false;
    return true;
  }
}

/** Obeys a few intents, remembers all. */
export class FakeScreens extends MadeUpScreens {
  /** Thrown by the next thing that is done or asked. */
  refusal: Fault | undefined;
  reply: Reply = {};

  constructor(view: ScreenView = EMPTY_VIEW) {
    super(view);
  }

  async do(intent: Intent): Promise<void> {
    this.done.push(intent);
    if (intent.want !== "draft" && intent.want !== "look" && intent.want !== "awake") this.#refuse();
    if (this.obeyed(intent)) return;
    const { open } = this.view;
    if (intent.want === "open") this.changeOpen({ conversation: intent.conversation });
    if (intent.want === "draft") this.changeOpen({ composer: { ...open.composer, draft: intent.text } });
    if (intent.want === "lock" || intent.want === "unlock") this.change({ locked: intent.want === "lock" });
    if (intent.want === "submit") this.#submit(intent.text);
  }

  async ask(command: Command): Promise<Reply> {
    this.asked.push(command);
    this.#refuse();
    return this.reply;
  }

  async person(user: string): Promise<PersonCard> {
    this.#refuse();
    const verify = { user, name: nameOf(user), safetyNumber: NUMBER, verified: false, qr: qrLines(NUMBER) };
    const devices = [
      {
        device: deviceOf(user),
        name: `${user}-laptop`,
        user,
        until: NOON + 90 * DAY,
        verified: true,
        current: false,
        how: "invitation",
      },
    ];
    return { user, name: nameOf(user), online: true, verify, devices };
  }

  #refuse(): void {
    const { refusal } = this;
    this.refusal = undefined;
    if (refusal !== undefined) throw refusal;
  }

  #submit(text: string): void {
    const n = 100 + this.done.length;
    const item = saidBy("alice", text, { n, state: "queued" });
    this.changeOpen({ composer: { draft: "", expire: 0 } });
    this.addItems(item);
  }
}
