// The two requests of a transfer over a connection to the server.
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../wire/messages.ts";
import type { BlobRequests } from "./contract.ts";
import { wrongAnswer } from "./endings.ts";

/** One question, one answer of the kind that was asked for. Throws Fault `offline` and what the server said instead. */
export type Ask = <K extends ServerMessage["type"]>(message: ClientMessage, type: K) => Promise<ServerMessageOf<K>>;

export function blobRequests(ask: Ask): BlobRequests {
  return {
    async put({ id, size, offset, chunk }) {
      const answer = await ask({ type: "blobPut", id, size, offset, chunk }, "blobStored");
      if (answer.id !== id) throw wrongAnswer();
      return answer;
    },
    async get({ id, offset, maxBytes }) {
      const answer = await ask({ type: "blobGet", id, offset, maxBytes }, "blobChunk");
      if (answer.id !== id) throw wrongAnswer();
      return answer;
    },
  };
}
