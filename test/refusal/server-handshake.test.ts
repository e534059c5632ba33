// A handshake that breaks off: whoever it was, the server's log says from where, once.
import { type Socket, connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  server = await testServer(realm, { handshakeMs: 2_000 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

/** The first bytes of a real client, as they would leave it. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const into = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk);
        done();
      },
    });
    connectTls({ socket: into, ALPNProtocols: ["mutual-chat/1"] }).on("error", () => undefined);
  });
}

const refused = () => server.lines.filter(({ sentence }) => sentence === "refused").map(({ fields }) => fields);

describe("a handshake that breaks off", () => {
  it.each<readonly [string, (socket: Socket) => void]>([
    ["by a reset after the server's first bytes", (socket) => socket.once("data", () => socket.resetAndDestroy())],
    ["by an end after them", (socket) => socket.once("data", () => socket.end())],
    ["by an end at once", (socket) => socket.end()],
    ["by nonsense after them", (socket) => socket.once("data", () => socket.end("nonsense\n"))],
  ])("%s", async (_what, breakOff) => {
    server.lines.length = 0;
    const hello = await clientHello();
    const socket = connectTcp(server.port, "127.0.0.1");
    socket.on("error", () => undefined).on("data", () => undefined);
    socket.write(hello);
    breakOff(socket);
    await new Promise((resolve) => socket.on("close", resolve));
    await expect.poll(() => refused().length).toBe(1);
    // Time for a second line, which must not come.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(refused()).toMatchObject([{ address: "127.0.0.1", code: expect.stringMatching(/^tls/) as string }]);
  });

  it("a visitor that says nothing and leaves is nobody's business", async () => {
    server.lines.length = 0;
    const socket = connectTcp(server.port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.end();
    await new Promise((resolve) => socket.on("close", resolve));
    expect(refused()).toEqual([]);
  });
});
