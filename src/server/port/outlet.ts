// The contract of an outlet: one connected device as the service sees it. No socket, no TLS.
import type { DeviceId, Handle, LogId, Seq } from "../../model/ids.ts";

/** Why a connection ends, told to the device in a Goodbye. */
export interface Farewell {
  readonly code: string;
  readonly message: string;
  /** Come back after this time; 0: at once or never, as the code says. */
  readonly retryMs: number;
}

export interface Outlet {
  readonly device: DeviceId;
  readonly user: Handle;
  /** Of its certificate. */
  readonly serial: string;
  /** The logs it hears of, its inbox included; kept by the service. */
  readonly logs: Set<LogId>;
  /** Logs that it was taken out of, up to which entry it may still read each; kept by the service. */
  readonly departed: Map<LogId, Seq>;
  /** What the hello asked for and the server knows. */
  readonly features: Set<string>;
  /** Nothing sent any more arrives. */
  readonly closed: boolean;
  /** Queues a whole frame; frames of one tick leave in one write. Never waits: a reader that is too slow is cut. */
  send(frame: Buffer): void;
  end(farewell: Farewell): void;
}
