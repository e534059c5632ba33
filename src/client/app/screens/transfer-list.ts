// Files on their way, as they are shown: those that are through go after a moment, those that failed give way to newer ones.
import type { MessageId } from "../../../model/ids.ts";
import type { Clock } from "../../port/clock.ts";
import type { TransferView } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";

type Progress = Extract<ClientEvent, { readonly event: "progress" }>;

export interface TransferListWorld {
  readonly clock: Pick<Clock, "after">;
  readonly onChange: () => void;
  /** Where this message stands, if that is known. */
  readonly placeOf: (message: MessageId) => string | undefined;
}

/** Long enough to be seen. */
const DONE_MS = 4_000;
/** As many as the client has on their way, and some that failed. */
const SHOWN_MOST = 300;

export class TransferList {
  readonly #world: TransferListWorld;
  #transfers: readonly TransferView[] = [];
  /** Asked for, and not begun yet: which conversation a new one is of. */
  #asked: readonly { readonly name: string; readonly to: string }[] = [];

  constructor(world: TransferListWorld) {
    this.#world = world;
  }

  get view(): readonly TransferView[] {
    return this.#transfers;
  }

  /** A file is sent there. What comes back is called when the command is over, whatever became of it. */
  sending(path: string, to: string): () => void {
    const one = { name: path.split(/[\\/]/).at(-1) ?? path, to };
    this.#asked = [...this.#asked, one];
    return () => void (this.#asked = this.#asked.filter((each) => each !== one));
  }

  take({ id, way, name, stage, bytes, total, reason }: Progress): void {
    const known = this.#transfers.find((one) => one.message === id);
    const conversation = known?.conversation ?? this.#placeOf(id, { name, way });
    const why = reason === undefined ? {} : { reason };
    const one: TransferView = { message: id, conversation, name, way, stage, bytes, total, ...why };
    if (reason?.code === "transfer-cancelled") return this.#drop(id);
    if (known === undefined) this.#transfers = [...this.#transfers, one].slice(-SHOWN_MOST);
    else this.#transfers = this.#transfers.map((each) => (each === known ? one : each));
    if (stage === "done") this.#world.clock.after(DONE_MS, () => this.#drop(id));
  }

  /** One that failed, put away. False: there is none. */
  putAway(message: MessageId): boolean {
    const isThere = this.#transfers.some((one) => one.message === message && one.stage === "failed");
    if (isThere) this.#drop(message);
    return isThere;
  }

  #placeOf(id: MessageId, { name, way }: Pick<Progress, "name" | "way">): string {
    const place = this.#world.placeOf(id);
    if (place !== undefined || way === "down") return place ?? "";
    const found = this.#asked.find((one) => one.name === name) ?? this.#asked[0];
    this.#asked = this.#asked.filter((one) => one !== found);
    return found?.to ?? "";
  }

  #drop(id: MessageId): void {
    this.#transfers = this.#transfers.filter(({ message }) => message !== id);
    this.#world.onChange();
  }
}
