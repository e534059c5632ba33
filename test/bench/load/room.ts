// A room under load: how much was sent, acknowledged and delivered. Knows no bytes.

export interface Sender {
  write(frame: Buffer): void;
}

export interface Stamps {
  /** Called with the time a message was due, for each delivery. */
  note(dueMs: number): void;
}

export class Room<M extends Sender = Sender> {
  readonly members: readonly M[];
  readonly #acks: boolean;
  readonly #message: (room: Room, dueMs: number) => Buffer;
  #turn = 0;
  #window = 0;
  sent = 0;
  acked = 0;
  delivered = 0;
  /** What the log held before we came. */
  base = 0;
  /** Set while latency is measured. */
  stamps: Stamps | undefined;

  constructor(
    members: readonly M[],
    parts: { readonly acks: boolean; readonly message: (room: Room, dueMs: number) => Buffer },
  ) {
    this.members = members;
    this.#acks = parts.acks;
    this.#message = parts.message;
  }

  /** Messages that everybody has. */
  get done(): number {
    return Math.floor(this.delivered / this.members.length);
  }

  get idle(): boolean {
    return this.done >= this.sent && (!this.#acks || this.acked >= this.sent);
  }

  /** Keeps `window` messages in flight from now on; 0 ends it. */
  run(window: number): void {
    this.#window = window;
    this.#pump();
  }

  send(dueMs: number): void {
    const sender = this.members[this.#turn % this.members.length];
    this.#turn += 1;
    this.sent += 1;
    sender?.write(this.#message(this, dueMs));
  }

  onDelivered(count: number): void {
    this.delivered += count;
    if (this.#window > 0) this.#pump();
  }

  onAcked(): void {
    this.acked += 1;
    if (this.#window > 0) this.#pump();
  }

  #pump(): void {
    const done = this.done;
    const finished = this.#acks && this.acked < done ? this.acked : done;
    while (this.sent - finished < this.#window) this.send(0);
  }
}
