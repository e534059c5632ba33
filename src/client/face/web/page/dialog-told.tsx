// The foot of a dialog: what was told since it is open, the last of it. Put away with the dialog.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import { type Told, useTelling } from "./telling.ts";
import { useTools } from "./tools.ts";

const LONG = 400;

export function DialogTold(): VNode | null {
  const { told, enterDialog } = useTelling();
  const before = useRef<ReadonlySet<string>>(undefined);
  before.current ??= new Set(told.map(({ key }) => key));
  const came = told.filter(({ key, kind }) => isForDialog(kind) && before.current?.has(key) !== true);
  const now = useRef(came);
  now.current = came;
  useLayoutEffect(enterDialog, []);
  useEffect(
    () => () => {
      for (const { close } of now.current) close();
    },
    [],
  );
  const last = came.at(-1);
  return last === undefined ? null : <Line {...last} />;
}

/** What answers something that somebody did. */
export function isForDialog(kind: Told["kind"]): boolean {
  return kind === "fault" || kind === "done";
}

function Line({ kind, ...fault }: Told): VNode {
  const { say } = useTools();
  const isBad = kind === "fault";
  const { message, hint } = say.told(fault);
  return (
    <p class={`dialog-told ${isBad ? "bad-line" : "good-line"}`} role={isBad ? "alert" : "status"}>
      {sanitizeLine(message, LONG)}
      {hint !== undefined && <small>{sanitizeLine(hint, LONG)}</small>}
    </p>
  );
}
