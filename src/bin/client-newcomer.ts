// How this machine becomes a device of somebody: one function for each word behind chat-client's name.
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import type { OwnCommand } from "./cli.ts";
import type { CLIENT_COMMANDS } from "./client-flags.ts";
import type { Person } from "./prompt.ts";

export type NewcomerCommand = Extract<
  OwnCommand<typeof CLIENT_COMMANDS>,
  { readonly name: "join" | "register" | "login" | "recover" }
>;

export interface NewcomerWorld {
  readonly platform: Platform;
  /** Undefined: nobody can be asked. */
  readonly person: Person | undefined;
  readonly input: NodeJS.ReadableStream;
  readonly say: (sentence: string) => void;
}

/** Returns the profile that was made. @throws Fault */
export async function newProfile(command: NewcomerCommand, world: NewcomerWorld): Promise<Profile> {
  const [line = ""] = command.args;
  switch (command.name) {
    case "join": {
      const { join } = await import("./client-join.ts");
      return join(line, { ...world, values: command.values });
    }
    case "register": {
      const { register } = await import("./client-register.ts");
      return register(line, { ...world, values: command.values });
    }
    case "login": {
      const { login } = await import("./client-login.ts");
      return login(line, { ...world, values: command.values });
    }
    case "recover": {
      const { recover } = await import("./client-login.ts");
      return recover(line, { ...world, values: command.values });
    }
  }
}
