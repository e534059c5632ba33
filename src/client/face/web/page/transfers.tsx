// Files under way: from this page to the program, and from there to the server or back. Each can be held, stopped, and tried again.
import type { VNode } from "preact";
import type { TransferView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import type { IconName } from "./icons.ts";
import { IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";
import type { Upload } from "./uploads.ts";
import type { Key } from "./words/en.ts";

export interface TransfersProps {
  readonly transfers: readonly TransferView[];
  readonly uploads: readonly Upload[];
  readonly conversation: string;
}

const NAME_MOST = 80;
const REASON_MOST = 200;

export function Transfers({ transfers, uploads, conversation }: TransfersProps): VNode | null {
  const { say } = useTools();
  const moving = transfers.filter((one) => one.conversation === conversation && one.stage !== "done");
  const coming = uploads.filter((one) => one.conversation === conversation);
  if (moving.length + coming.length === 0) return null;
  return (
    <ul class="transfers" aria-label={say("transfers")}>
      {coming.map((upload) => (
        <Coming key={`u${upload.id}`} upload={upload} />
      ))}
      {moving.map((transfer) => (
        <Moving key={transfer.message} transfer={transfer} />
      ))}
    </ul>
  );
}

function Coming({ upload: { id, name, sent, total, isFailed } }: { readonly upload: Upload }): VNode {
  const { uploads, say } = useTools();
  const again: Act = { icon: "retry", label: "retry-file", run: () => uploads.again(id) };
  const stop: Act = {
    icon: "close",
    label: isFailed ? "dismiss-file" : "cancel-file",
    run: () => uploads.cancel(id),
  };
  const label = say(isFailed ? "stage-failed" : "stage-reading");
  return (
    <Progress
      name={name}
      part={sent}
      of={total}
      label={label}
      isFailed={isFailed}
      acts={isFailed ? [again, stop] : [stop]}
    />
  );
}

function Moving({ transfer }: { readonly transfer: TransferView }): VNode {
  const { say } = useTools();
  const { name, bytes, total, stage, reason } = transfer;
  const isFailed = stage === "failed";
  const label =
    isFailed && reason !== undefined
      ? sanitizeLine(say.told(reason).message, REASON_MOST)
      : say(`stage-${stage}` as const);
  return <Progress name={name} part={bytes} of={total} label={label} isFailed={isFailed} acts={useActs(transfer)} />;
}

function useActs(transfer: TransferView): readonly Act[] {
  const { uploads, blobs, line, say, fault, go } = useTools();
  const { message, stage, way, name } = transfer;
  const ask = (act: "pause" | "resume" | "cancel") => () => go(line.ask({ do: act, message }));
  if (stage !== "failed") {
    const hold: Act =
      stage === "paused"
        ? { icon: "play", label: "resume-file", run: ask("resume") }
        : { icon: "pause", label: "pause-file", run: ask("pause") };
    return [hold, { icon: "close", label: "cancel-file", run: ask("cancel") }];
  }
  const putAway = (): Promise<void> => line.do({ want: "discard", message });
  const save = async (): Promise<void> => {
    await putAway();
    if (!(await blobs.save(message, name))) fault({ code: "file-unreadable", message: say("file-failed") });
  };
  const sent = way === "up" ? uploads.sent(transfer) : undefined;
  const resend = async (): Promise<void> => {
    await putAway();
    sent?.();
  };
  const canRetry = way === "down" || sent !== undefined;
  const again: Act = { icon: "retry", label: "retry-file", run: () => go(way === "down" ? save() : resend()) };
  const away: Act = { icon: "close", label: "dismiss-file", run: () => go(putAway()) };
  return canRetry ? [again, away] : [away];
}

interface Act {
  readonly icon: IconName;
  readonly label: Key;
  readonly run: () => void;
}

interface ProgressProps {
  readonly name: string;
  readonly part: number;
  readonly of: number;
  readonly label: string;
  readonly isFailed: boolean;
  readonly acts: readonly Act[];
}

function Progress({ name, part, of, label, isFailed, acts }: ProgressProps): VNode {
  const { say, dates } = useTools();
  const shown = sanitizeLine(name, NAME_MOST);
  return (
    <li class={isFailed ? "transfer-failed" : ""}>
      <span class="transfer-name" dir="auto" title={shown}>
        {shown}
      </span>
      {!isFailed && <progress max={Math.max(1, of)} value={part} aria-label={shown} />}
      <span class="transfer-stage" role={isFailed ? "alert" : undefined}>
        {isFailed ? label : `${label} ${dates.percent(part, of)}`}
      </span>
      <span class="transfer-acts">
        {acts.map(({ icon, label: act, run }) => (
          <IconButton key={act} icon={icon} label={say(act, { name: shown })} onClick={run} />
        ))}
      </span>
    </li>
  );
}
