// A real server in this process, on a free port of the loopback, with a throw-away realm and data folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/server/port/clock.ts";
import type { ServerConfig } from "../../src/server/config.ts";
import { type Server, startServer } from "../../src/server/main.ts";
import type { LogFields } from "../../src/server/port/log.ts";
import { systemClock } from "../../src/bin/system-clock.ts";
import { RawClient } from "./raw-client.ts";
import type { TestIdentity, TestRealm } from "./realm.ts";

export interface LogLine {
  readonly level: string;
  readonly fields: LogFields;
  readonly sentence: string;
}

const WAIT_MS = 5_000;

export class TestServer {
  readonly server: Server;
  readonly lines: LogLine[];
  readonly realm: TestRealm;
  readonly data: string;

  constructor(parts: Pick<TestServer, "server" | "lines" | "realm" | "data">) {
    this.server = parts.server;
    this.lines = parts.lines;
    this.realm = parts.realm;
    this.data = parts.data;
  }

  get port(): number {
    return this.server.port;
  }

  /** A handshake with this identity, or with none. */
  connect(
    identity: TestIdentity | undefined,
    options: Parameters<typeof RawClient.connect>[0] = {},
  ): Promise<RawClient> {
    const own = identity === undefined ? {} : { cert: identity.certPem, key: identity.keyPem };
    return RawClient.connect({ host: "127.0.0.1", port: this.port, ca: this.realm.caPem(), ...own, ...options });
  }

  /** Waits for a log line that names this code. */
  async logged(code: string): Promise<LogLine | undefined> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const line = this.lines.find(({ fields }) => fields["code"] === code);
      if (line !== undefined || Date.now() > deadline) return line;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Stops and leaves the data, for another start. */
  stop(): Promise<void> {
    return this.server.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

const CONFIG = {
  ip: "127.0.0.1",
  port: 0,
  passphrase: undefined,
  agent: "test",
  doorPort: undefined,
  host: undefined,
  lifetimeMs: 90 * 24 * 3600 * 1000,
  connectionsMax: 1_000,
  connectionsPerAddress: 1_000,
  handshakeMs: 2_000,
};
const SESSION: ServerConfig["session"] = {
  loginMs: 2_000,
  idleMs: 60_000,
  pendingMax: 512,
  messages: { perSecond: 0, burst: 0 },
  bytes: { perSecond: 0, burst: 0 },
};

type Overrides = Partial<Omit<ServerConfig, "session">> & { readonly session?: Partial<ServerConfig["session"]> };

export async function testServer(
  realm: TestRealm,
  overrides: Overrides = {},
  clock: Clock = systemClock,
): Promise<TestServer> {
  const data = overrides.data ?? mkdtempSync(join(tmpdir(), "mutual-data-"));
  const lines: LogLine[] = [];
  const write = (level: string) => (fields: LogFields, sentence: string) =>
    void lines.push({ level, fields, sentence });
  const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const onFailed = (error: Error): void => {
    throw error;
  };
  const config = { ...CONFIG, certs: realm.dir, data, ...overrides, session: { ...SESSION, ...overrides.session } };
  const server = await startServer(config, { clock, log, pid: process.pid, isAlive: () => true, onFailed });
  return new TestServer({ server, lines, realm, data });
}
