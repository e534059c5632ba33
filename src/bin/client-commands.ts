// What chat-client does instead of chatting: one function for each word behind its name.
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
export async function runCommand({ name }: GivenCommand, world: CommandWorld): Promise<void> {
  const { values, now, person } = world;
  switch (name) {
    case "passwd":
      return passwd({ ...world, files: await identityOf(values, now, person) });
    default:
      throw new Error(`no such command: ${name}`);
  }
}
