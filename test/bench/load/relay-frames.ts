// Frames of the baseline relay: 4-byte length, one byte of type, 4 bytes of room, the body.

export const RELAY_JOIN = 1;
export const RELAY_MESSAGE = 3;
export const RELAY_HEAD = 4 + 1 + 4;

export function relayFrame(type: number, room: number, bodyBytes: number): Buffer {
  const frame = Buffer.alloc(RELAY_HEAD + bodyBytes, 0x61);
  frame.writeUInt32BE(frame.length - 4, 0);
  frame[4] = type;
  frame.writeUInt32BE(room, 5);
  return frame;
}
