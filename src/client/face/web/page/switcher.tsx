// Quickly to another conversation: a few letters and Enter. People of the realm are found, too.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow } from "../../../port/screens.ts";
import { type Found, useFoundPeople } from "./found-people.tsx";
import { Dialog } from "./parts.tsx";
import { shownName } from "./people.ts";
import { titleOf } from "./sidebar.tsx";
import { useTools } from "./tools.ts";

export interface SwitcherProps {
  readonly conversations: readonly ConversationRow[];
  readonly onOpen: (conversation: string) => void;
}

interface Place {
  readonly conversation: string;
  readonly title: string;
}

const SHOWN_MOST = 9;

export function Switcher({ conversations, onOpen }: SwitcherProps): VNode {
  const { say, show } = useTools();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const people = useFoundPeople(query.trim() === "" ? undefined : query);
  const places = placesFor(
    query,
    conversations.map((row) => ({ conversation: row.conversation, title: titleOf(row, say) })),
    people,
  );
  const open = (place: Place | undefined): void => {
    if (place === undefined) return;
    show(undefined);
    onOpen(place.conversation);
  };
  const step = (by: number): void => setAt(Math.max(0, Math.min(places.length - 1, at + by)));
  const find = (next: string): void => {
    setQuery(next);
    setAt(0);
  };
  return (
    <Dialog title={say("switcher")} class="switcher">
      <Find query={query} at={places[at] && at} onFind={find} onStep={step} onEnter={() => open(places[at])} />
      <ul id="places" role="listbox" aria-label={say("conversations")}>
        {places.map((place, index) => (
          <li
            key={place.conversation}
            id={`place-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => open(place)}
          >
            <PlaceName {...place} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** A room is called as it is named. */
function PlaceName({ title, conversation }: Place): VNode {
  const name = shownName(conversation);
  return (
    <>
      <b dir="auto">{title}</b> {title !== name && <span>{name}</span>}
    </>
  );
}

interface FindProps {
  readonly query: string;
  /** The option that Enter takes. */
  readonly at: number | undefined;
  readonly onFind: (query: string) => void;
  readonly onStep: (by: number) => void;
  readonly onEnter: () => void;
}

function Find({ query, at, onFind, onStep, onEnter }: FindProps): VNode {
  const { say } = useTools();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined && event.key !== "Enter") return;
    event.preventDefault();
    if (step === undefined) onEnter();
    else onStep(step);
  };
  return (
    <input
      autofocus
      role="combobox"
      aria-expanded="true"
      aria-controls="places"
      aria-activedescendant={at === undefined ? undefined : `place-${at}`}
      aria-label={say("switcher")}
      placeholder={say("find")}
      value={query}
      onInput={({ currentTarget }) => onFind(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function placesFor(query: string, here: readonly Place[], people: readonly Found[]): readonly Place[] {
  const wanted = query.trim().toLowerCase();
  const fits = ({ title, conversation }: Place): boolean => `${title} ${conversation}`.toLowerCase().includes(wanted);
  const known = here.filter(fits);
  const found = people.map(({ user, name }) => ({ conversation: `@${user}`, title: name }));
  const others = found.filter(({ conversation }) => !here.some((place) => place.conversation === conversation));
  return [...known, ...others].slice(0, SHOWN_MOST);
}
