// Files under way: from this page to the program, and from there to the server or back. Each can be stopped.
import type { VNode } from "preact";
import type { TransferView } from "../../../port/screens.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";
import type { Upload } from "./uploads.ts";

export interface TransfersProps {
  readonly transfers: readonly TransferView[];
  readonly uploads: readonly Upload[];
  readonly conversation: string;
}

export function Transfers({ transfers, uploads, conversation }: TransfersProps): VNode | null {
  const { uploads: sender, line, say, go } = useTools();
  const moving = transfers.filter((one) => one.conversation === conversation && one.stage !== "done");
  const coming = uploads.filter((one) => one.conversation === conversation);
  if (moving.length + coming.length === 0) return null;
  return (
    <ul class="transfers" aria-label={say("transfers")}>
      {coming.map(({ id, name, sent, total }) => (
        <Progress
          key={`u${id}`}
          name={name}
          part={sent}
          of={total}
          label={say("stage-reading")}
          onCancel={() => sender.cancel(id)}
        />
      ))}
      {moving.map(({ message, name, bytes, total, stage, reason }) => (
        <Progress
          key={message}
          name={name}
          part={bytes}
          of={total}
          label={
            reason === undefined || stage !== "failed"
              ? say(`stage-${stage}` as const)
              : sanitizeLine(say.told(reason).message, 200)
          }
          onCancel={() => go(line.ask({ do: "cancel", message }))}
        />
      ))}
    </ul>
  );
}

interface ProgressProps {
  readonly name: string;
  readonly part: number;
  readonly of: number;
  readonly label: string;
  readonly onCancel: () => void;
}

function Progress({ name, part, of, label, onCancel }: ProgressProps): VNode {
  const { say, dates } = useTools();
  const shown = sanitizeLine(name, 80);
  return (
    <li>
      <span class="transfer-name" dir="auto">
        {shown}
      </span>
      <progress max={Math.max(1, of)} value={part} aria-label={shown} />
      <span class="transfer-stage">
        {label} {dates.percent(part, of)}
      </span>
      <IconButton icon="close" label={say("cancel-file", { name: shown })} onClick={onCancel} />
    </li>
  );
}
