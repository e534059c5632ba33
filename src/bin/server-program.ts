// The command line of chat-server.
import { OWN_CONFIG, placeIn } from "../server/data-folder.ts";
import { SERVER_COMMANDS } from "./server-command-flags.ts";
import { SERVER_EXAMPLES, SERVER_FLAGS } from "./server-flags.ts";
import { shellCommands } from "./shell-commands.ts";
import { VERSION } from "./version.ts";

export const PROGRAM = {
  name: "chat-server",
  version: VERSION,
  about: "The server of a Mutual realm: private chat over mutual TLS.",
  flags: SERVER_FLAGS,
  commands: { ...SERVER_COMMANDS, ...shellCommands("chat-server") },
  examples: SERVER_EXAMPLES,
  ownConfig: (given: (flag: string) => unknown) => placeIn(String(given("data")), OWN_CONFIG),
} as const;
