// What a person does on the screens, one intent after the other as it comes.
import type { Intent } from "../../port/screens.ts";
import type { Parts } from "./parts.ts";

type Going = Extract<
  Intent,
  { readonly want: "open" | "jump" | "first-unread" | "end" | "older" | "newer" | "next-activity" | "search" }
>;
type Reading = Extract<Intent, { readonly want: "look" | "mark-read" | "mark-unread" }>;
type Writing = Extract<
  Intent,
  { readonly want: "draft" | "reply" | "edit" | "edit-last" | "submit" } | { readonly want: "retry" | "discard" }
>;
type Keeping = Exclude<Intent, Going | Reading | Writing | { readonly want: "unlock" }>;

export class Doing {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws Fault */
  async run(intent: Exclude<Intent, { readonly want: "unlock" }>): Promise<void> {
    switch (intent.want) {
      case "open":
      case "jump":
      case "first-unread":
      case "end":
      case "older":
      case "newer":
      case "next-activity":
      case "search":
        return this.#go(intent);
      case "look":
      case "mark-read":
      case "mark-unread":
        return this.#read(intent);
      case "draft":
      case "reply":
      case "edit":
      case "edit-last":
      case "submit":
      case "retry":
      case "discard":
        return this.#write(intent);
      default:
        return this.#keep(intent);
    }
  }

  #go(intent: Going): Promise<void> {
    const { open, searching } = this.#parts;
    switch (intent.want) {
      case "open":
        return open.open(intent.conversation);
      case "jump":
        return open.jump(intent.conversation, intent);
      case "first-unread":
        return open.firstUnread();
      case "end":
        return open.end();
      case "older":
        return open.older();
      case "newer":
        return open.newer();
      case "next-activity":
        return open.nextActivity();
      case "search":
        return searching.search(intent.query);
    }
  }

  #read(intent: Reading): void {
    const { reading, open } = this.#parts;
    const { row } = open;
    if (intent.want === "look") return reading.look(intent.focused, intent.atEnd);
    if (row === undefined) return;
    if (intent.want === "mark-read") reading.read(row);
    else reading.unread(row, intent.message);
  }

  #write(intent: Writing): void {
    const { composer, transfers } = this.#parts;
    switch (intent.want) {
      case "draft":
        return composer.draft(intent.text);
      case "reply":
        return composer.reply(intent.message);
      case "edit":
        return composer.edit(intent.message);
      case "edit-last":
        return composer.editLast();
      case "submit":
        return composer.submit(intent.text);
      case "retry":
        return composer.retry(intent.message);
      case "discard":
        return transfers.putAway(intent.message) ? undefined : composer.discard(intent.message);
    }
  }

  #keep(intent: Keeping): void | Promise<void> {
    const { notices, kept, people, list, locking } = this.#parts;
    switch (intent.want) {
      case "dismiss":
        return notices.dismiss(intent.notice);
      case "pin":
        return this.#pin(intent);
      case "archive":
        return list.archive(intent.conversation, intent.on);
      case "level":
        kept.levels.set(list.placeOf(intent.conversation), intent.level);
        kept.touched("list");
        return list.touched();
      case "nickname":
        return people.nickname(intent.user, intent.name);
      case "settings":
        kept.set(intent.change);
        return locking.planAgain();
      case "awake":
        return;
      case "lock":
        return locking.lock();
      case "passphrase":
        return locking.change(intent.before, intent.next);
    }
  }

  #pin({ conversation, on }: { readonly conversation: string; readonly on: boolean }): void {
    const { kept, list } = this.#parts;
    const place = list.placeOf(conversation);
    if (on) kept.pinned.set(place, true);
    else kept.pinned.delete(place);
    kept.touched("list");
    list.touched();
  }
}
