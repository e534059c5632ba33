// What happened to the realm's certificates and by its administrators, as sentences of the program. Strangers' text is made safe by `safe`.
import type { Handle } from "../../../model/ids.ts";
import type { Replies } from "../../port/replies.ts";
import { deviceName, notYours, wayWords } from "./device-words.ts";
import { safe } from "./safe.ts";
import type { Of } from "./event-lines.ts";

interface ActWords {
  /** Behind who did it. */
  readonly did: string;
  /** Between that and whom it was done to; where it is not given: `for`. */
  readonly to?: string;
}

/** docs/administration.md lists the codes. */
const ACTS: Readonly<Record<string, ActWords>> = {
  invite: { did: "made an invitation" },
  "invite.withdraw": { did: "withdrew an invitation" },
  registration: { did: "decided who may make an account" },
  openpgp: { did: "changed who comes in by OpenPGP" },
  "password.set": { did: "set a password" },
  "password.change": { did: "changed the password", to: "of" },
  "user.rename": { did: "gave another name", to: "to" },
  "user.role": { did: "changed the role in the realm", to: "of" },
  "user.disable": { did: "put out", to: "" },
  "user.enable": { did: "let in again", to: "" },
  limits: { did: "changed what everybody may take of the server" },
  motd: { did: "wrote another message of the day" },
  "motd.clear": { did: "took the message of the day away" },
  "maintenance.on": { did: "closed the server for maintenance" },
  "maintenance.off": { did: "opened the server again" },
  backup: { did: "made a backup of everything that the server has" },
  restore: { did: "put the server back" },
};

/** `interactive`: a person can type a command at once. */
export function realmSentence(event: Of<"certificate"> | Of<"act"> | Of<"motd">, interactive: boolean): string {
  switch (event.event) {
    case "certificate":
      return certificateSentence(event, interactive);
    case "act":
      return actSentence(event);
    case "motd":
      return safe`message of the day: ${event.text}`;
  }
}

export function certificateSentence(event: Of<"certificate">, interactive: boolean): string {
  const { device, change, how = "", reason, by = "", label } = event;
  const which = deviceName(device, label);
  if (change === "revoked") {
    const who = reason === "lease" ? "its time is over" : safe`by ${actor(by)}`;
    return safe`a certificate of yours was revoked: device ${which}, ${who}`;
  }
  const way = wayWords(how, "your");
  return safe`a device was certified in your name: ${which}, by ${way}; ${notYours(device, interactive)}`;
}

function actSentence({ by, act, on, detail }: Of<"act">): string {
  const { did, to = "for" } = ACTS[act] ?? { did: act };
  const whom = on === undefined ? "" : safe`${to === "" ? "" : ` ${to}`} ${on}`;
  return safe`${actor(by)} ${did}${whom}${detail === undefined ? "" : safe` (${detail})`}`;
}

/**
 * The line holds a secret: it is shown to who asked for it, and nowhere else. It is last, and the picture before it, so that on a small
 * terminal what is typed does not leave the screen. `meanwhile`: what is to be done here until then.
 */
export function pairLines(
  { line, until, qr }: Replies["pair"],
  clockTime: (ms: number) => string,
  meanwhile = "stay connected",
): readonly string[] {
  return [
    ...qr.map((row) => `  ${row}`),
    safe`  chat-client join '${line}'`,
    safe`* type it on the other machine, or scan it there, by ${clockTime(until)}; ${meanwhile}`,
  ];
}

/** In the order of the log. `user`: undefined where it is of whoever asks. */
export function auditLines(
  { certificates, log }: Replies["audit"],
  user: Handle | undefined,
  clockTime: (ms: number) => string,
): readonly string[] {
  const whose = user === undefined ? "your" : "their";
  const lines = certificates.map(({ device, how, at, until, revoked }) => {
    const end = revoked === undefined ? `until ${clockTime(until)}` : `revoked ${clockTime(revoked.at)}`;
    return safe`  ${device.slice(0, 8)}  ${clockTime(at)}, by ${wayWords(how, whose)}, ${end}`;
  });
  const name = user === undefined ? "your name" : safe`the name @${user}`;
  const read =
    log === undefined
      ? "  this realm keeps no log: nothing proves that there is no other"
      : safe`  ${log.entries} entries of the realm's log were read; their root is ${log.root}`;
  return [...(lines.length === 0 ? [`  no certificate was ever issued in ${name}`] : lines), read];
}

function actor(by: string): string {
  return by === "@console" ? "somebody at the server" : safe`@${by}`;
}
