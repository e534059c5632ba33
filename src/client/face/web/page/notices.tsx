// What is told once: alarms stay until somebody has dismissed them, the rest goes by itself. It covers nothing that can be pressed.
import { useEffect } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import { isForDialog } from "./dialog-told.tsx";
import { Icon, IconButton } from "./parts.tsx";
import { type Told, useTelling } from "./telling.ts";
import { useTools } from "./tools.ts";

const SHOWN_MS = 8_000;
const LONG = 400;

/** `isAlone`: over a screen that keeps no place for it. */
export function Notices({ isAlone = false }: { readonly isAlone?: boolean }): VNode {
  const { told, isInDialog } = useTelling();
  const here = isInDialog ? told.filter(({ kind }) => !isForDialog(kind)) : told;
  return (
    <div class={isAlone ? "notices alone" : "notices"}>
      <div role="alert">{here.filter(isAlert).map(asNotice)}</div>
      <div role="status">{here.filter((one) => !isAlert(one)).map(asNotice)}</div>
    </div>
  );
}

function isAlert({ kind }: Pick<Told, "kind">): boolean {
  return kind === "alarm" || kind === "fault";
}

function asNotice({ key, ...told }: Told): VNode {
  return <Notice key={key} {...told} />;
}

function Notice({ kind, close, ...fault }: Omit<Told, "key">): VNode {
  const { say } = useTools();
  const { message, hint } = say.told(fault);
  useEffect(() => {
    if (kind === "alarm") return undefined;
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={`notice ${kind}`}>
      {isAlert({ kind }) ? <Icon name="warning" /> : <Icon name="check" />}
      <p>
        {sanitizeLine(message, LONG)}
        {hint !== undefined && <small>{sanitizeLine(hint, LONG)}</small>}
      </p>
      <IconButton icon="close" label={say("dismiss")} onClick={close} />
    </div>
  );
}
