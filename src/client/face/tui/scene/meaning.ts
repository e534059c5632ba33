// A typed command of the lines as what is to be done: which message is meant is looked up among those on the screen.
import { Fault } from "../../../../model/fault.ts";
import type { MessageId } from "../../../../model/ids.ts";
import { readCommand } from "../../../app/commands.ts";
import type { Command } from "../../../port/client.ts";
import type { ScreenView, TimelineMessage } from "../../../port/screens.ts";
import type { Say } from "../words/say.ts";
import { usageIn } from "../words/verb-words.ts";
import { type Among, ShownMessages } from "../../lines/shown-messages.ts";
import { typedFault } from "../../lines/typed-fault.ts";
import type { Wish } from "../../lines/verbs.ts";
import { emojiCalled } from "../../emoji-names.ts";

export interface Meaning {
  readonly view: ScreenView;
  readonly say: Say;
}

/** Behind every message that is stored. */
const ON_ITS_WAY = Number.MAX_SAFE_INTEGER;

/** @throws Fault `no-such-message`, `ambiguous-message`, `bad-reference`, `bad-field`, … */
export function commandFor({ fields, meant }: Wish, verb: string | undefined, { view, say }: Meaning): Command {
  const more =
    meant === undefined
      ? {}
      : {
          [meant.field]:
            meant.among === "transfers"
              ? transferMeant(meant.typed, view)
              : messageMeant(meant.typed, meant.among, view),
        };
  try {
    return readCommand({ ...fields, ...more, ...emojiOf(fields) });
  } catch (error) {
    throw typedFault(error, { fields, verb, usage: (name) => usageIn(name, say) });
  }
}

/** `tada` and `:tada:` are as good as the emoji itself. */
function emojiOf({ emoji }: Wish["fields"]): { readonly emoji?: string } {
  const called = typeof emoji === "string" ? emojiCalled(emoji) : undefined;
  return called === undefined ? {} : { emoji: called };
}

/** @throws Fault */
export function messageMeant(typed: string, among: Among, { open }: ScreenView): MessageId {
  const shown = new ShownMessages();
  for (const message of messagesOf(open.timeline)) shown.add({ ...message, seq: message.seq ?? ON_ITS_WAY });
  const found = shown.find({ conversation: open.conversation, typed, among });
  if (found !== undefined) return found;
  throw new Fault("no-such-message", `no message like this in ${open.conversation}`, {
    values: { place: open.conversation },
    hint: "^ is the last one; or choose it with the arrows: /select",
  });
}

/** The newest one, or the one with these last digits. */
function transferMeant(typed: string, { transfers }: ScreenView): MessageId {
  const found =
    typed === "" || typed === "^"
      ? transfers.at(-1)
      : transfers.findLast(({ message }) => message.endsWith(typed.toLowerCase()));
  if (found !== undefined) return found.message;
  throw new Fault("no-such-transfer", "no such file is on its way");
}

export function messagesOf({ items }: ScreenView["open"]["timeline"]): readonly TimelineMessage[] {
  return items.flatMap((item) => (item.item === "message" ? [item.message] : []));
}
