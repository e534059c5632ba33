// The baseline: the least that can be called a chat server in Node. Mutual TLS, frames with a 4-byte length, each message
// written to each socket of its room. No store, no ack, no checks. node baseline-relay.ts FOLDER-OF-CERTIFICATES
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TLSSocket, createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { RELAY_JOIN, RELAY_MESSAGE } from "./load/relay-frames.ts";

const folder = process.argv[2] ?? "certs";
const file = (name: string): string => readFileSync(join(folder, name), "utf8");
const rooms = new Map<number, Set<TLSSocket>>();

function onFrame(socket: TLSSocket, frame: Buffer): void {
  const room = frame.readUInt32BE(5);
  if (frame[4] === RELAY_JOIN) {
    const members = rooms.get(room) ?? new Set();
    rooms.set(room, members.add(socket));
    socket.write(frame);
    socket.once("close", () => members.delete(socket));
  } else if (frame[4] === RELAY_MESSAGE) for (const member of rooms.get(room) ?? []) member.write(frame);
}

const server = createServer(
  {
    key: file("server.key"),
    cert: file("server.crt"),
    ca: file("ca.crt"),
    requestCert: true,
    minVersion: "TLSv1.3",
    noDelay: true,
  },
  (socket) => {
    let held: Buffer = Buffer.alloc(0);
    socket.setMaxListeners(0);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      let at = 0;
      while (held.length - at >= 4) {
        const end = at + 4 + held.readUInt32BE(at);
        if (end > held.length) break;
        onFrame(socket, held.subarray(at, end));
        at = end;
      }
      held = held.subarray(at);
    });
  },
);
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(JSON.stringify({ msg: "listening", port: (server.address() as AddressInfo).port }));
});
process.on("SIGTERM", () => process.exit(0));
