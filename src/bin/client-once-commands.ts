// The commands of chat-client that ask one thing and leave: one function for each word behind its name.
import type { Program } from "./cli.ts";
import { ADD, mustBeKnown, nothingToAdd } from "./client-devices.ts";
import type { Adding } from "./client-devices-add.ts";
import type { OnceCommand } from "./client-once-flags.ts";
import type { OnceProcess } from "./client-once.ts";
import type { RealmAsking } from "./client-realm.ts";
import { EXIT } from "./exit-codes.ts";
import type { Flag } from "./flags.ts";
import type { CommandWord } from "./help.ts";
import { shellText } from "./shell-commands.ts";

interface World extends OnceProcess {
  /** For completion and for the manual. */
  readonly program: Program<Readonly<Record<string, Flag>>, Readonly<Record<string, CommandWord>>>;
}

/** Resolves with the exit code. @throws Fault */
export async function runOnceCommand(command: OnceCommand, world: World): Promise<number> {
  const { args } = command;
  const print = (text: string): void => void world.output.write(text);
  switch (command.name) {
    case "send": {
      const { send } = await import("./client-send.ts");
      return send({ ...world, args, values: command.values });
    }
    case "read": {
      const { read } = await import("./client-read.ts");
      return read({ ...world, args, values: command.values });
    }
    case "export": {
      const { exportConversation } = await import("./client-export.ts");
      return exportConversation({ ...world, args, values: command.values });
    }
    case "devices":
      if (args[0] === ADD) return addDevice(args.slice(1), { ...world, values: command.values });
      return realm({ ...world, name: command.name, args, values: command.values });
    case "revoke":
    case "audit":
    case "admin":
      return realm({ ...world, name: command.name, args, values: command.values });
    case "profiles": {
      const { profiles } = await import("./client-profiles.ts");
      await profiles({ ...world, args, values: command.values, print });
      return EXIT.ok;
    }
    case "p12": {
      const { exportBundle } = await import("./client-p12.ts");
      await exportBundle({ ...world, file: args[0] ?? "", values: command.values, print });
      return EXIT.ok;
    }
    case "completion":
    case "man": {
      print(await shellText({ name: command.name, args }, world.program));
      return EXIT.ok;
    }
  }
}

async function realm(asking: RealmAsking): Promise<number> {
  const { askRealm } = await import("./client-realm.ts");
  return askRealm(asking);
}

async function addDevice(more: readonly string[], world: Adding): Promise<number> {
  nothingToAdd(more);
  const [{ isKnown }, { addDevice: add }] = await Promise.all([
    import("./client-self.ts"),
    import("./client-devices-add.ts"),
  ]);
  mustBeKnown(isKnown(world.values, world.platform));
  return add(world);
}
