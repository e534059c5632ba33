// Who is in the open conversation, and who asks to be let in.
import type { OpenView, ShownMember } from "../../port/screens.ts";
import type { MemberView } from "../../port/conversation-views.ts";
import { Refresh } from "./refresh.ts";
import type { Roster } from "./roster.ts";
import { shared } from "./sharing.ts";
import type { SystemLines } from "./system-lines.ts";
import type { Ask, ScreensWorld } from "./world.ts";

export interface OpenMembersWorld extends Pick<ScreensWorld, "clock"> {
  readonly ask: Ask;
  readonly roster: Roster;
  readonly systems: SystemLines;
  /** As a command names what is open; undefined: it is not made yet. */
  readonly name: () => string | undefined;
  readonly onChange: () => void;
}

const REST_MS = 500;
const NOBODY: readonly ShownMember[] = [];

export class OpenMembers {
  readonly #world: OpenMembersWorld;
  readonly #refresh: Refresh;
  #members: readonly MemberView[] = NOBODY;
  #madeOf: readonly unknown[] = [];
  #view = NOBODY;
  #asking: OpenView["asking"] = [];

  constructor(world: OpenMembersWorld) {
    this.#world = world;
    const { clock } = world;
    this.#refresh = new Refresh({ clock, restMs: REST_MS, run: () => this.#ask() });
  }

  get view(): readonly ShownMember[] {
    const { roster } = this.#world;
    const [members, version] = this.#madeOf;
    if (members === this.#members && version === roster.version) return this.#view;
    this.#madeOf = [this.#members, roster.version];
    const before = new Map(this.#view.map((one) => [one.user, one]));
    const now = this.#members.map((one) => shared(before.get(one.user), this.#shown(one)));
    this.#view = now.length === this.#view.length && now.every((one, at) => one === this.#view[at]) ? this.#view : now;
    return this.#view;
  }

  /** Told to those who may let them in. */
  askingOf(place: string, role: string | undefined): OpenView["asking"] {
    const isHeard = role === "owner" || role === "admin";
    const asking = isHeard ? [...this.#world.systems.asking(place)].map(([user, name]) => ({ user, name })) : [];
    this.#asking = shared(this.#asking, asking);
    return this.#asking;
  }

  refresh(): void {
    this.#refresh.poke();
  }

  /** Another one is open. */
  opened(): void {
    this.#members = NOBODY;
    this.refresh();
  }

  #shown(one: MemberView): ShownMember {
    const { roster } = this.#world;
    const nickname = roster.nicknameOf(one.user);
    const shown = { ...one, online: roster.isOnline(one.user), trusted: roster.isTrusted(one.user) };
    return nickname === undefined ? shown : { ...shown, nickname };
  }

  async #ask(): Promise<void> {
    const { ask, name, roster, onChange } = this.#world;
    const to = name();
    if (to === undefined) return;
    const { members } = await ask({ do: "members", to });
    if (name() !== to) return this.refresh();
    this.#members = members;
    roster.takeNames(members);
    onChange();
  }
}
