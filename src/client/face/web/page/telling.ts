// What is to be told now, and where: while a dialog is open it stands in front of everything else, so what answers it is told in it.
import { createContext } from "preact";
import { useCallback, useContext, useMemo, useState } from "preact/hooks";
import type { NoticeView } from "../../../port/screens.ts";
import type { LinkReason } from "../../../port/views.ts";
import { useTools } from "./tools.ts";

/** Of this page alone: the model does not know of them. */
export interface OwnFault {
  readonly id: number;
  readonly reason: LinkReason;
}

export interface Told extends LinkReason, Pick<NoticeView, "kind"> {
  readonly key: string;
  readonly close: () => void;
}

export interface Telling {
  readonly told: readonly Told[];
  readonly isInDialog: boolean;
  /** Returns what ends it. */
  readonly enterDialog: () => () => void;
}

export const TellingContext = createContext<Telling>({ told: [], isInDialog: false, enterDialog: () => () => {} });

export function useTelling(): Telling {
  return useContext(TellingContext);
}

export interface Sources {
  readonly notices: readonly NoticeView[];
  readonly faults: readonly OwnFault[];
  readonly onForget: (ids: readonly number[]) => void;
}

/** Inside the tools. */
export function useTellingOf({ notices, faults, onForget }: Sources): Telling {
  const { line, go } = useTools();
  const [dialogs, setDialogs] = useState(0);
  const enterDialog = useCallback(() => {
    setDialogs((count) => count + 1);
    return () => setDialogs((count) => count - 1);
  }, []);
  const told = useMemo((): readonly Told[] => {
    // What was asked here and refused is told by the answer, and by the model too.
    const same = (one: LinkReason): readonly OwnFault[] => faults.filter(({ reason }) => isSame(one, reason));
    const alone = faults.filter(({ reason }) => !notices.some((notice) => isSame(notice, reason)));
    const ofModel = notices.map((notice): Told => {
      const close = (): void => {
        onForget(same(notice).map(({ id }) => id));
        go(line.do({ want: "dismiss", notice: notice.id }));
      };
      return Object.assign({ key: `n${notice.id}`, close }, notice);
    });
    const ofPage = alone.map(({ id, reason }): Told => {
      const close = (): void => onForget([id]);
      return Object.assign({ kind: "fault" as const, key: `f${id}`, close }, reason);
    });
    return [...ofModel, ...ofPage];
  }, [notices, faults]);
  return { told, isInDialog: dialogs > 0, enterDialog };
}

function isSame(one: LinkReason, other: LinkReason): boolean {
  return one.code === other.code && one.message === other.message;
}
