// The enrolment door against those who do not ask but hold on: slow, silent, too many, older TLS, other protocols; and when it is shut.
import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  administer,
  basic,
  DoorClock,
  doorPort,
  ENROL,
  enrol,
  invite,
  knock,
  logged,
  type TestInvitation,
} from "../kit/door.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA";
const LOOK_MS = 5_000;
const BEHIND_MS = 10 * 60_000;

let realm: TestRealm;
let server: TestServer;
const clock = new DoorClock();
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  server = await testServer(realm, { doorPort: 0 }, clock);
  await invite(server, { uses: 100, lastsMs: 90 * 86_400_000 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

async function dial(options: object = {}): Promise<TLSSocket> {
  const socket = connectTls({ host: "127.0.0.1", port: doorPort(server), ca: realm.caPem(), ...options });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  return socket;
}

/** Everything that comes until it is closed. */
async function heard(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  socket.on("error", () => undefined).on("data", (part: Buffer) => parts.push(part));
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(parts).toString("latin1");
}

describe("who is slow", () => {
  const HEAD = `POST ${ENROL} HTTP/1.1\r\nHost: x\r\n`;
  /** Something every half second, for as long as the door lets it. */
  const dripping = (socket: Socket): Socket => {
    const timer = setInterval(() => socket.write("a"), 500);
    socket.once("close", () => clearInterval(timer));
    return socket;
  };
  const visitors: Readonly<Record<string, () => Promise<Socket>>> = {
    "says nothing at all": async () => connectTcp(doorPort(server), "127.0.0.1"),
    "drips a handshake": async () => {
      const socket = connectTcp(doorPort(server), "127.0.0.1");
      socket.write(Buffer.from("160301020001", "hex"));
      return dripping(socket);
    },
    "says nothing behind the handshake": () => dial(),
    "never ends its headers": async () => {
      const socket = await dial();
      socket.write(`${HEAD}X: `);
      return dripping(socket);
    },
    "drips a body": async () => {
      const socket = await dial();
      socket.write(`${HEAD}Content-Length: 4000\r\n\r\n`);
      return dripping(socket);
    },
    "promises a body and sends none": async () => {
      const socket = await dial();
      socket.write(
        `${HEAD}Content-Length: 4000\r\nAuthorization: ${basic("x", UNKNOWN)["authorization"] ?? ""}\r\n\r\n`,
      );
      return socket;
    },
  };

  test("is cut off, hears nothing that helps, and keeps nobody else waiting", { timeout: 60_000 }, async () => {
    const all = await Promise.all(Object.values(visitors).map((visit) => visit()));
    const order: string[] = [];
    for (const [at, name] of Object.keys(visitors).entries()) all[at]?.once("close", () => order.push(name));
    const ends = Promise.all(all.map((socket) => heard(socket)));
    // Meanwhile the door serves others.
    expect((await knock(server)).status).toBe(200);
    for (const [at, said] of (await ends).entries())
      expect([Object.keys(visitors)[at], said]).toEqual([
        Object.keys(visitors)[at],
        expect.not.stringMatching(/ 200 /),
      ]);
    expect(logged(server, "door: not HTTP").map(({ code }) => code)).toContain("ERR_HTTP_REQUEST_TIMEOUT");
    // A head has less time than a whole request.
    expect(order.slice(-2).toSorted()).toEqual(["drips a body", "promises a body and sends none"]);
    expect((await knock(server)).status).toBe(200);
  });
});

describe("who speaks something else", () => {
  test.each([
    ["HTTP without TLS", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["nonsense", "hello\r\n\r\n"],
    ["nulls", "\0".repeat(1_000)],
  ])("%s is cut off in the handshake", async (_what, text) => {
    const socket = connectTcp(doorPort(server), "127.0.0.1");
    socket.write(text);
    expect(await heard(socket)).not.toContain("HTTP/1.1 2");
  });

  test.each([
    ["nonsense", "hello\r\n\r\n"],
    ["the chat's protocol", "\0\0\0\u0005abcde"],
    ["a header of 9 kB", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(9_000)}\r\n\r\n`],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a null in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"],
  ])("%s behind the handshake is told nothing, and stands in the log", async (_what, text) => {
    const before = logged(server, "door: not HTTP").length;
    const socket = await dial();
    socket.write(Buffer.from(text, "latin1"));
    expect(await heard(socket)).toBe("");
    expect(logged(server, "door: not HTTP").length).toBe(before + 1);
  });

  test("TLS 1.2 is not spoken, nor another protocol than HTTP/1.1", async () => {
    const old = { maxVersion: "TLSv1.2" } as const;
    await expect(dial(old)).rejects.toMatchObject({ code: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" });
    await expect(dial({ ALPNProtocols: ["h2"] })).rejects.toMatchObject({
      code: /ALERT_NO_APPLICATION_PROTOCOL/ as never,
    });
    const socket = await dial({ ALPNProtocols: ["h2", "http/1.1"] });
    expect([socket.alpnProtocol, socket.getProtocol()]).toEqual(["http/1.1", "TLSv1.3"]);
    socket.destroy();
  });
});

describe("so many at once", () => {
  test("nine of one address: one is told to come later; others are served", async () => {
    const from = "127.0.0.50";
    const before = logged(server, "door: wrong").length;
    const eight = Promise.all(Array.from({ length: 8 }, () => enrol(server, { code: UNKNOWN, from })));
    await expect.poll(() => logged(server, "door: wrong").length).toBe(before + 8);
    const ninth = await enrol(server, { code: UNKNOWN, from });
    expect(ninth.status).toBe(429);
    expect(ninth.headers.map((header) => header.toLowerCase())).toContain("retry-after: 30");
    expect((await knock(server, { from })).status).toBe(429);
    expect((await knock(server, { from: "127.0.0.51" })).status).toBe(200);
    clock.turn(30_000);
    expect((await eight).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 401));
    expect((await knock(server, { from })).status).toBe(200);
  });

  test("who hangs up while the answer waits makes room", async () => {
    const from = "127.0.0.52";
    const before = logged(server, "door: wrong").length;
    const sockets = await Promise.all(Array.from({ length: 8 }, () => dial({ localAddress: from })));
    const authorization = basic("x", UNKNOWN)["authorization"] ?? "";
    for (const socket of sockets)
      socket.write(
        `POST ${ENROL} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 4\r\n\r\nAAAA`,
      );
    await expect.poll(() => logged(server, "door: wrong").length).toBe(before + 8);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await knock(server, { from })).status).toBe(200);
  });

  test("33 connections of one address: the last is closed; others come in", async () => {
    const from = "127.0.0.53";
    const sockets = await Promise.all(Array.from({ length: 32 }, () => dial({ localAddress: from })));
    await expect(dial({ localAddress: from })).rejects.toThrow(/ECONNRESET|disconnected|socket/);
    expect(logged(server, "door: refused")).toContainEqual({ address: from, code: "too-many-connections" });
    expect((await knock(server, { from: "127.0.0.54" })).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() =>
        knock(server, { from }).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});

describe("when nobody is invited", () => {
  const isShut = (own: TestServer): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connectTcp(doorPort(own), "127.0.0.1", () => {
        socket.destroy();
        resolve(false);
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
    });
  const withdraw = (own: TestServer, { id }: TestInvitation) => administer(own, { do: "withdraw", id });

  test("the door is shut from the start, opens at its port with an invitation, and shuts behind its withdrawal", async () => {
    await using own = await testServer(realm, { doorPort: 0 }, clock);
    expect(await isShut(own)).toBe(true);
    const port = doorPort(own);
    const [one, two] = [await invite(own), await invite(own)];
    expect([one.port, two.port, doorPort(own)]).toEqual([port, port, port]);
    expect((await knock(own)).status).toBe(200);
    await withdraw(own, one);
    expect((await knock(own)).status).toBe(200);
    await withdraw(own, two);
    expect(await isShut(own)).toBe(true);
    expect((await invite(own)).port).toBe(port);
    expect((await knock(own)).status).toBe(200);
  });

  test("it shuts when the last invitation has ended, and a while behind the last one who came in", async () => {
    const turned = new DoorClock();
    await using own = await testServer(realm, { doorPort: 0 }, turned);
    const shutsSoon = () =>
      expect
        .poll(() => {
          turned.turn(LOOK_MS);
          return isShut(own);
        })
        .toBe(true);
    await invite(own, { lastsMs: 60_000 });
    turned.turn(60_000);
    await shutsSoon();
    const { code } = await invite(own, { user: "bob", lastsMs: 60_000 });
    expect((await enrol(own, { code })).status).toBe(200);
    const seen = logged(own, "the enrolment door is closed").length;
    for (let left = BEHIND_MS / LOOK_MS - 2; left > 0; left -= 1) {
      turned.turn(LOOK_MS);
      // Asks the store behind the door's own question.
      await administer(own, { do: "invitations" });
    }
    // Whose answer was lost asks again.
    expect(await isShut(own)).toBe(false);
    expect(logged(own, "the enrolment door is closed")).toHaveLength(seen);
    await shutsSoon();
  });

  test("a server without a door has none, whatever is withdrawn; and invites nobody", async () => {
    const first = await testServer(realm, { doorPort: 0 }, clock);
    const [one] = [await invite(first), await invite(first)];
    await first.stop();
    await using own = await testServer(realm, { data: first.data }, clock);
    expect(await withdraw(own, one)).toMatchObject({ ok: true });
    expect(own.server.doorPort).toBeUndefined();
    expect(await administer(own, { do: "invite" })).toMatchObject({ ok: false, error: { code: "no-door" } });
  });

  test("a server that stops does not wait for those who hold on", async () => {
    const own = await testServer(realm, { doorPort: 0 }, clock);
    await invite(own);
    const socket = connectTls({ host: "127.0.0.1", port: doorPort(own), ca: realm.caPem() });
    await once(socket, "secureConnect");
    const end = heard(socket);
    await own[Symbol.asyncDispose]();
    expect(await end).toBe("");
  });
});
