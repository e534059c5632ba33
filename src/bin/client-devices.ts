// What stands behind `chat-client devices`: nothing or a user, or what is done with one's own. Whoever is called like one of these words
// is listed with an @.
import { Fault } from "../model/fault.ts";

type Fields = Readonly<Record<string, string>>;

/** The word that is no question: it stays until another machine has come in. */
export const ADD = "add";

/** In the fields of --json. @throws Fault `usage` */
export function deviceFields([first = "", device = "", ...words]: readonly string[]): Fields {
  switch (first) {
    case "rename": {
      const label = words.join(" ");
      if (label === "") throw usage("devices rename needs a DEVICE and its NAME", "- as a name takes it away");
      return { do: "label", device, label: label === "-" ? "" : label };
    }
    case "remove":
      if (device === "") throw usage("devices remove needs a DEVICE", "chat-client devices lists yours");
      noMore(words);
      return { do: "revoke", device };
    default:
      noMore(device === "" ? words : [device]);
      return { do: "devices", ...(first === "" ? {} : { user: first.replace(/^@/, "").toLowerCase() }) };
  }
}

/** @throws Fault `usage` */
export function noMore([extra]: readonly string[]): void {
  if (extra === undefined) return;
  throw usage(`unexpected argument: ${extra}`, "chat-client devices --help shows what it can be told");
}

function usage(message: string, hint: string): Fault {
  return new Fault("usage", message, { hint });
}
