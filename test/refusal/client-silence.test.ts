// A server that falls silent: it is pinged in time, and given up when it does not answer. Time runs twenty times as fast.
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ALPN } from "../../src/wire/alpn.ts";
import { tlsLink } from "../../src/client/link/dial.ts";
import type { Channel } from "../../src/client/port/link.ts";
import { decodeClientFrame, encodeServerFrame } from "../../src/wire/codec.ts";
import { FrameDecoder } from "../../src/wire/frames.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

const TIMES = 20;
const START = Date.now();
const clock = {
  now: () => START + (Date.now() - START) * TIMES,
  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(run, ms / TIMES);
    return () => clearTimeout(timer);
  },
};

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

/** `answers`: pings get their pong. */
async function connected(answers: boolean) {
  const pings: number[] = [];
  const { certPem: cert, keyPem: key } = realm.server();
  const onSocket = (socket: TLSSocket): void => {
    const decoder = new FrameDecoder(1024);
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      for (const bytes of decoder.push(chunk)) {
        const { message } = decodeClientFrame(bytes);
        if (message.type !== "ping") continue;
        pings.push(clock.now());
        const { nonce } = message;
        if (answers) socket.write(encodeServerFrame({ request: 0, message: { type: "pong", nonce } }));
      }
    });
  };
  const server = createServer({ cert, key, ALPNProtocols: [ALPN] }, onSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { certPem, keyPem, leaf } = realm.client("alice");
  const own = { certificatePem: certPem, keyPem, leaf };
  const pinned = { ...(await realm.load()), issuers: [], crls: new Map() };
  const wide = { dialMs: 60_000, handshakeMs: 60_000 };
  const link = tlsLink({ host: "127.0.0.1", port, realm: pinned, clock, identity: () => own, ...wide });
  const channel = await link.connect(new AbortController().signal);
  return { channel, server, pings };
}

async function read(channel: Channel): Promise<void> {
  for await (const frames of channel.incoming) expect(frames.length).toBeGreaterThan(0);
}

it("that answers nothing is given up after the idle time, and was pinged before", async () => {
  const { channel, server, pings } = await connected(false);
  const started = clock.now();
  channel.keepAlive(9_000);
  await expect(read(channel)).rejects.toMatchObject({ code: "link-silent" });
  const ms = clock.now() - started;
  expect(ms).toBeGreaterThanOrEqual(9_000);
  expect(ms).toBeLessThan(20_000);
  expect(pings.length).toBeGreaterThanOrEqual(2);
  expect((pings[0] ?? 0) - started).toBeLessThan(6_000);
  server.close();
});

it("that answers pings stays, for as long as it likes", async () => {
  const { channel, server, pings } = await connected(true);
  channel.keepAlive(9_000);
  const ended = read(channel).then(
    () => "closed",
    (error: { code: string }) => error.code,
  );
  const after = new Promise((resolve) => setTimeout(() => resolve("still there"), (9_000 * 3) / TIMES));
  expect(await Promise.race([ended, after])).toBe("still there");
  expect(pings.length).toBeGreaterThanOrEqual(6);
  channel.close();
  await ended;
  server.close();
});
