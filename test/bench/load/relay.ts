// The crowd's side of the baseline relay.
import type { Client } from "./client.ts";
import { type Language, BODY_BYTES } from "./language.ts";
import { RELAY_JOIN, RELAY_MESSAGE, relayFrame } from "./relay-frames.ts";
import { Room } from "./room.ts";

export class RelayLanguage implements Language {
  readonly alpn = [];
  readonly #sizes: readonly number[];

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }

  /** Joins its rooms of all sizes; the answer to the last one is the way in. */
  begin(client: Client): void {
    for (const size of this.#sizes) client.write(relayFrame(RELAY_JOIN, roomNumber(client.index, size), 0));
  }

  frame(client: Client, bytes: Buffer): void {
    if (bytes[0] === RELAY_MESSAGE) {
      client.room?.stamps?.note(bytes.readDoubleBE(bytes.length - BODY_BYTES));
      client.room?.onDelivered(1);
    } else if (bytes.readUInt32BE(1) === roomNumber(client.index, this.#sizes.at(-1) ?? 1)) client.opened();
  }

  room(members: readonly Client[]): Promise<Room<Client>> {
    const number = roomNumber(members[0]?.index ?? 0, members.length);
    const template = relayFrame(RELAY_MESSAGE, number, BODY_BYTES);
    const message = (_room: Room, dueMs: number): Buffer => {
      const frame = Buffer.from(template);
      frame.writeDoubleBE(dueMs, frame.length - BODY_BYTES);
      return frame;
    };
    return Promise.resolve(new Room(members, { acks: false, message }));
  }
}

function roomNumber(index: number, size: number): number {
  return size * 100_000 + Math.floor(index / size);
}
