// The question that is open now, one at a time. None stays while the screen is locked: it may show what was written.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Answer, AskFirst, Asked } from "./asking.ts";

export interface Asking {
  readonly asked: Asked | undefined;
  readonly askFirst: AskFirst;
}

export function useAsking(isOpen: boolean): Asking {
  const [asked, setAsked] = useState<Asked>();
  const askFirst = useCallback<AskFirst>(
    (question) =>
      new Promise((resolve) => {
        const answer = (given: Answer | undefined): void => {
          setAsked(undefined);
          resolve(given);
        };
        setAsked({ question, answer });
      }),
    [],
  );
  useEffect(() => {
    if (!isOpen) asked?.answer(undefined);
  }, [isOpen]);
  return { asked: isOpen ? asked : undefined, askFirst };
}
