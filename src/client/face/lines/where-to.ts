// Where a person goes with /to: a conversation that is there, or a user, whose conversation begins with the first message.
import { Fault } from "../../../model/fault.ts";
import { isHandle } from "../../../model/ids.ts";
import type { Client } from "../../port/client.ts";
import type { Replies } from "../../port/replies.ts";
import { placeOf } from "./verbs.ts";

/** @throws Fault `no-such-conversation` */
export async function whereTo(
  typed: string,
  client: Client,
): Promise<{ readonly place: string; readonly topic: string }> {
  const wanted = placeOf(typed);
  const { conversations } = (await client.ask({ do: "conversations" })) as unknown as Replies["conversations"];
  const found = conversations.find(({ conversation, id }) => conversation === wanted || id === wanted);
  if (found !== undefined) return { place: found.conversation, topic: found.topic ?? "" };
  if (wanted.startsWith("@") && isHandle(wanted.slice(1))) return { place: wanted, topic: "" };
  throw new Fault("no-such-conversation", "there is no such conversation here", {
    hint: "/conversations lists them; /join #room comes into one, /create name makes one",
  });
}
