// The limits of a running server as its sockets obey them: the same objects for as long as it runs, with what is set at the moment.
import type { ServerConfig } from "./config.ts";
import type { ListenerRules } from "./net/listener.ts";
import { BURST_S, type LimitValues } from "./service/realm/limits.ts";
import type { RateLimit } from "./session/rate.ts";
import type { SessionRules } from "./session/session.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class LiveRules {
  readonly listener: ListenerRules;
  readonly session: SessionRules;
  readonly #config: ServerConfig;
  readonly #listener: Writable<ListenerRules>;
  readonly #session: Writable<SessionRules>;

  constructor(config: ServerConfig) {
    const { ip, port, connectionsMax, connectionsPerAddress, handshakeMs } = config;
    this.#config = config;
    this.#listener = { ip, port, connectionsMax, connectionsPerAddress, handshakeMs };
    this.#session = { ...config.session };
    this.listener = this.#listener;
    this.session = this.#session;
  }

  /** What holds where nobody has said anything else. */
  get usual(): Partial<LimitValues> {
    const { session, connectionsMax, connectionsPerAddress } = this.#config;
    return {
      messageRate: session.messages.perSecond,
      byteRate: session.bytes.perSecond,
      maxConnections: connectionsMax,
      maxPerAddress: connectionsPerAddress,
    };
  }

  set({ messageRate, byteRate, maxConnections, maxPerAddress }: LimitValues): void {
    const { session } = this.#config;
    this.#session.messages = rateOf(messageRate, session.messages);
    this.#session.bytes = rateOf(byteRate, session.bytes);
    this.#listener.connectionsMax = maxConnections;
    this.#listener.connectionsPerAddress = maxPerAddress;
  }
}

function rateOf(perSecond: number, configured: RateLimit): RateLimit {
  return perSecond === configured.perSecond ? configured : { perSecond, burst: perSecond * BURST_S };
}
