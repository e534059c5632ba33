// Users as they are shown: a name that nobody has proved stands in brackets, and names that look the same are told apart.
import type { Sender } from "../../port/views.ts";
import { sanitizeLine } from "../sanitize.ts";

export class KnownNames {
  /** Users by what their names look like. */
  readonly #namesakes = new Map<string, Set<string>>();
  #self = "";

  /** Whoever sits here: `you` in sentences. */
  isSelf(user: string): boolean {
    return user !== "" && user === this.#self;
  }

  ready(user: string, name: string): void {
    this.#self = user;
    this.know(user, name);
  }

  /** How many users with a name that looks like this are known now, this one included. */
  know(user: string, name: string): number {
    const key = sanitizeLine(name).normalize("NFKC").toLowerCase();
    const users = this.#namesakes.get(key) ?? new Set();
    this.#namesakes.set(key, users.add(user));
    return users.size;
  }

  /** Before a text: `name`, or `name (@handle)` once two people are known whose names look the same. */
  author({ user, name, verified }: Pick<Sender, "user" | "name" | "verified">): string {
    const shown = sanitizeLine(name);
    if (!verified) return `[${shown}]`;
    return this.know(user, name) > 1 ? `${shown} (@${sanitizeLine(user)})` : shown;
  }

  /** In a sentence: `you`, `@handle` or `name (@handle)`. */
  who(user: string, name: string = user): string {
    if (user === "") return `[${sanitizeLine(name)}]`;
    this.know(user, name);
    if (this.isSelf(user)) return "you";
    return name === user ? `@${sanitizeLine(user)}` : `${sanitizeLine(name)} (@${sanitizeLine(user)})`;
  }

  /** Of what was done to a message. */
  doer({ user, name, verified }: Pick<Sender, "user" | "name" | "verified">): string {
    return verified ? this.who(user, name) : `[${sanitizeLine(name)}]`;
  }
}
