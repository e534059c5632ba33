// Changes of who is in a conversation, told with names that certificates prove.
import { reason } from "../../model/fault.ts";
import type { DeviceId, LogId } from "../../model/ids.ts";
import type { LogState, Member, ServerMessageOf } from "../../wire/messages.ts";
import type { Note } from "../port/note.ts";
import type { ClientEvent } from "../port/views.ts";
import type { People } from "./people.ts";

export interface MembersWorld {
  readonly people: People;
  readonly self: DeviceId;
  readonly now: () => number;
  readonly nameOf: (log: LogId) => string;
  readonly joined: (state: LogState) => void;
  readonly tell: (event: ClientEvent) => void;
  readonly note: Note;
}

export class MemberChanges {
  readonly #world: MembersWorld;

  constructor(world: MembersWorld) {
    this.#world = world;
  }

  changed({ log, added, removed, state }: ServerMessageOf<"memberChange">): void {
    const { now, nameOf, joined, tell, note } = this.#world;
    if (state !== undefined) {
      joined(state);
      tell({ event: "conversation", at: now(), conversation: nameOf(log), id: log, kind: state.kind, change: "added" });
    }
    this.#tellOf(log, added, removed).catch((error: unknown) => note("info", reason(error)));
  }

  async #tellOf(log: LogId, added: readonly Member[], removed: readonly Member[]): Promise<void> {
    const { people, self } = this.#world;
    // That we are here ourselves is no news.
    const others = added.filter(({ device }) => device !== self);
    await people.learn(others.map(({ device }) => device));
    for (const { device } of others) this.#tell(log, device, "added");
    for (const { device } of removed) this.#tell(log, device, "removed");
  }

  #tell(log: LogId, device: Member["device"], change: "added" | "removed"): void {
    const { people, now, nameOf, tell } = this.#world;
    const { user, name } = people.sender(device);
    tell({ event: "member", at: now(), conversation: nameOf(log), user, device, name, change });
  }
}
