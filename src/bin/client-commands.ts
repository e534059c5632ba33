// What chat-client does instead of chatting: one function for each word behind its name.
import { backup, restore } from "./client-backup.ts";
import { passwd } from "./client-passwd.ts";
import { selfOf, type SelfWorld } from "./client-self.ts";
import type { GivenCommand } from "./cli.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import type { Values } from "./flags.ts";

export interface CommandWorld extends SelfWorld {
  readonly values: Values<typeof CLIENT_FLAGS>;
  /** One sentence to the person. */
  readonly say: (sentence: string) => void;
}

/** @throws Fault */
export async function runCommand({ name, args }: GivenCommand, world: CommandWorld): Promise<void> {
  const [file = ""] = args;
  switch (name) {
    case "passwd":
      return passwd(
        world,
        selfOf(world).then(({ vault }) => vault),
      );
    case "backup":
      return backup(file, world, selfOf(world));
    case "restore":
      return restore(file, world);
    default:
      throw new Error(`no such command: ${name}`);
  }
}
