// What somebody is in the open room, for those who may change it: their role, and the way out.
import type { VNode } from "preact";
import type { ScreenView } from "../../../port/screens.ts";
import type { MemberView } from "../../../port/conversation-views.ts";
import { shownName } from "./people.ts";
import { sure } from "./asking.ts";
import { Choice } from "./settings-dialog.tsx";
import { titleOf } from "./sidebar.tsx";
import { useTools } from "./tools.ts";

export interface MembershipProps {
  readonly user: string;
  readonly view: Pick<ScreenView, "open" | "conversations" | "self">;
}

const ROLES: readonly MemberView["role"][] = ["member", "admin", "owner"];

/** Owners give roles; owners and admins put out. */
export function Membership({ user, view: { open, conversations, self } }: MembershipProps): VNode | null {
  const { line, say, show, askFirst, go } = useTools();
  const row = conversations.find(({ conversation }) => conversation === open.conversation);
  const member = open.members.find((one) => one.user === user);
  const mayRule = row?.kind === "room" && row.closed !== true && (row.role === "owner" || row.role === "admin");
  if (!mayRule || member === undefined) return null;
  const { conversation: to } = row;
  const [name, room] = [shownName(member.name), titleOf(row, say)];
  const remove = async (): Promise<void> => {
    const question = { title: say("remove"), about: say("remove-sure", { name, room }) };
    if (!(await sure(askFirst, question, say("remove")))) return;
    show(undefined);
    await line.ask({ do: "remove", to, user });
  };
  return (
    <section class="settings" aria-label={say("in-room", { room })}>
      <h3>{say("in-room", { room })}</h3>
      {row.role === "owner" && (
        <Choice
          label={say("role")}
          value={member.role}
          options={ROLES.map((role) => [role, say(`role-${role}` as const)])}
          onPick={(role) => go(line.ask({ do: "role", to, user, role }))}
        />
      )}
      {user !== self.user && (
        <p class="button-row">
          <button type="button" class="button danger" onClick={() => go(remove())}>
            {say("remove")}
          </button>
        </p>
      )}
    </section>
  );
}
