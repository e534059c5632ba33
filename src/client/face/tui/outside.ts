// What can be seen and heard while nobody looks at this terminal: the title of its window, the bell, a notification.
import type { Ring, ScreenView } from "../../port/screens.ts";
import type { Say } from "./words/say.ts";
import type { Outward } from "./ground/outward.ts";

const NAME = "Mutual";

export class Outside {
  #title = "";

  /** Where it is another title. */
  titled({ locked, unread, open, conversations }: ScreenView): readonly Outward[] {
    const row = conversations.find(({ conversation }) => conversation === open.conversation);
    const title = locked ? NAME : `${unread > 0 ? `(${unread}) ` : ""}${row?.title ?? open.conversation} - ${NAME}`;
    if (title === this.#title) return [];
    this.#title = title;
    return [{ out: "title", title }];
  }

  /** Nothing of what is before somebody already; no text while it is locked. */
  rung(
    { conversation, title, text }: Ring,
    { settings, locked, open }: ScreenView,
    { isFocused, say }: { readonly isFocused: boolean; readonly say: Say },
  ): readonly Outward[] {
    if (isFocused && open.conversation === conversation && !locked) return [];
    const says = locked ? { title: NAME, text: say("new-message") } : { title, text };
    return [
      ...(settings.sound ? [{ out: "bell" } as const] : []),
      ...(settings.notifications ? [{ out: "notification", ...says } as const] : []),
    ];
  }
}
