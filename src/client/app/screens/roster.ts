// Who people are on the screens: their names, whether they are there, whether they were verified, what this user calls them, and
// whose names look the same. Everybody of the realm is in the lobby.
import type { Sender } from "../../port/views.ts";
import type { MemberView } from "../../port/conversation-views.ts";
import { looksOf } from "./looks.ts";

interface Person {
  readonly name: string;
  readonly online: boolean;
  readonly trusted: boolean;
}

export class Roster {
  readonly #nicknames: ReadonlyMap<string, string>;
  readonly #people = new Map<string, Person>();
  /** Users by what they look like. */
  readonly #alike = new Map<string, Set<string>>();
  #version = 0;
  #isWhole = false;

  constructor(nicknames: ReadonlyMap<string, string>) {
    this.#nicknames = nicknames;
    for (const [user, name] of nicknames) this.#look(user, name);
  }

  /** Another one whenever something here is different: who was shown is to be shown anew. */
  get version(): number {
    return this.#version;
  }

  /** Everybody of the realm is known: the lobby has said who is in it. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** As the lobby's group and the server say. */
  take(members: readonly MemberView[]): void {
    this.#isWhole ||= members.length > 0;
    for (const { user, name, online, trusted = false } of members) this.#put(user, { name, online, trusted });
  }

  /** As the group of another conversation says: who is there may not be told in it. */
  takeNames(members: readonly MemberView[]): void {
    for (const { user, name, trusted = false } of members)
      this.#put(user, { name, online: this.isOnline(user), trusted });
  }

  /** Somebody said something: their name is known from now on. */
  met({ user, name, verified }: Sender): void {
    if (user === "" || !verified) return;
    const known = this.#people.get(user);
    if (known === undefined) this.#put(user, { name, online: false, trusted: false });
    else if (known.name !== name) this.#put(user, { ...known, name });
  }

  present(user: string, online: boolean): void {
    const known = this.#people.get(user) ?? { name: user, online: false, trusted: false };
    this.#put(user, { ...known, online });
  }

  /** The connection is gone: nobody knows who is there. */
  nobody(): void {
    for (const user of this.#people.keys()) this.present(user, false);
  }

  /** A name of one's own was given or taken away. */
  renamed(user: string): void {
    const nickname = this.#nicknames.get(user);
    if (nickname !== undefined) this.#look(user, nickname);
    this.#version += 1;
  }

  has(user: string): boolean {
    return this.#people.has(user);
  }

  nicknameOf(user: string): string | undefined {
    return this.#nicknames.get(user);
  }

  /** As this user knows them: their own name for them, or that of the certificate, or the handle. */
  nameOf(user: string): string {
    return this.#nicknames.get(user) ?? this.#people.get(user)?.name ?? user;
  }

  /** Under one's own name for them, where there is one. */
  called(sender: Sender): Sender {
    const nickname = sender.verified ? this.#nicknames.get(sender.user) : undefined;
    return nickname === undefined ? sender : { ...sender, name: nickname };
  }

  /** Whoever has this name, or is called so by this user: upper and lower case are the same. */
  usersCalled(name: string): readonly string[] {
    const wanted = plain(name);
    const named = [...this.#people].filter(([, person]) => plain(person.name) === wanted);
    const called = [...this.#nicknames].filter(([, nickname]) => plain(nickname) === wanted);
    return [...new Set([...named, ...called].map(([user]) => user))];
  }

  isOnline(user: string): boolean {
    return this.#people.get(user)?.online ?? false;
  }

  isTrusted(user: string): boolean {
    return this.#people.get(user)?.trusted ?? false;
  }

  /** Another user has a name that looks the same. */
  isNamesake(user: string): boolean {
    const names = [this.#people.get(user)?.name, this.#nicknames.get(user)];
    return names.some((name) => name !== undefined && (this.#alike.get(looksOf(name))?.size ?? 0) > 1);
  }

  #put(user: string, person: Person): void {
    const known = this.#people.get(user);
    if (known?.name === person.name && known.online === person.online && known.trusted === person.trusted) return;
    if (known?.name !== person.name) this.#look(user, person.name);
    this.#people.set(user, person);
    this.#version += 1;
  }

  #look(user: string, name: string): void {
    const looks = looksOf(name);
    const users = this.#alike.get(looks);
    if (users === undefined) this.#alike.set(looks, new Set([user]));
    else users.add(user);
  }
}

function plain(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
