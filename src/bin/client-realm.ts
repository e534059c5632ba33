// `chat-client devices`, `revoke`, `audit` and `admin`: what concerns the realm, asked once and shown as tables.
import { answerLines } from "../client/face/lines/answer-lines.ts";
import { adminRequest } from "../client/face/admin-words.ts";
import { labelSentence } from "../client/face/lines/event-lines.ts";
import { KnownNames } from "../client/face/lines/known-names.ts";
import { ShownMessages } from "../client/face/lines/shown-messages.ts";
import { readCommand } from "../client/app/commands.ts";
import type { Command, Reply } from "../client/port/client.ts";
import type { Replies } from "../client/port/replies.ts";
import { Fault } from "../model/fault.ts";
import { deviceFields } from "./client-devices.ts";
import type { OnceValues } from "./client-once-flags.ts";
import { askOnce, type OnceProcess, runOnce } from "./client-once.ts";
import { clockTime } from "./clock-time.ts";

export interface RealmAsking extends OnceProcess {
  readonly name: "devices" | "revoke" | "audit" | "admin";
  readonly args: readonly string[];
  readonly values: OnceValues;
}

/** Resolves with the exit code. @throws Fault `usage`, and of what is wrong on this machine */
export function askRealm(world: RealmAsking): Promise<number> {
  const { clock, values } = world;
  const command = checked(() => commandOf(world));
  const showing = {
    names: new KnownNames(),
    shown: new ShownMessages(),
    clockTime: (ms: number) => clockTime(ms, clock.now()),
    interactive: false,
    here: "",
  };
  const words = (reply: Reply): readonly string[] =>
    // An event tells it to who is chatting.
    command.do === "label" ? [`* ${labelSentence(reply as Replies["label"])}`] : answerLines(command, reply, showing);
  return runOnce(world, {
    run: (asker) => {
      const { user } = asker.self.files.peer;
      showing.names.ready(user, user);
      return askOnce(asker, command, { json: values.json, words });
    },
  });
}

function commandOf({ name, args, clock }: RealmAsking): Command {
  const [first = ""] = args;
  switch (name) {
    case "devices":
      return readCommand(deviceFields(args));
    case "audit":
      return readCommand({ do: name, ...(first === "" ? {} : { user: first.replace(/^@/, "").toLowerCase() }) });
    case "revoke":
      return readCommand({ do: name, device: first });
    case "admin":
      return readCommand({ do: name, request: adminRequest(args, clock.now()) });
  }
}

/** What makes no sense is told before anybody is asked. */
function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, hint = "--help shows how it is used" } = error;
    throw new Fault("usage", message.replace(/^the field /, ""), { hint, cause: error });
  }
}
