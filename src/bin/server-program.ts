// The command line of chat-server.
import { join } from "node:path";
import { OWN_CONFIG, SERVER_COMMANDS, SERVER_EXAMPLES, SERVER_FLAGS } from "./server-flags.ts";
import { VERSION } from "./version.ts";

export const PROGRAM = {
  name: "chat-server",
  version: VERSION,
  about: "The server of a Mutual realm: private chat over mutual TLS.",
  flags: SERVER_FLAGS,
  commands: SERVER_COMMANDS,
  examples: SERVER_EXAMPLES,
  ownConfig: (given: (flag: string) => unknown) => join(String(given("data")), OWN_CONFIG),
} as const;
