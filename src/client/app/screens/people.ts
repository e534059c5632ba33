// Everybody of the realm, as the lobby knows them, and one of them in detail.
import { Fault } from "../../../model/fault.ts";
import { isHandle } from "../../../model/ids.ts";
import type { PersonCard } from "../../port/screens.ts";
import type { Kept } from "./kept.ts";
import { LOBBY } from "./places.ts";
import { Refresh } from "./refresh.ts";
import type { Roster } from "./roster.ts";
import type { Ask, ScreensWorld } from "./world.ts";

export interface PeopleWorld extends Pick<ScreensWorld, "clock"> {
  readonly ask: Ask;
  readonly roster: Roster;
  readonly kept: Pick<Kept, "nicknames" | "touched">;
  readonly onChange: () => void;
}

const REST_MS = 2_000;
const NICKNAME_CHARS = 64;

export class People {
  readonly #world: PeopleWorld;
  readonly #refresh: Refresh;

  constructor(world: PeopleWorld) {
    this.#world = world;
    const { clock } = world;
    this.#refresh = new Refresh({ clock, restMs: REST_MS, run: () => this.#ask() });
  }

  refresh(): void {
    this.#refresh.poke();
  }

  /** Empty: none any more. @throws Fault `no-such-user`, `bad-field` */
  nickname(user: string, name: string): void {
    const { kept, roster } = this.#world;
    const line = name.trim();
    // Who is gone may still have one, which can be taken away.
    if (line !== "" && roster.isWhole && !roster.has(user))
      throw new Fault("no-such-user", `there is no user @${user} here`, {
        values: { user },
        hint: "`/users` lists those who were here",
      });
    if (Array.from(line).length > NICKNAME_CHARS || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(line) || !line.isWellFormed())
      throw new Fault("bad-field", `a name is one line of at most ${NICKNAME_CHARS} characters`);
    if (line === "") kept.nicknames.delete(user);
    else kept.nicknames.set(user, line);
    kept.touched("people");
    roster.renamed(user);
  }

  /** @throws Fault `no-such-user` */
  async card(user: string): Promise<PersonCard> {
    const { ask, roster } = this.#world;
    if (!isHandle(user)) throw new Fault("no-such-user", "that is not the name of a user");
    const [verify, { devices }] = await Promise.all([this.#verify(user), ask({ do: "devices", user })]);
    const nickname = roster.nicknameOf(user);
    return {
      user,
      name: verify?.name ?? devices[0]?.name ?? user,
      online: roster.isOnline(user),
      devices,
      ...(nickname === undefined ? {} : { nickname }),
      ...(verify === undefined ? {} : { verify }),
    };
  }

  /** Undefined: there is no number, as with oneself. */
  async #verify(user: string): Promise<PersonCard["verify"]> {
    try {
      if (isHandle(user)) return await this.#world.ask({ do: "verify", user });
    } catch (error) {
      if (!(error instanceof Fault) || error.code === "stopped") throw error;
    }
    return undefined;
  }

  async #ask(): Promise<void> {
    const { ask, roster, onChange } = this.#world;
    const { members } = await ask({ do: "members", to: LOBBY });
    roster.take(members);
    onChange();
  }
}
