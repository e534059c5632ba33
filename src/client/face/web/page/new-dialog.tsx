// Something new: a room, a conversation with a person, or a room that one asks to come into.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Replies } from "../../../port/replies.ts";
import type { HistoryPolicy, JoinPolicy } from "../../../../model/terms.ts";
import { PersonInput } from "./found-people.tsx";
import { InvitePart } from "./invite-part.tsx";
import { Dialog } from "./parts.tsx";
import { HistoryChoice, JoinChoice } from "./policy-choices.tsx";
import { Field, Switch } from "./settings-dialog.tsx";
import { useTools } from "./tools.ts";

interface NewProps {
  readonly onOpen: (conversation: string) => void;
}

export interface NewDialogProps extends NewProps {
  readonly self: string;
  readonly wants: "invite" | undefined;
}

export function NewDialog({ self, wants, onOpen }: NewDialogProps): VNode {
  const { say } = useTools();
  const isForInvite = wants === "invite";
  return (
    <Dialog title={say("new")}>
      {isForInvite && <InvitePart isFirst />}
      <NewTalk self={self} isFirst={!isForInvite} onOpen={onOpen} />
      <NewRoom onOpen={onOpen} />
      {!isForInvite && <InvitePart />}
    </Dialog>
  );
}

interface NewTalkProps extends NewProps {
  readonly self: string;
  readonly isFirst: boolean;
}

function NewTalk({ self, isFirst, onOpen }: NewTalkProps): VNode {
  const { line, say, show, go } = useTools();
  const [place, setPlace] = useState("");
  const open = (to: string): void => {
    show(undefined);
    onOpen(to);
  };
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const to = place.trim();
    if (to === "") return;
    if (to.startsWith("#")) await line.ask({ do: "join", to });
    open(/^[#@]/.test(to) ? to : `@${to}`);
  };
  return (
    <form class="settings" onSubmit={(event) => go(enter(event))}>
      <h3>{say("new-talk")}</h3>
      <Field label={say("new-place")}>
        <PersonInput
          id="people-to-talk-to"
          value={place}
          onWrite={setPlace}
          without={[self]}
          isFirst={isFirst}
          placeholder="@elena, #music"
        />
      </Field>
      <p class="button-row">
        <button type="submit" class="button">
          {say("open")}
        </button>
        <button type="button" class="button" onClick={() => open(`@${self}`)}>
          {say("notes")}
        </button>
      </p>
    </form>
  );
}

function NewRoom({ onOpen }: NewProps): VNode {
  const { line, say, show, go } = useTools();
  const [name, setName] = useState("");
  const [join, setJoin] = useState<JoinPolicy>("invite");
  const [history, setHistory] = useState<HistoryPolicy>("none");
  const [listed, setListed] = useState(false);
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const asked = { do: "create", name: name.trim(), join, history, listed: listed && join !== "invite" };
    const { conversation } = await line.ask<Replies["create"]>(asked);
    show(undefined);
    onOpen(conversation);
  };
  return (
    <form class="settings" onSubmit={(event) => go(create(event))}>
      <h3>{say("new-room")}</h3>
      <Field label={say("room-name")}>
        <input
          required
          value={name}
          placeholder="garden"
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </Field>
      <JoinChoice value={join} onPick={setJoin} />
      <HistoryChoice value={history} onPick={setHistory} />
      {join !== "invite" && <Switch label={say("listed")} on={listed} onSwitch={setListed} />}
      <button type="submit" class="button primary">
        {say("create")}
      </button>
    </form>
  );
}
