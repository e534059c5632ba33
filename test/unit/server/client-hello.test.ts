import { connect as connectTcp, createServer } from "node:net";
import { connect } from "node:tls";
import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { peekClientHello } from "../../../src/server/net/client-hello.ts";

/** What a real TLS client sends first. */
async function realHello(ecdhCurve: string): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const received = new Promise<Buffer>((resolve) => {
    server.once("connection", (socket) => {
      socket.once("data", (bytes: Buffer) => {
        resolve(bytes);
        socket.destroy();
      });
      socket.on("error", () => undefined);
    });
  });
  const client = connect({ socket: connectTcp(address.port, "127.0.0.1"), ecdhCurve, minVersion: "TLSv1.3" });
  client.on("error", () => undefined);
  const hello = await received;
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return hello;
}

describe("peekClientHello", () => {
  it.each([
    ["X25519MLKEM768", [0x11ec]],
    ["X25519", [0x1d]],
    ["P-256:X25519", [0x17, 0x1d]],
  ])("reads the groups of a real client that offers %s", async (curves, codes) => {
    expect(peekClientHello(await realHello(curves))).toEqual({ saw: "hello", groups: codes });
  });

  it("waits for the rest, byte by byte", async () => {
    const hello = await realHello("X25519");
    const length = 5 + hello.readUInt16BE(3);
    for (let cut = 0; cut < length; cut += 1)
      expect(peekClientHello(hello.subarray(0, cut)).saw, `at ${cut}`).toBe("part");
    expect(peekClientHello(hello.subarray(0, length)).saw).toBe("hello");
  });

  it.each([
    ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["an SSH banner", Buffer.from("SSH-2.0-x\r\n")],
    ["a record of another kind", Buffer.from([23, 3, 1, 0, 1, 0])],
    ["another record version", Buffer.from([22, 2, 0, 0, 1, 0])],
    ["a record longer than any hello", Buffer.from([22, 3, 1, 0xff, 0xff, 1])],
  ])("knows that %s is not TLS", (_what, bytes) => {
    expect(peekClientHello(bytes).saw).toBe("not-tls");
  });

  it("finds no groups in any other bytes, and never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const head = Buffer.from([22, 3, 1, bytes.length >> 8, bytes.length & 255]);
        expect(peekClientHello(Buffer.concat([head, bytes])).saw).toBe("hello");
      }),
    );
  });
});
