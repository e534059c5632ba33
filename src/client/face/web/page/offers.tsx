// What a name or an emoji that was begun may be, above where one writes. Tab takes the first, a click any; Escape puts them away.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { type Named, type Offer, offersAt } from "./completion.ts";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface OffersProps {
  readonly members: readonly Named[];
  readonly text: string;
  readonly caret: number;
  readonly onPick: (text: string) => void;
}

export function Offers({ members, text, caret, onPick }: OffersProps): VNode | null {
  const { say } = useTools();
  /** Nothing is offered until something else is written. */
  const [refused, refuse] = useState<string>();
  const offers = refused === text ? [] : offersAt(text, caret, members);
  const [first] = offers;
  useEffect(() => {
    if (first === undefined) return undefined;
    const press = (event: KeyboardEvent): void => {
      const isTab = event.key === "Tab" && !event.shiftKey;
      if ((!isTab && event.key !== "Escape") || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      if (isTab) onPick(first.text);
      else refuse(text);
    };
    document.addEventListener("keydown", press, { capture: true });
    return () => document.removeEventListener("keydown", press, { capture: true });
  });
  if (first === undefined) return null;
  return (
    <ul class="mentions" aria-label={say(first.what === "name" ? "mention-someone" : "emoji")}>
      {offers.map((offer) => (
        <li key={offer.about + offer.whole}>
          <button type="button" onClick={() => onPick(offer.text)}>
            <Shown {...offer} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Shown({ whole, about }: Offer): VNode {
  return (
    <>
      <b>{whole}</b> {shownName(about)}
    </>
  );
}
