// Who is let in just now, and what they are told first: nobody who is disabled; while the realm is being looked after only its owners; and
// the message of the day.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import { encodeServerFrame } from "../../../wire/codec.ts";
import type { ServerMessageOf } from "../../../wire/messages.ts";
import type { Farewell, Outlet } from "../../port/outlet.ts";
import type { RealmStore } from "../../port/realm-store.ts";

export interface ReceptionWorld {
  readonly realm: Pick<RealmStore, "setting" | "account">;
}

/** How the store calls them. */
export const MOTD = "motd";
export const MAINTENANCE = "maintenance";
/** Whoever waits asks again so often: a backup takes seconds, a new disk minutes. */
const RETRY_MS = 15_000;
export const CLOSED = {
  code: "maintenance",
  message: "the realm is being looked after: only its owners are let in",
  retryMs: RETRY_MS,
} as const satisfies Farewell;

export class Reception {
  readonly #world: ReceptionWorld;
  #motd = "";
  #isClosed = false;
  #audience: () => Iterable<Outlet> = () => [];

  private constructor(world: ReceptionWorld) {
    this.#world = world;
  }

  static async open(world: ReceptionWorld): Promise<Reception> {
    const reception = new Reception(world);
    reception.#motd = (await world.realm.setting(MOTD)) ?? "";
    reception.#isClosed = (await world.realm.setting(MAINTENANCE)) !== undefined;
    return reception;
  }

  /** Who is connected, once somebody can be. */
  attend(audience: () => Iterable<Outlet>): void {
    this.#audience = audience;
  }

  /** Empty: there is none. */
  get motd(): ServerMessageOf<"motd"> {
    return { type: "motd", text: this.#motd };
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws Fault `account-disabled`, `maintenance` */
  async admit(user: Handle): Promise<void> {
    const account = await this.#world.realm.account(user);
    if (account?.disabled === true)
      throw new Fault("account-disabled", "this user may not come in", { hint: "ask an owner of the realm" });
    if (this.#isClosed && account?.role !== "owner") throw new Fault(CLOSED.code, CLOSED.message);
  }

  say(motd: string): void {
    this.#motd = motd;
    const frame = encodeServerFrame({ request: 0, message: this.motd });
    for (const outlet of this.#audience()) outlet.send(frame);
  }

  /** Everybody but owners is told to come back later. */
  async close(isClosed: boolean): Promise<void> {
    this.#isClosed = isClosed;
    if (!isClosed) return;
    for (const outlet of this.#audience()) {
      const account = await this.#world.realm.account(outlet.user);
      if (account?.role !== "owner" || account.disabled) outlet.end(CLOSED);
    }
  }
}
