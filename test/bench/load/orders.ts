// What the benchmark tells a generator process to do, and what it hears back: one order at a time, one report each.

export type Kind = "chat" | "relay";

export interface Setup {
  readonly kind: Kind;
  readonly port: number;
  /** Of the server, to read its CPU time. */
  readonly pid: number;
  /** JSON: see realm.ts. */
  readonly identities: string;
  /** Sizes of rooms; the largest may be the number of clients: the lobby. */
  readonly sizes: readonly number[];
}

export type Order =
  | { readonly do: "connect"; readonly from: number; readonly to: number; readonly resume: boolean }
  | { readonly do: "close"; readonly from: number; readonly to: number }
  /** Makes the rooms of these sizes: nobody is in one before, not in the lobby either. */
  | { readonly do: "rooms"; readonly sizes: readonly number[] }
  /** Every room keeps `window` messages in flight, senders take turns. */
  | {
      readonly do: "loop";
      readonly size: number;
      readonly window: number;
      readonly warmMs: number;
      readonly measureMs: number;
    }
  /** A fixed number of deliveries a second; latency counts from when a message was due. */
  | { readonly do: "rate"; readonly size: number; readonly perSecond: number; readonly measureMs: number }
  /** These clients stop reading. */
  | { readonly do: "stall"; readonly from: number; readonly to: number };

export interface Report {
  readonly wallMs: number;
  /** CPU of the server process, all threads. */
  readonly serverMs: number;
  readonly generatorMs: number;
  readonly messages: number;
  readonly deliveries: number;
  /** Handshakes that resumed, for `connect`. */
  readonly resumed: number;
  /** Refusals, errors, connections lost since the last report: anything but 0 spoils a figure. */
  readonly bad: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number };
}

export type Answer<R = Report> = { readonly report: R } | { readonly error: string };
