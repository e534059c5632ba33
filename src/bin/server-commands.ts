// What chat-server does instead of running: one function for each word behind its name.
import type { OwnCommand } from "./cli.ts";
import { administer, type Say } from "./server-admin.ts";
import { revokedList } from "./server-devices.ts";
import { invitationList } from "./server-invite.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";

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
    case "registration":
    case "info": {
      const { account } = await import("./server-account.ts");
      return account(command, say);
    }
    case "revoke": {
      const { name, args, values } = command;
      const answer = await administer(values.data, { do: name, target: args[0] ?? "", reason: values.reason });
      return say(values.json ? JSON.stringify(answer) : revokedList(answer));
    }
    case "withdraw":
      await administer(command.values.data, { do: "withdraw", id: command.args[0] ?? "" });
      return say(`the invitation ${command.args[0] ?? ""} is good for nothing any more`);
    case "openpgp": {
      const { openpgp } = await import("./server-openpgp.ts");
      return openpgp(command.values, say);
    }
    default:
      return runCare(command, say);
  }
}

type Coming = "init" | "invite" | "invitations" | "registration" | "info" | "revoke" | "withdraw" | "openpgp";

/** Who is there, and the server itself. */
async function runCare(command: Exclude<Command, { readonly name: Coming }>, say: Say): Promise<void> {
  switch (command.name) {
    case "users":
    case "user":
    case "rename":
    case "role":
    case "disable":
    case "enable":
    case "devices":
    case "conversations": {
      const { people } = await import("./server-people.ts");
      return people(command, say);
    }
    case "limits":
    case "motd":
    case "maintenance":
    case "stats": {
      const { care } = await import("./server-care.ts");
      return care(command, say);
    }
    case "backup":
    case "restore":
    case "drill":
      return runCopies(command, say);
    case "doctor": {
      const { doctor } = await import("./server-doctor.ts");
      return doctor(command.values, say);
    }
  }
}

async function runCopies(
  command: Extract<Command, { readonly name: "backup" | "restore" | "drill" }>,
  say: Say,
): Promise<void> {
  const { backup, restore, runDrill } = await import("./server-backup.ts");
  if (command.name === "backup") return backup(command, say);
  return command.name === "restore" ? restore(command, say) : runDrill(command, say);
}
