// The command line of chat-client.
import { CLIENT_COMMANDS, CLIENT_EXAMPLES, CLIENT_FLAGS } from "./client-flags.ts";
import { VERSION } from "./version.ts";

export const PROGRAM = {
  name: "chat-client",
  version: VERSION,
  about: "Private chat over mutual TLS, for people and for programs.",
  flags: CLIENT_FLAGS,
  commands: CLIENT_COMMANDS,
  examples: CLIENT_EXAMPLES,
} as const;
