// A server that falls silent: it is pinged in time, and given up when it does not answer. The time is the test's own.
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ALPN } from "../../src/wire/alpn.ts";
import { tlsLink } from "../../src/client/link/dial.ts";
import type { Channel } from "../../src/client/port/link.ts";
import { decodeClientFrame, encodeServerFrame } from "../../src/wire/codec.ts";
import { FrameDecoder } from "../../src/wire/frames.ts";
import { HandClock } from "../kit/hand-clock.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

const STEP_MS = 500;
const IDLE_MS = 9_000;

let realm: TestRealm;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
});
afterAll(() => realm.remove());

/** `answers`: pings get their pong. */
async function connected(answers: boolean) {
  const clock = new HandClock(Date.now());
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
  return { channel, server, pings, clock };
}

/** Until it has ended, or that long; what is on its way arrives between two steps. Resolves with how it ended, and when. */
async function passing(
  { channel, clock }: { readonly channel: Channel; readonly clock: HandClock },
  most: number,
): Promise<{ readonly code: string | undefined; readonly ms: number }> {
  const codes: string[] = [];
  read(channel).then(
    () => codes.push("closed"),
    (error: { code: string }) => codes.push(error.code),
  );
  let ms = 0;
  for (; ms < most && codes.length === 0; ms += STEP_MS) {
    clock.pass(STEP_MS);
    for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return { code: codes[0], ms };
}

async function read(channel: Channel): Promise<void> {
  for await (const frames of channel.incoming) expect(frames.length).toBeGreaterThan(0);
}

it("that answers nothing is given up after the idle time, and was pinged before", async () => {
  const { channel, server, pings, clock } = await connected(false);
  const started = clock.now();
  channel.keepAlive(IDLE_MS);
  const { code, ms } = await passing({ channel, clock }, 10 * IDLE_MS);
  expect(code).toBe("link-silent");
  expect(ms).toBeGreaterThanOrEqual(IDLE_MS);
  expect(ms).toBeLessThan(2 * IDLE_MS);
  expect(pings.length).toBeGreaterThanOrEqual(2);
  expect((pings[0] ?? 0) - started).toBeLessThan(IDLE_MS - STEP_MS);
  server.close();
});

it("that answers pings stays, for as long as it likes", async () => {
  const { channel, server, pings, clock } = await connected(true);
  channel.keepAlive(IDLE_MS);
  const { code } = await passing({ channel, clock }, 3 * IDLE_MS);
  expect(code).toBeUndefined();
  expect(pings.length).toBeGreaterThanOrEqual(6);
  channel.close();
  server.close();
});
