// `chat-server registration` and `chat-server info`: who may make an account, and what people need to come back to theirs.
import { Fault } from "../model/fault.ts";
import type { OwnCommand } from "./cli.ts";
import { administer, type Say } from "./server-admin.ts";
import type { SERVER_COMMANDS } from "./server-command-flags.ts";

type AccountCommand = Extract<OwnCommand<typeof SERVER_COMMANDS>, { readonly name: "registration" | "info" }>;

const WHO: Readonly<Record<string, string>> = {
  open: "everybody who reaches the server may make an account",
  invited: "those who have an invitation may make an account",
};

/** @throws Fault `usage`, `no-door`, and of administer */
export async function account(command: AccountCommand, say: Say): Promise<void> {
  const { data, json } = command.values;
  const [who] = command.args;
  if (who !== undefined && !Object.hasOwn(WHO, who))
    throw new Fault("usage", `registration is ${Object.keys(WHO).join(" or ")}, not ${JSON.stringify(who)}`, {
      hint: "chat-server registration open, or chat-server registration invited",
    });
  const answer = await administer(data, command.name === "info" ? { do: "info" } : { do: "registration", who });
  if (json) return say(JSON.stringify(answer));
  const registration = WHO[String(answer["registration"])] ?? "";
  if (command.name === "registration") return say(registration);
  say(
    [
      `the CA of this realm   ${String(answer["realm"])}`,
      `accounts               ${registration}`,
      "",
      "who has one comes back on another machine with",
      "",
      `  chat-client login '${String(answer["line"])}' --user NAME`,
    ].join("\n"),
  );
}
