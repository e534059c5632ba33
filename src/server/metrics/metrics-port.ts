// The port for whoever looks after servers: GET /health and GET /metrics in plain HTTP, and nothing else. Nobody is asked who they are: it
// is off unless it is wanted, and on this machine only unless it is said otherwise. What it says names nobody.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errno, Fault, reason } from "../../model/fault.ts";
import type { Log } from "../port/log.ts";
import { CONTENT_TYPE } from "./prometheus.ts";

export interface MetricsRules {
  readonly ip: string;
  readonly port: number;
}

export interface Health {
  readonly ok: boolean;
}

export interface MetricsWorld {
  readonly log: Log;
  readonly health: () => Promise<Health>;
  /** In the text format of Prometheus. */
  readonly metrics: () => Promise<string>;
}

const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 8 * 1024,
} as const;
const CONNECTIONS = 32;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly allow?: string;
}

const TEXT = "text/plain; charset=utf-8";

export class MetricsPort {
  readonly #rules: MetricsRules;
  readonly #world: MetricsWorld;
  readonly #server: Server;

  constructor(rules: MetricsRules, world: MetricsWorld) {
    this.#rules = rules;
    this.#world = world;
    this.#server = createServer(LIMITS, (request, response) => void this.#onRequest(request, response));
    this.#server.maxConnections = CONNECTIONS;
  }

  /** Throws Fault `listen-metrics`. Returns the port (for port 0). */
  async listen(): Promise<number> {
    const { ip, port } = this.#rules;
    await new Promise<void>((resolve, refuse) => {
      this.#server.once("error", (error) => refuse(listenFault(error, ip, port)));
      this.#server.listen({ host: ip, port }, () => resolve());
    });
    this.#server.on("error", (error) => this.#world.log.error({ reason: reason(error) }, "the metrics port failed"));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const answer = await this.#answer(request).catch((error: unknown): Answer => {
      this.#world.log.error({ reason: reason(error) }, "the server could not say how it is");
      return { status: 500, type: TEXT, body: "the server could not say how it is\n" };
    });
    const { status, type, body, allow } = answer;
    response.writeHead(status, {
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(allow === undefined ? {} : { allow }),
    });
    response.end(body);
  }

  async #answer({ method, url = "" }: IncomingMessage): Promise<Answer> {
    const [path = ""] = url.split("?");
    if (path !== "/health" && path !== "/metrics")
      return { status: 404, type: TEXT, body: "there are /health and /metrics\n" };
    if (method !== "GET") return { status: 405, type: TEXT, body: "only GET\n", allow: "GET" };
    if (path === "/metrics") return { status: 200, type: CONTENT_TYPE, body: await this.#world.metrics() };
    const health = await this.#world.health();
    return { status: health.ok ? 200 : 503, type: "application/json", body: `${JSON.stringify(health)}\n` };
  }
}

function listenFault(error: Error, ip: string, port: number): Fault {
  const why = errno(error) === "EADDRINUSE" ? "it is in use" : reason(error);
  return new Fault("listen-metrics", `cannot open the metrics port on ${ip} port ${port}: ${why}`, {
    hint: "choose another port with --metrics-port, or leave it out",
  });
}
