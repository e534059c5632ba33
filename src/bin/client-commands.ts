// What chat-client does instead of chatting: one function for each word behind its name.
import { backup, restore } from "./client-backup.ts";
import { identityOf } from "./client-identity.ts";
import { passwd } from "./client-passwd.ts";
import type { VaultWish } from "./client-vault.ts";
import type { GivenCommand } from "./cli.ts";

export interface CommandWorld extends Omit<VaultWish, "files"> {
  readonly now: Date;
  /** One sentence to the person. */
  readonly say: (sentence: string) => void;
}

/** @throws Fault */
export async function runCommand({ name, args }: GivenCommand, world: CommandWorld): Promise<void> {
  const { values, now, person } = world;
  const [file = ""] = args;
  switch (name) {
    case "passwd":
      return passwd({ ...world, files: await identityOf(values, now, person) });
    case "backup":
      return backup(file, { ...world, files: await identityOf(values, now, person) });
    case "restore":
      return restore(file, world);
    default:
      throw new Error(`no such command: ${name}`);
  }
}
