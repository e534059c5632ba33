// What chat-server does instead of running: one function for each word behind its name.
import type { OwnCommand } from "./cli.ts";
import { administer, type Say } from "./server-admin.ts";
import { invitationList } from "./server-invite.ts";
import type { SERVER_COMMANDS } from "./server-flags.ts";

type Command = OwnCommand<typeof SERVER_COMMANDS>;
/** @throws Fault */
export async function runServerCommand(command: Command, say: Say): Promise<void> {
  switch (command.name) {
    case "init": {
      const { init } = await import("./server-init.ts");
      return init(command.values, say);
    }
    case "invite": {
      const { invite } = await import("./server-invite.ts");
      return invite(command.values, command.args[0], say);
    }
    case "invitations": {
      const answer = await administer(command.values.data, { do: "invitations" });
      return say(command.values.json ? JSON.stringify(answer) : invitationList(answer));
    }
    case "withdraw":
      await administer(command.values.data, { do: "withdraw", id: command.args[0] ?? "" });
      return say(`the invitation ${command.args[0] ?? ""} is good for nothing any more`);
  }
}
