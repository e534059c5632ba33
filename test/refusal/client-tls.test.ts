// Whom the client refuses, and what it tells its user: real TLS servers with something wrong about them.
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from "node:net";
import { createServer as createTls, type TLSSocket, type TlsOptions } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { ALPN } from "../../src/wire/alpn.ts";
import { type DialConfig, tlsLink } from "../../src/client/link/dial.ts";
import { Fault } from "../../src/model/fault.ts";
import { issueUnder } from "../../src/pki/issue.ts";
import { newKeyPair, plainKeyPem } from "../../src/pki/keys.ts";
import { toPem } from "../../src/pki/pem.ts";
import { chainUnder } from "../../src/pki/authority.ts";
import type { Realm } from "../../src/pki/realm.ts";
import { DAY_MS, type TestIdentity, type TestRealm, makeRealm } from "../kit/realm.ts";
import { TestClient } from "../kit/client.ts";

let realm: TestRealm;
let other: TestRealm;
let pinned: Realm;
const open: TcpServer[] = [];

beforeAll(async () => {
  [realm, other] = await Promise.all([makeRealm(), makeRealm()]);
  pinned = { ...(await realm.load()), issuers: [], crls: new Map() };
});
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});
afterAll(() => {
  realm.remove();
  other.remove();
});

async function listen(server: TcpServer, ip = "127.0.0.1"): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, ip, resolve));
  return (server.address() as AddressInfo).port;
}

/** A TLS server; whatever it is told, `heard` remembers. */
async function tlsServer(identity: TestIdentity, more: TlsOptions = {}, ip = "127.0.0.1") {
  const heard: Buffer[] = [];
  const sockets: TLSSocket[] = [];
  const server = createTls(
    {
      cert: identity.certPem,
      key: identity.keyPem,
      ALPNProtocols: [ALPN],
      requestCert: true,
      // The server is the stranger here, and takes everybody: what counts is that it is told nothing.
      rejectUnauthorized: false,
      ...more,
    },
    (socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => heard.push(chunk));
      sockets.push(socket);
    },
  );
  server.on("tlsClientError", () => {});
  return { port: await listen(server, ip), heard, sockets };
}

function linkTo(port: number, more: Partial<DialConfig> = {}) {
  const { certPem, keyPem, leaf } = realm.client("alice");
  const own = { certificatePem: certPem, keyPem, leaf };
  return tlsLink({
    host: "127.0.0.1",
    port,
    realm: pinned,
    clock: systemClock,
    dialMs: 500,
    handshakeMs: 500,
    identity: () => own,
    ...more,
  });
}

async function refusal(port: number, more: Partial<DialConfig> = {}): Promise<Fault> {
  try {
    const channel = await linkTo(port, more).connect(new AbortController().signal);
    channel.close();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was taken");
}

function serverIdentity(validity: { notBefore: Date; notAfter: Date }): TestIdentity {
  const { templates, issuing } = realm.authority;
  const { publicKey, privateKey } = newKeyPair("ed25519");
  const leaf = issueUnder(issuing, { ...templates.server([{ kind: "ip", value: "127.0.0.1" }]), publicKey, validity });
  const chain = chainUnder(realm.authority, leaf);
  return {
    leaf,
    key: privateKey,
    chain,
    certPem: chain.map((der) => toPem("CERTIFICATE", der)).join(""),
    keyPem: plainKeyPem(privateKey),
  };
}

const daysFromNow = (days: number): Date => new Date(Date.now() + days * DAY_MS);

describe("the network", () => {
  it("nobody listens", async () => {
    const port = await listen(createTcp());
    await new Promise((resolve) => open.splice(0)[0]?.close(resolve));
    expect(await refusal(port)).toMatchObject({
      code: "connect-refused",
      hint: expect.stringContaining("chat-server") as unknown,
    });
  });

  it("no such host", async () => {
    expect(await refusal(1, { host: "no-such-host.invalid", dialMs: 5_000 })).toMatchObject({
      code: "connect-host-unknown",
    });
  });

  it("takes the connection and says nothing", async () => {
    const port = await listen(createTcp((socket) => socket.on("error", () => {})));
    expect(await refusal(port)).toMatchObject({ code: "connect-handshake-timeout" });
  });

  it("hangs up in the handshake", async () => {
    const port = await listen(createTcp((socket) => socket.once("data", () => socket.destroy())));
    expect(await refusal(port)).toMatchObject({ code: "connect-reset" });
  });

  it("an attempt that is stopped ends at once", async () => {
    const port = await listen(createTcp((socket) => socket.on("error", () => {})));
    const stop = new AbortController();
    const attempt = linkTo(port, { handshakeMs: 60_000 }).connect(stop.signal);
    setTimeout(() => stop.abort(), 50);
    await expect(attempt).rejects.toMatchObject({ code: "connect-stopped" });
  });
});

describe("a server that is not ours", () => {
  it.each<readonly [string, string]>([
    ["an SSH server", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["a web server", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["noise", "\x00\x01\x02\x03\x04\x05\x06\x07"],
  ])("%s is not TLS", async (_what, banner) => {
    const port = await listen(
      createTcp((socket) => {
        socket.on("error", () => {});
        socket.write(banner);
      }),
    );
    expect(await refusal(port)).toMatchObject({ code: "server-not-tls" });
  });

  it("TLS 1.2 only", async () => {
    const { port } = await tlsServer(realm.server(), { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
    expect(await refusal(port)).toMatchObject({ code: "server-old-tls" });
  });

  it.each<readonly [string, TlsOptions]>([
    ["another protocol", { ALPNProtocols: ["h2"] }],
    ["no protocol at all", { ALPNProtocols: [] }],
  ])("%s by ALPN", async (_what, options) => {
    const { port } = await tlsServer(realm.server(), options);
    expect(await refusal(port)).toMatchObject({ code: "server-no-alpn" });
  });

  it.each<readonly [string, string, { readonly sentence: RegExp; readonly identity: () => TestIdentity }]>([
    [
      "of another CA with the same names",
      "server-untrusted",
      { sentence: /another CA of the same name/, identity: () => other.server() },
    ],
    ["that is self-signed", "server-usage", { sentence: /not made for a server/, identity: () => realm.selfSigned() }],
    [
      "that has ended",
      "server-expired",
      {
        sentence: /ended on/,
        identity: () => serverIdentity({ notBefore: daysFromNow(-9), notAfter: daysFromNow(-1) }),
      },
    ],
    [
      "that has not begun",
      "server-not-yet-valid",
      {
        sentence: /valid only from/,
        identity: () => serverIdentity({ notBefore: daysFromNow(1), notAfter: daysFromNow(9) }),
      },
    ],
    [
      "of a member of the realm who is not a server",
      "server-usage",
      { sentence: /not made for a server/, identity: () => realm.client("bob") },
    ],
  ])("a certificate %s: %s, and nothing is said to it", async (_what, code, { sentence, identity }) => {
    const { port, heard } = await tlsServer(identity());
    const fault = await refusal(port);
    expect(fault).toMatchObject({
      code,
      message: expect.stringMatching(sentence) as unknown,
      hint: expect.any(String) as unknown,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([]);
  });

  it("a certificate for other names says which", async () => {
    const { port, heard } = await tlsServer(realm.server(), {}, "127.0.0.2");
    expect(await refusal(port, { host: "127.0.0.2" })).toMatchObject({
      code: "server-name",
      message: expect.stringMatching(/127\.0\.0\.2.*localhost/) as unknown,
    });
    expect(heard).toEqual([]);
  });

  it("is said to the user once and for all when none was ever reached", async () => {
    const { port } = await tlsServer(other.server());
    using client = new TestClient({ realm, identity: realm.client("alice"), port });
    expect(await client.client.ended).toMatchObject({
      how: "refused",
      by: "client",
      reason: { code: "server-untrusted" },
    });
    expect(client.face.of("link").map(({ state }) => state)).toEqual(["refused"]);
  });
});
