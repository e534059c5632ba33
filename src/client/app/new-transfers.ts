// What transfers are given of the running client.
import { Fault } from "../../model/fault.ts";
import type { LogId } from "../../model/ids.ts";
import type { Abouts } from "./abouts.ts";
import type { AppWorld } from "./app-world.ts";
import type { Core } from "./core.ts";
import { Transfers } from "./transfers.ts";

export interface TransfersParts {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  readonly logOf: (to: string) => Promise<LogId>;
}

export function newTransfers({ app, core, abouts, logOf }: TransfersParts): Transfers {
  const { batch, connector, sending, readiness } = core;
  return new Transfers({
    ...app,
    ask: connector.ask.bind(connector),
    sending,
    tell: (event) => core.tell(event),
    logOf,
    saidBefore: (log, mid) => {
      batch.flush();
      const entry = app.vault.named(log, mid);
      if (entry?.sender !== app.peer.device) return undefined;
      return { message: mid, seq: entry.seq, at: new Date(entry.at).toISOString() };
    },
    checkOpen: (log) => {
      if (abouts.of(log).over !== true) return;
      throw new Fault("not-a-member", `this user is not in ${abouts.nameOf(log)} any more`);
    },
    expireOf: (log) => abouts.of(log).expire,
    put: (changes) => {
      for (const change of changes) batch.put(change, { durable: true });
      batch.flush();
    },
    onLess: () => readiness.look(),
  });
}
