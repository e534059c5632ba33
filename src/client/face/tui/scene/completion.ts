// What may be meant by the word before the cursor: @somebody, #somewhere, :emoji:, /command.
import type { ScreenView } from "../../../port/screens.ts";
import type { Editor } from "../ground/editor.ts";
import { COMMAND_NAMES } from "./command-names.ts";
import { emojiNamed } from "../../emoji-names.ts";
import type { Choice, Offer } from "./state.ts";

const MOST = 50;

/** Undefined: nothing is known that begins like this. */
export function offerFor({ clusters, at }: Editor, view: ScreenView): Offer | undefined {
  let from = at;
  while (from > 0 && clusters[from - 1] !== " " && clusters[from - 1] !== "\n") from -= 1;
  const word = clusters.slice(from, at).join("");
  const choices = choicesFor(word, from === 0, view).slice(0, MOST);
  return choices.length === 0 ? undefined : { from, choices, at: -1 };
}

function choicesFor(word: string, isFirst: boolean, view: ScreenView): readonly Choice[] {
  const typed = word.slice(1).toLowerCase();
  switch (word.charAt(0)) {
    case "/":
      return isFirst ? COMMAND_NAMES.filter((name) => name.startsWith(typed)).map((name) => choice(`/${name}`)) : [];
    case "@":
      return peopleLike(typed, view);
    case "#":
      return view.conversations
        .filter(({ conversation }) => conversation.startsWith(word.toLowerCase()))
        .map(({ conversation }) => choice(conversation));
    case ":":
      if (typed === "") return [];
      return emojiNamed(typed.replace(/:$/, ""), MOST).map(([name, emoji]) => ({
        text: `${emoji} `,
        label: `${emoji} :${name}:`,
      }));
    default:
      return [];
  }
}

/** Those of this conversation first, then those with whom there is one. */
function peopleLike(typed: string, { open, conversations, self }: ScreenView): readonly Choice[] {
  const others = conversations
    .filter(({ kind }) => kind === "direct")
    .map(({ conversation, title }) => ({
      user: conversation.slice(1),
      name: title,
    }));
  const known = new Map([...open.members, ...others].map(({ user, name }) => [user, name]));
  known.delete(self.user);
  return [...known]
    .filter(([user, name]) => user.startsWith(typed) || (typed !== "" && name.toLowerCase().startsWith(typed)))
    .map(([user, name]) => ({ text: `@${user} `, label: name === user ? `@${user}` : `@${user}  ${name}` }));
}

function choice(text: string): Choice {
  return { text: `${text} `, label: text };
}
