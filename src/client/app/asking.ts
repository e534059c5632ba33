// Who asks to be let in, and who is not: what the server tells of it, as events.
import type { ServerMessage } from "../../wire/messages.ts";
import type { ClientEvent } from "../port/views.ts";
import type { Abouts } from "./abouts.ts";
import type { Listings } from "./listings.ts";
import type { People } from "./people.ts";

export interface AskingWorld {
  readonly now: () => number;
  readonly people: Pick<People, "nameOf">;
  readonly abouts: Pick<Abouts, "nameOf">;
  readonly listings: Pick<Listings, "nameOf">;
}

/** Undefined: it is nothing of the kind, or is told by the commit that lets them in. */
export function askEvent(
  message: ServerMessage,
  { now, people, abouts, listings }: AskingWorld,
): ClientEvent | undefined {
  if (message.type !== "asked" && message.type !== "askAnswered") return undefined;
  const { log, user } = message;
  const known = abouts.nameOf(log);
  // Who is not in it knows it as it was announced.
  const conversation = known === log ? (listings.nameOf(log) ?? known) : known;
  const who = { conversation, user, name: people.nameOf(user) ?? user };
  if (message.type === "asked") return { event: "asked", at: message.at, ...who };
  return message.approved ? undefined : { event: "denied", at: now(), ...who };
}
