// About the open conversation: what rings, where it stands in the list, its name and topic, the way out.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow, NotifyLevel } from "../../../port/screens.ts";
import { Dialog } from "./parts.tsx";
import { Choice, Field, Switch } from "./settings-dialog.tsx";
import { titleOf } from "./sidebar.tsx";
import { useTools } from "./tools.ts";

export interface AboutProps {
  readonly row: ConversationRow;
}

const LEVELS: readonly NotifyLevel[] = ["all", "mentions", "nothing"];
const HOUR_MS = 3_600_000;
const TIMERS = [0, 3_600, 86_400, 604_800, 2_592_000];

export function AboutDialog({ row }: AboutProps): VNode {
  const { say } = useTools();
  const mayRule = row.role === "owner" || row.role === "admin";
  return (
    <Dialog title={titleOf(row, say)}>
      <div class="settings">
        <Own row={row} />
        {(mayRule || row.kind === "direct") && <Expiry row={row} />}
        {mayRule && row.kind === "room" && <Naming row={row} />}
        {row.kind === "room" && <Leaving row={row} />}
      </div>
    </Dialog>
  );
}

/** What concerns nobody else. */
function Own({ row }: AboutProps): VNode {
  const { line, say, go } = useTools();
  const { conversation, conversation: to } = row;
  const mute = (hours: number | undefined): void => {
    const until = hours === undefined ? null : new Date(Date.now() + hours * HOUR_MS).toISOString();
    go(line.ask({ do: "mute", to, until }));
  };
  return (
    <>
      <Choice
        label={say("level")}
        value={row.level}
        options={LEVELS.map((level) => [level, say(`level-${level}`)])}
        onPick={(level) => go(line.do({ want: "level", conversation, level: level as NotifyLevel }))}
      />
      <p class="button-row">
        {[1, 8].map((hours) => (
          <button key={hours} type="button" class="button" onClick={() => mute(hours)}>
            {say.count("mute-hours", hours)}
          </button>
        ))}
        <button type="button" class="button" onClick={() => go(line.ask({ do: "mute", to }))}>
          {say("mute-always")}
        </button>
        {row.muted !== undefined && (
          <button type="button" class="button" onClick={() => mute(undefined)}>
            {say("unmute")}
          </button>
        )}
      </p>
      <Switch label={say("pin")} on={row.pinned} onSwitch={(on) => go(line.do({ want: "pin", conversation, on }))} />
      <Switch
        label={say("archive")}
        on={row.archived}
        onSwitch={(on) => go(line.do({ want: "archive", conversation, on }))}
      />
    </>
  );
}

function Expiry({ row }: AboutProps): VNode {
  const { line, say, go } = useTools();
  const names = (seconds: number): string => {
    if (seconds === 0) return say("never");
    return seconds < 86_400 ? say.count("hours", seconds / 3_600) : say.count("days", seconds / 86_400);
  };
  return (
    <Choice
      label={say("expiry")}
      value={String(row.expire ?? 0)}
      options={TIMERS.map((seconds) => [String(seconds), names(seconds)])}
      onPick={(seconds) => go(line.ask({ do: "expire", to: row.conversation, seconds: Number(seconds) }))}
    />
  );
}

function Naming({ row }: AboutProps): VNode {
  const { say } = useTools();
  return (
    <>
      <Text act="rename" label={say("room-name")} row={row} value={row.conversation.replace(/^#/, "")} />
      <Text act="topic" label={say("topic")} row={row} value={row.topic ?? ""} />
    </>
  );
}

interface TextProps extends AboutProps {
  readonly act: "rename" | "topic";
  readonly label: string;
  readonly value: string;
}

function Text({ act, label, row, value }: TextProps): VNode {
  const { line, say, go } = useTools();
  const [text, setText] = useState(value);
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    go(line.ask({ do: act, to: row.conversation, text: text.trim() }));
  };
  return (
    <form class="inline-form" onSubmit={keep}>
      <Field label={label}>
        <input value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      </Field>
      <button type="submit" class="button">
        {say("keep")}
      </button>
    </form>
  );
}

function Leaving({ row }: AboutProps): VNode {
  const { line, say, show, go } = useTools();
  const leave = (): void => {
    if (!confirm(say("leave-sure"))) return;
    show(undefined);
    go(line.ask({ do: "leave", to: row.conversation }));
  };
  return (
    <p class="button-row">
      <button type="button" class="button danger" onClick={leave}>
        {say("leave")}
      </button>
    </p>
  );
}
