// The client at a door that is not the one of its invitation, or does not behave like one: nothing is said to a stranger.
import { createServer as createTcp, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { askDoor, type DoorAsk, type DoorPlace } from "../../src/client/link/door.ts";
import { validFor } from "../../src/pki/issue.ts";
import { Fault } from "../../src/model/fault.ts";
import { TurnedClock } from "../kit/hand-clock.ts";
import { DAY_MS, makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";

const SECRET = "AbCdEfGhIjKlMnOpQrSt_-";
const ASK: DoorAsk = {
  method: "POST",
  path: "/.well-known/est/simpleenroll",
  type: "application/pkcs10",
  body: "a request",
  basic: { user: "bob", secret: SECRET },
};

let realm: TestRealm;
let other: TestRealm;
beforeAll(async () => {
  [realm, other] = await Promise.all([makeRealm({ clients: ["alice"] }), makeRealm({ clients: ["alice"] })]);
});
afterAll(() => {
  realm.remove();
  other.remove();
});

const open: TcpServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function portOf(server: TcpServer): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

interface FakeDoor {
  readonly port: number;
  /** What was said to it, behind TLS. */
  readonly heard: () => string;
}

/** What it shows is the usual of `root` where nothing else is given. */
interface FakeWish extends Partial<Pick<TestIdentity, "certPem" | "keyPem">> {
  readonly root?: TestRealm;
  readonly maxVersion?: "TLSv1.2" | "TLSv1.3";
}

/** Says `answer` to whatever it is told, or does with the connection what it is given. */
async function fakeDoor(
  answer: string | ((socket: TLSSocket) => void),
  { certPem, keyPem, root = realm, maxVersion = "TLSv1.3" }: FakeWish = {},
): Promise<FakeDoor> {
  const { certPem: usualCert, keyPem: usualKey } = root.server();
  const cert = `${certPem ?? usualCert}${root.caPem()}`;
  const server = createServer({ ALPNProtocols: ["http/1.1"], maxVersion, cert, key: keyPem ?? usualKey });
  let heard = "";
  server.on("tlsClientError", () => undefined);
  server.on("secureConnection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (typeof answer === "string") socket.end(answer);
    });
    if (typeof answer === "function") answer(socket);
  });
  return { port: await portOf(server), heard: () => heard };
}

const place = (port: number, over: Partial<DoorPlace> = {}): DoorPlace => ({
  host: "127.0.0.1",
  port,
  realm: realm.fingerprint,
  clock: systemClock,
  ...over,
});

async function fault(at: DoorPlace, ask: DoorAsk = ASK): Promise<Fault> {
  const error: unknown = await askDoor(at, ask).catch((thrown: unknown) => thrown);
  if (error instanceof Fault) return error;
  throw new TypeError(`no fault: ${String(error)}`);
}

const http = (body: string, head = "200 OK"): string =>
  `HTTP/1.1 ${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

test("the right one is asked, and its answer comes with the realm that it proved", async () => {
  const door = await fakeDoor(http("yes"));
  const { body, realm: proved } = await askDoor(place(door.port), ASK);
  expect([String(body), proved.fingerprint]).toEqual(["yes", realm.fingerprint]);
  const basic = Buffer.from(`bob:${SECRET}`).toString("base64");
  expect(door.heard()).toContain(`authorization: Basic ${basic}\r\n`);
  expect(door.heard()).toContain(`host: 127.0.0.1:${door.port}\r\n`);
  expect(door.heard()).toMatch(/\r\n\r\na request$/);
});

describe("a server that is not the one of the invitation hears nothing", () => {
  const past = { notBefore: new Date(Date.now() - 20 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
  const future = { notBefore: new Date(Date.now() + DAY_MS), notAfter: new Date(Date.now() + 20 * DAY_MS) };
  const serverWith = (validity = validFor(30, new Date()), names = realm.server().leaf.altNames): TestIdentity => {
    const { extensions } = realm.authority.templates.server(names);
    return realm.issueClient({ extensions: () => extensions, validity });
  };
  const elsewhere = (): TestIdentity => serverWith(undefined, [{ kind: "dns", value: "chat.example.org" }]);
  /** Both roots are shown: the fingerprint of the right one is among them, and it signed nothing of this. */
  const pretender = (): { certPem: string; keyPem: string } => {
    const { certPem, keyPem } = other.server();
    return { certPem: certPem + other.caPem(), keyPem };
  };

  test.each<readonly [string, string, () => Promise<FakeDoor>]>([
    ["another CA", "realm-mismatch", () => fakeDoor(http("yes"), { root: other })],
    ["another CA that shows ours as well", "server-untrusted", () => fakeDoor(http("yes"), pretender())],
    ["a certificate for another host", "server-name", () => fakeDoor(http("yes"), elsewhere())],
    ["a certificate that has ended", "server-expired", () => fakeDoor(http("yes"), serverWith(past))],
    ["one that starts later", "server-not-yet-valid", () => fakeDoor(http("yes"), serverWith(future))],
    ["a device's certificate", "server-usage", () => fakeDoor(http("yes"), realm.client("alice"))],
    ["one that nobody signed", "server-usage", () => fakeDoor(http("yes"), realm.selfSigned())],
  ])("%s: %s", async (_what, code, start) => {
    const door = await start();
    const error = await fault(place(door.port));
    expect([error.code, error.hint === undefined]).toEqual([code, false]);
    expect(door.heard()).toBe("");
  });

  test("the server whose certificate ends only later is asked: it is the time that decides", async () => {
    const door = await fakeDoor(http("yes"), serverWith());
    expect(String((await askDoor(place(door.port), ASK)).body)).toBe("yes");
    const clock = new TurnedClock();
    clock.turn(60 * DAY_MS);
    expect((await fault(place(door.port, { clock }))).code).toBe("server-expired");
  });

  test("TLS 1.2", async () => {
    const door = await fakeDoor(http("yes"), { maxVersion: "TLSv1.2" });
    expect((await fault(place(door.port))).code).toBe("server-old-tls");
    expect(door.heard()).toBe("");
  });

  test("nobody, no TLS, somebody who hangs up", async () => {
    const plain = await portOf(createTcp((socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n")));
    expect((await fault(place(plain))).code).toBe("server-not-tls");
    const rude = await portOf(createTcp((socket) => void socket.destroy()));
    expect((await fault(place(rude))).code).toBe("connect-reset");
    const gone = createTcp();
    const port = await portOf(gone);
    await new Promise((resolve) => gone.close(resolve));
    expect((await fault(place(port))).code).toBe("connect-refused");
  });
});

describe("answers that are none", () => {
  test.each<readonly [string, string, string]>([
    ["a page", "door-malformed", http("<html>", "404 Not Found")],
    ["JSON that says nothing", "door-malformed", http("{}", "400 Bad Request")],
    ["JSON that is no object", "door-malformed", http("null", "400 Bad Request")],
    ["a code that is none", "door-malformed", http('{"error":{"code":"../x","message":"no"}}', "400 Bad Request")],
    ["a code of a number", "door-malformed", http('{"error":{"code":5,"message":"no"}}', "400 Bad Request")],
    ["a way to somewhere else", "door-malformed", http("", "302 Found\r\nLocation: https://192.0.2.1/")],
    ["200 that is none", "connect-cut", "HTTP/1.1 abc\r\n\r\n"],
    ["nothing", "connect-cut", ""],
    ["half a head", "connect-cut", "HTTP/1.1 200 OK\r\nContent-"],
    ["half a body", "connect-cut", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"],
    ["a chunk that does not end", "connect-cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf"],
  ])("%s: %s", async (_what, code, answer) => {
    const door = await fakeDoor(answer);
    expect((await fault(place(door.port))).code).toBe(code);
  });

  test("more than 4 MiB is not read to its end", async () => {
    let written = 0;
    const door = await fakeDoor((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
      const more = (): void => {
        let isTaken = true;
        for (; isTaken && !socket.destroyed; written += 64 * 1024) isTaken = socket.write(Buffer.alloc(64 * 1024));
        socket.once("drain", more);
      };
      more();
    });
    const error = await fault(place(door.port));
    expect([error.code, error.message]).toEqual(["connect-cut", expect.stringContaining("too long")]);
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  test("what the door says is the fault; however long, it is cut, and keeps its code", async () => {
    const said = { code: "user-taken", message: "m".repeat(2_000), hint: "h".repeat(2_000) };
    const door = await fakeDoor(http(JSON.stringify({ error: said }), "400 Bad Request"));
    const error = await fault(place(door.port));
    expect([error.code, error.message.length, error.hint?.length]).toEqual(["user-taken", 500, 500]);
  });
});

describe("a door that says nothing", () => {
  /** Turns the clock until it is over: how far, in seconds. */
  const patience = async (port: number, most: number): Promise<readonly [string, number]> => {
    const clock = new TurnedClock();
    const state: { over: boolean } = { over: false };
    const asking = fault(place(port, { clock })).finally(() => (state.over = true));
    let seconds = 0;
    while (seconds < most && !state.over) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      clock.turn(5_000);
      seconds += 5;
    }
    return [(await asking).code, seconds];
  };

  test("not even in the handshake: ten seconds", async () => {
    const sockets: Socket[] = [];
    const port = await portOf(createTcp((socket) => void sockets.push(socket)));
    const [code, seconds] = await patience(port, 100);
    expect(code).toBe("connect-handshake-timeout");
    expect(seconds).toBeLessThanOrEqual(20);
    for (const socket of sockets) socket.destroy();
  });

  test("behind the request: a minute, for a wrong code waits half of that", async () => {
    const door = await fakeDoor(() => undefined);
    const [code, seconds] = await patience(door.port, 300);
    expect(code).toBe("connect-cut");
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(80);
  });
});
