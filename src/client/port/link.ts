// The contract of the link: one connection to a server that has proved to be of this realm. Frames in, frames out; no retry.
import type { Frame } from "../../wire/codec.ts";
import type { ClientMessage, ServerMessage } from "../../wire/messages.ts";

export interface Link {
  /**
   * One attempt. Resolves when the server's certificate was checked and nothing was said yet.
   * Throws Fault `connect-*` (network), `server-*` (not our server) or `certificate-*` (our own certificate is of no use).
   */
  connect(signal: AbortSignal): Promise<Channel>;
}

export interface Channel {
  /** Everything that the server sends, in order, as it arrives; not read faster than it is taken. Ends or throws a Fault `link-*`. */
  readonly incoming: AsyncIterable<readonly Frame<ServerMessage>[]>;
  /** Queues a frame; the frames of one tick leave in one write. */
  send(frame: Frame<ClientMessage>): void;
  /** The greeting said how long a silent connection lives: pings are sent in time, and a silent server is given up. */
  keepAlive(idleMs: number): void;
  /** Sends what is queued and closes; never throws. */
  close(): void;
}
