// What the doctor finds at the server's ports: the server itself, nobody, or another program in its place.
import { once } from "node:events";
import { createServer } from "node:net";
import { connect } from "node:tls";
import { errno, reason } from "../model/fault.ts";
import { loadServerFiles } from "../pki/load.ts";
import { ALPN } from "../wire/alpn.ts";
import { fail, type Finding, ok, warn } from "./doctor-finding.ts";
import type { ServerConfig } from "./config.ts";

const ANSWER_MS = 5_000;
const HUP = "let it read its files again: pkill -HUP -x chat-server";

export async function portFindings(config: ServerConfig, runs: boolean): Promise<readonly Finding[]> {
  const { ip, port, doorPort } = config;
  if (port === 0) return [];
  if (!runs) {
    const ports = doorPort === undefined || doorPort === 0 ? [port] : [port, doorPort];
    return await Promise.all(ports.map((one) => freeFinding(ip, one)));
  }
  const host = ip === "0.0.0.0" ? "127.0.0.1" : ip === "::" ? "::1" : ip;
  return [await servedFinding(config, host)];
}

async function freeFinding(ip: string, port: number): Promise<Finding> {
  const server = createServer();
  try {
    server.listen({ host: ip, port });
    await once(server, "listening");
    return ok("ports", `port ${port} is free for the server`);
  } catch (error) {
    if (errno(error) === "EADDRINUSE")
      return fail("ports", `port ${port} is used by another program`, `find it with: ss -ltnp 'sport = :${port}'`);
    return fail("ports", `cannot listen on ${ip} port ${port}: ${reason(error)}`, "check --ip and --port");
  } finally {
    server.close();
  }
}

/** Who answers there, and with which certificate. */
async function servedFinding({ certs, passphrase, port }: ServerConfig, host: string): Promise<Finding> {
  try {
    const { leaf } = await loadServerFiles(certs, { now: new Date(), passphrase });
    const served = await certificateAt(host, port);
    if (served === undefined)
      return fail("ports", `port ${port} does not answer as our server`, `ss -ltnp 'sport = :${port}'`);
    if (served.equals(leaf.der)) return ok("ports", `port ${port} answers, with the certificate of this folder`);
    return warn("ports", `port ${port} answers with another certificate than that of this folder`, HUP);
  } catch (error) {
    return fail(
      "ports",
      `port ${port} does not answer: ${reason(error)}`,
      "see the server's log; a firewall is not seen from here",
    );
  }
}

async function certificateAt(host: string, port: number): Promise<Buffer | undefined> {
  // Which certificate it shows is the question, also where it is none of ours: nothing is said, and the socket is closed.
  const options = { host, port, ALPNProtocols: [ALPN], minVersion: "TLSv1.3", rejectUnauthorized: false } as const;
  const socket = connect(options);
  socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("no answer")));
  try {
    await once(socket, "secureConnect");
    return socket.getPeerX509Certificate()?.raw;
  } finally {
    socket.on("error", () => undefined);
    socket.destroy();
  }
}
