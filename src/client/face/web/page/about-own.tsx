// What a conversation is for this user alone: what rings, for how long nothing does, where it stands, and what others hear of them there.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Replies } from "../../../port/replies.ts";
import type { ConversationRow, NotifyLevel } from "../../../port/screens.ts";
import { Choice, Switch } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";

interface OwnProps {
  readonly row: ConversationRow;
}

const LEVELS: readonly NotifyLevel[] = ["all", "mentions", "nothing"];
const HOURS = [1, 8];
const HOUR_MS = 3_600_000;
const TOLD = ["receipts", "typing", "presence"] as const;

export function OwnPart({ row }: OwnProps): VNode {
  const { line, say, go } = useTools();
  const { conversation } = row;
  return (
    <>
      <Choice
        label={say("level")}
        value={row.level}
        options={LEVELS.map((level) => [level, say(`level-${level}`)])}
        onPick={(level) => go(line.do({ want: "level", conversation, level: level as NotifyLevel }))}
      />
      <Mute row={row} />
      <Switch label={say("pin")} on={row.pinned} onSwitch={(on) => go(line.do({ want: "pin", conversation, on }))} />
      <Switch
        label={say("archive")}
        on={row.archived}
        onSwitch={(on) => go(line.do({ want: "archive", conversation, on }))}
      />
      {!row.isNotes && <Privacy key={conversation} row={row} />}
    </>
  );
}

function Mute({ row: { conversation: to, muted } }: OwnProps): VNode {
  const { line, say, dates, go } = useTools();
  const mute = (until: string | null | undefined): void => go(line.ask({ do: "mute", to, until }));
  return (
    <div class="button-row" role="group" aria-label={say("mute-always")}>
      {HOURS.map((hours) => (
        <button key={hours} type="button" class="button" onClick={() => mute(later(hours))}>
          {say.count("mute-hours", hours)}
        </button>
      ))}
      <button type="button" class="button" onClick={() => mute(undefined)}>
        {say("mute-always")}
      </button>
      {muted !== undefined && (
        <>
          <button type="button" class="button" onClick={() => mute(null)}>
            {say("unmute")}
          </button>
          <span class="hint" role="status">
            {muted === true ? say("muted-always") : say("muted-until", { time: dates.full(muted) })}
          </span>
        </>
      )}
    </div>
  );
}

function later(hours: number): string {
  return new Date(Date.now() + hours * HOUR_MS).toISOString();
}

/** Each is kept when it is changed; the answer says how it stands. */
function Privacy({ row: { conversation: to } }: OwnProps): VNode | null {
  const { line, say, go } = useTools();
  const [told, setTold] = useState<Replies["privacy"]>();
  const ask = (change: Partial<Replies["privacy"]>): void =>
    go(line.ask<Replies["privacy"]>({ do: "privacy", to, ...change }).then(setTold));
  useEffect(() => ask({}), []);
  if (told === undefined) return null;
  return (
    <fieldset class="settings">
      <legend>{say("privacy")}</legend>
      {TOLD.map((what) => (
        <Switch key={what} label={say(`privacy-${what}`)} on={told[what]} onSwitch={(on) => ask({ [what]: on })} />
      ))}
    </fieldset>
  );
}
