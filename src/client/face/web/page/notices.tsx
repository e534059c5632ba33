// What is told once, above everything: alarms stay until somebody has dismissed them, the rest goes by itself.
import { useEffect } from "preact/hooks";
import type { VNode } from "preact";
import type { NoticeView } from "../../../port/screens.ts";
import type { LinkReason } from "../../../port/views.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { Icon, IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";

/** Of this page alone: the model does not know of them. */
export interface OwnFault {
  readonly id: number;
  readonly reason: LinkReason;
}

export interface NoticesProps {
  readonly notices: readonly NoticeView[];
  readonly faults: readonly OwnFault[];
  readonly onForget: (id: number) => void;
}

const SHOWN_MS = 8_000;
const LONG = 400;

export function Notices({ notices, faults, onForget }: NoticesProps): VNode {
  const { line, go } = useTools();
  return (
    <div class="notices">
      <div role="alert">
        {notices
          .filter(({ kind }) => kind === "alarm" || kind === "fault")
          .map((notice) => (
            <Told key={notice.id} {...notice} onClose={() => go(line.do({ want: "dismiss", notice: notice.id }))} />
          ))}
        {faults.map(({ id, reason }) => (
          <Told key={`f${id}`} kind="fault" {...reason} onClose={() => onForget(id)} />
        ))}
      </div>
      <div role="status">
        {notices
          .filter(({ kind }) => kind === "notice" || kind === "done")
          .map((notice) => (
            <Told key={notice.id} {...notice} onClose={() => go(line.do({ want: "dismiss", notice: notice.id }))} />
          ))}
      </div>
    </div>
  );
}

interface ToldProps extends LinkReason, Pick<NoticeView, "kind"> {
  readonly onClose: () => void;
}

function Told({ kind, onClose, ...fault }: ToldProps): VNode {
  const { say } = useTools();
  const { message, hint } = say.told(fault);
  useEffect(() => {
    if (kind === "alarm") return undefined;
    const timer = setTimeout(onClose, SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class={`notice ${kind}`}>
      <Icon name={kind === "done" ? "check" : "warning"} />
      <p>
        {sanitizeLine(message, LONG)}
        {hint !== undefined && <small>{sanitizeLine(hint, LONG)}</small>}
      </p>
      <IconButton icon="close" label={say("dismiss")} onClick={onClose} />
    </div>
  );
}
