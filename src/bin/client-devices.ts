// What stands behind `chat-client devices`: nothing or a user, or what is done with one's own. Whoever is called like one of these words
// is listed with an @.
import { Fault } from "../model/fault.ts";

type Fields = Readonly<Record<string, string>>;

/** Of an invitation, or of another device, as it is pasted. */
const LINE = /chat:\/\//i;

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
      if (LINE.test(first)) nothingToAdd([first]);
      noMore(device === "" ? words : [device]);
      return { do: "devices", ...(first === "" ? {} : { user: first.replace(/^@/, "").toLowerCase() }) };
  }
}

/** @throws Fault `usage` */
function noMore([extra]: readonly string[]): void {
  if (extra === undefined) return;
  throw usage(`unexpected argument: ${extra}`, "chat-client devices --help shows what it can be told");
}

/** What was typed behind `devices add`. @throws Fault `usage` */
export function nothingToAdd([extra]: readonly string[]): void {
  if (extra === undefined) return;
  if (LINE.test(extra))
    throw usage(
      "devices add shows a line, and takes none",
      "a line that another device has shown makes this machine one of yours by: chat-client join 'LINE'",
    );
  throw usage(
    `devices add takes nothing behind it: ${extra}`,
    "alone it shows a line here, which the other machine takes by: chat-client join 'LINE'",
  );
}

/** @throws Fault `certs-missing` */
export function mustBeKnown(isKnown: boolean): void {
  if (isKnown) return;
  throw new Fault("certs-missing", "this machine is no device of yours yet, and can add no other", {
    hint: "on a device that you have: chat-client devices add, or /pair in the chat; it shows a line; then here: chat-client join 'LINE', with that line",
  });
}

function usage(message: string, hint: string): Fault {
  return new Fault("usage", message, { hint });
}
