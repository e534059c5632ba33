// About the open conversation: what rings, where it stands in the list, what others hear of this user there, what it is called, who comes
// in, how long messages stay, a copy of it to keep, and the way out.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow } from "../../../port/screens.ts";
import { OwnPart } from "./about-own.tsx";
import { ExportPart } from "./export-part.tsx";
import { Dialog } from "./parts.tsx";
import { HistoryChoice, JoinChoice } from "./policy-choices.tsx";
import { sure } from "./asking.ts";
import { Choice, Field, Switch } from "./settings-dialog.tsx";
import { titleOf } from "./sidebar.tsx";
import { useTools } from "./tools.ts";

export interface AboutProps {
  readonly row: ConversationRow;
}

const TIMERS = [0, 3_600, 86_400, 604_800, 2_592_000];
const NAME_CHARS = 64;
const TOPIC_CHARS = 250;

export function AboutDialog({ row }: AboutProps): VNode {
  const { say } = useTools();
  const isOpen = row.closed !== true && row.past === undefined;
  const mayRule = isOpen && (row.role === "owner" || row.role === "admin");
  return (
    <Dialog title={titleOf(row, say)}>
      <div class="settings">
        {row.past === undefined && <OwnPart row={row} />}
        {isOpen && (mayRule || row.kind === "direct") && <Expiry row={row} />}
        {mayRule && row.kind === "room" && <Ruling row={row} />}
        <ExportPart row={row} />
        {row.past === undefined && <Ending row={row} />}
      </div>
    </Dialog>
  );
}

function Expiry({ row }: AboutProps): VNode {
  const { line, say, go } = useTools();
  const now = row.expire ?? 0;
  const names = (seconds: number): string => {
    if (seconds === 0) return say("never");
    if (seconds < 3_600) return say.count("minutes", Math.ceil(seconds / 60));
    return seconds < 86_400 ? say.count("hours", seconds / 3_600) : say.count("days", seconds / 86_400);
  };
  const timers = [...new Set([...TIMERS, now])].toSorted((a, b) => a - b);
  return (
    <Choice
      label={say("expiry")}
      value={String(now)}
      options={timers.map((seconds) => [String(seconds), names(seconds)])}
      onPick={(seconds) => go(line.ask({ do: "expire", to: row.conversation, seconds: Number(seconds) }))}
    />
  );
}

function Ruling({ row }: AboutProps): VNode {
  const { line, say, go } = useTools();
  const { conversation: to, join = "invite", history = "none", listed = false } = row;
  const change = (policy: object): void => go(line.ask({ do: "policy", to, ...policy }));
  return (
    <>
      <h3>{say("room-rules")}</h3>
      <Text act="rename" label={say("room-name")} row={row} value={to.replace(/^#/, "")} most={NAME_CHARS} />
      <Text act="topic" label={say("topic")} row={row} value={row.topic ?? ""} most={TOPIC_CHARS} />
      <JoinChoice value={join} onPick={(policy) => change({ join: policy })} />
      <HistoryChoice value={history} onPick={(policy) => change({ history: policy })} />
      {join !== "invite" && <Switch label={say("listed")} on={listed} onSwitch={(on) => change({ listed: on })} />}
    </>
  );
}

interface TextProps extends AboutProps {
  readonly act: "rename" | "topic";
  readonly label: string;
  readonly value: string;
  readonly most: number;
}

function Text({ act, label, row, value, most }: TextProps): VNode {
  const { line, say, go } = useTools();
  const [text, setText] = useState(value);
  const keep = (event: SubmitEvent): void => {
    event.preventDefault();
    go(line.ask({ do: act, to: row.conversation, text: text.trim() }));
  };
  return (
    <form class="inline-form" onSubmit={keep}>
      <Field label={label}>
        <input value={text} maxLength={most} onInput={({ currentTarget }) => setText(currentTarget.value)} />
      </Field>
      <button type="submit" class="button" disabled={text.trim() === value}>
        {say("keep")}
      </button>
    </form>
  );
}

/** Out of it, or an end to it. Nobody leaves the lobby, or oneself. */
function Ending({ row }: AboutProps): VNode | null {
  const { line, say, show, askFirst, go } = useTools();
  const { conversation: to, kind, isNotes, role, closed } = row;
  if (isNotes || kind === "lobby") return null;
  const isRoom = kind === "room";
  const end = async (act: "leave" | "disband", about: string, yes: string): Promise<void> => {
    if (!(await sure(askFirst, { title: yes, about }, yes))) return;
    show(undefined);
    await line.ask({ do: act, to });
  };
  const leave = say(isRoom ? "leave" : "leave-talk");
  const about = say(isRoom ? "leave-sure" : "leave-talk-sure");
  return (
    <p class="button-row">
      <button type="button" class="button danger" onClick={() => go(end("leave", about, leave))}>
        {leave}
      </button>
      {isRoom && role === "owner" && closed !== true && (
        <button
          type="button"
          class="button danger"
          onClick={() => go(end("disband", say("disband-sure"), say("disband")))}
        >
          {say("disband")}
        </button>
      )}
    </p>
  );
}
