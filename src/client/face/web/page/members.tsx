// Who belongs to the open conversation, and who asks to be let in.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { OpenView } from "../../../port/screens.ts";
import type { MemberView } from "../../../port/conversation-views.ts";
import { PersonInput } from "./found-people.tsx";
import { Mark } from "./message.tsx";
import { Avatar, IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface MembersProps {
  readonly open: OpenView;
  readonly role: MemberView["role"] | undefined;
  readonly onClose: () => void;
}

export function Members({ open, role, onClose }: MembersProps): VNode {
  const { say } = useTools();
  const mayAdd = role === "owner" || role === "admin";
  return (
    <aside class="side" aria-label={say("members")}>
      <header class="side-head">
        <h2>{say("members")}</h2>
        <IconButton icon="close" label={say("close")} onClick={onClose} />
      </header>
      {open.asking.length > 0 && <Asking open={open} />}
      {mayAdd && <AddMember open={open} />}
      <ul class="people">
        {open.members.map((member) => (
          <Member key={member.user} member={member} />
        ))}
      </ul>
    </aside>
  );
}

/** One's own name for them, where there is one. */
type Named = MemberView & { readonly nickname?: string };

function Member({ member }: { readonly member: Named }): VNode {
  const { say, show } = useTools();
  const { user, role, online, trusted, nickname, devices } = member;
  const name = nickname ?? member.name;
  return (
    <li>
      <button type="button" class="person-row" onClick={() => show({ panel: "person", user })}>
        <Avatar user={user} name={name} online={online} size="small" />
        <span class="person-name">
          <b dir="auto">{shownName(name)}</b>
          <span>
            @{shownName(user)} · {say.count("devices", devices)}
          </span>
        </span>
        {trusted === true && <Mark icon="shield" label={say("trusted")} kind="good" />}
        {role !== "member" && <span class="role">{say(`role-${role}` as const)}</span>}
      </button>
    </li>
  );
}

function Asking({ open }: { readonly open: OpenView }): VNode {
  const { line, say, go } = useTools();
  const to = open.conversation;
  return (
    <section class="asking" aria-label={say("asking")}>
      <h3>{say("asking")}</h3>
      {open.asking.map(({ user, name }) => (
        <p key={user}>
          <b dir="auto">{shownName(name)}</b>
          <button type="button" class="button primary" onClick={() => go(line.ask({ do: "approve", to, user }))}>
            {say("let-in")}
          </button>
          <button type="button" class="button" onClick={() => go(line.ask({ do: "deny", to, user }))}>
            {say("deny")}
          </button>
        </p>
      ))}
    </section>
  );
}

function AddMember({ open: { conversation: to, members } }: Pick<MembersProps, "open">): VNode {
  const { line, say, go } = useTools();
  const [user, setUser] = useState("");
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    const handle = user.trim().replace(/^@/, "");
    if (handle !== "") go(line.ask({ do: "add", to, user: handle }).then(() => setUser("")));
  };
  return (
    <form class="inline-form" onSubmit={add}>
      <span>
        <PersonInput
          id="people-to-add"
          value={user}
          onWrite={setUser}
          without={members.map((member) => member.user)}
          placeholder={say("add-person")}
          label={say("add-person")}
        />
      </span>
      <button type="submit" class="button">
        {say("add")}
      </button>
    </form>
  );
}
