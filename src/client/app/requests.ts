// What the conversations ask of the server, and where the answers go. Without a connection there is no answer: what was asked
// is asked again after the next greeting.
import { Fault } from "../../model/fault.ts";
import type { Epoch, LogId, MessageId, Seq } from "../../model/ids.ts";
import type { LogState } from "../../wire/messages.ts";
import type { Connector } from "./connector.ts";
import type { Conversations } from "./conversations.ts";

interface PageWish {
  readonly log: LogId;
  readonly after: Seq;
  readonly maxCount: number;
}

export function requestPage(connector: Connector, to: Conversations, { log, after, maxCount }: PageWish): void {
  connector.request({ type: "fetch", log, after, maxCount, maxBytes: 0 }, (answer) => {
    if (answer?.type === "page") return to.paged(log, answer);
    // Without it this log would stay behind for as long as the connection lives.
    if (answer !== undefined)
      connector.giveUp(new Fault("link-answer", "the server did not give the messages that were missed"));
  });
}

/** How the conversation stands for this device now; undefined: it is none of its own. @throws Fault `offline` */
export async function requestStanding(connector: Connector, log: LogId): Promise<LogState | undefined> {
  try {
    const { conversations } = await connector.ask({ type: "listConversations", log }, "conversationList");
    return conversations.find(({ state }) => state.log === log)?.state;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code !== "offline") connector.giveUp(error);
    throw new Fault("offline", "the server did not say how the conversation stands");
  }
}

interface AppendWish {
  readonly log: LogId;
  readonly mid: MessageId;
  readonly since: Seq;
  readonly epoch: Epoch;
  readonly body: Uint8Array;
}

export function requestAppend(
  connector: Connector,
  to: Conversations,
  { log, mid, since, epoch, body }: AppendWish,
): void {
  connector.request({ type: "append", log, mid, since, kind: "app", epoch, body, commit: undefined }, (answer) => {
    if (answer?.type === "appended") to.appended(log, mid, answer);
    else if (answer !== undefined) to.refused(log, mid, answer.type === "error" ? answer.code : "answer");
  });
}
