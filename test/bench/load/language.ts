// What the generator needs of a protocol.
import type { Client, Speech } from "./client.ts";
import type { Room } from "./room.ts";

export const BODY_BYTES = 256;

export interface Language extends Speech {
  /** Makes a room on the server. `everybody`: the lobby. */
  room(members: readonly Client[], everybody: boolean): Promise<Room<Client>>;
}
