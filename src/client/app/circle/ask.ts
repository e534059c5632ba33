// A request to the server, as the circles make it.
import type { ClientMessage, ServerMessage, ServerMessageOf } from "../../../wire/messages.ts";

/** Resolves with the answer of the wanted kind. @throws Fault: what the server says instead, or that the connection is gone */
export type Ask = <K extends ServerMessage["type"]>(message: ClientMessage, wanted: K) => Promise<ServerMessageOf<K>>;
