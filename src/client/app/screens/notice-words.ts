// What is told beside the conversations, in one plain sentence each; a face may say it in another language by its code.
import type { FaultValues } from "../../../model/fault.ts";
import { isLogId } from "../../../model/ids.ts";
import type { NoticeView } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";

/** Whoever may write to the server's own socket. */
const CONSOLE = "@console";

/** What people do to their own account stands in the realm's log as well, and is no administrator's. */
const OWN_ACTS: Readonly<Record<string, string>> = {
  "password.set": "set a password",
  "password.change": "changed their password",
};

type Notice = Omit<NoticeView, "id" | "at">;
type Of<K extends ClientEvent["event"]> = Extract<ClientEvent, { readonly event: K }>;

/** Undefined: it stands in a conversation, or nowhere. */
export function noticeOf(event: ClientEvent, self: string): Notice | undefined {
  switch (event.event) {
    case "alarm":
      return { kind: "alarm", code: event.code, message: event.message };
    case "notice":
      // Of a conversation it stands there.
      return event.conversation === undefined
        ? { kind: "notice", code: event.code, message: event.message }
        : undefined;
    case "motd":
      return { kind: "notice", code: "motd", message: event.text, values: { text: event.text } };
    case "device":
      return event.user === self ? ownDevice(event) : undefined;
    case "certificate":
      return certificate(event);
    case "act":
      return acted(event);
    case "conversation":
      return membership(event, self);
    case "denied":
      if (event.user !== self) return undefined;
      return {
        kind: "notice",
        code: "denied",
        message: `you were not let into ${event.conversation}`,
        values: { place: event.conversation },
      };
    default:
      return undefined;
  }
}

/** Somebody else has brought this user into a room, or put them out. */
function membership(
  { conversation, kind, change, was = "", by }: Of<"conversation">,
  self: string,
): Notice | undefined {
  if (kind !== "room" || by === undefined || by === self) return undefined;
  const said = { kind: "notice", values: { place: conversation, by } } as const;
  // The name comes a moment after the room.
  if (change === "renamed" && isLogId(was))
    return { ...said, code: "room-added", message: `you are in ${conversation} now (@${by})` };
  if (change !== "removed") return undefined;
  return { ...said, code: "room-removed", message: `@${by} has taken you out of ${conversation}` };
}

function ownDevice({ device, change, label }: Of<"device">): Notice {
  const which = label ?? device.slice(0, 8);
  const said = { kind: "notice", values: { device: which } } as const;
  if (change === "revoked") return { ...said, code: "own-device-revoked", message: `your device ${which} was revoked` };
  const hint = "if it is not yours, revoke it at once";
  return { ...said, code: "own-device-added", message: `you have a new device: ${which}`, hint };
}

function certificate({ device, change }: Of<"certificate">): Notice {
  const which = device.slice(0, 8);
  const message =
    change === "issued"
      ? `a certificate was issued in your name (device ${which})`
      : `a certificate of yours was revoked (device ${which})`;
  // As an alarm or at the start `certificate-revoked` is of this device: there it has no values.
  return { kind: "notice", code: `certificate-${change}`, message, values: { device: which } };
}

function acted(event: Of<"act">): Notice {
  const { by, act, on } = event;
  const own = by === on && Object.hasOwn(OWN_ACTS, act) ? OWN_ACTS[act] : undefined;
  if (own !== undefined)
    return { kind: "notice", code: act.replace(".", "-"), message: `@${by} ${own}`, values: { by } };
  return { kind: "notice", code: "act", message: actSentence(event), values: actValues(event) };
}

function actSentence({ by, act, on }: Of<"act">): string {
  const who = by === CONSOLE ? "somebody at the server" : `@${by}`;
  return `${who} used the rights of an administrator: ${act}${on === undefined ? "" : ` (${on})`}`;
}

/** Without `by`: whoever may write to the server's own socket. */
function actValues({ by, act, on }: Of<"act">): FaultValues {
  const what = { act: on === undefined ? act : `${act} (${on})` };
  return by === CONSOLE ? what : { ...what, by };
}
