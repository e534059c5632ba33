// Administration of a realm whose server does not run: the same acts on the same database, without a port.
import type { Given } from "./service/realm/wish.ts";
import { Fault } from "../model/fault.ts";
import { CONSOLE } from "../transparency/entry-fields.ts";
import { Care } from "./care.ts";
import { LiveRules } from "./live-rules.ts";
import type { Meter } from "./port/meter.ts";
import { finishRestore } from "./restore.ts";
import { RunningRealm } from "./realm.ts";
import type { ServerConfig, ServerWorld } from "./config.ts";
import { loadFiles, openStores } from "./stores.ts";

/** There is nothing to be counted. */
const NO_METER: Meter = { append: () => () => {}, delivered: () => {}, refused: () => {}, door: () => {} };

/** What may be asked of a realm that was put back, before its clients have given back what its log had lost. */
const ONLY_READING = new Set<unknown>(["users", "user", "devices", "conversations", "invitations", "stats", "info"]);

function notYet(): Fault {
  return new Fault("restore-new", "this realm was restored, and its server has not run since", {
    hint: "start the server first: its clients give back what happened after the backup, and then it can be changed",
  });
}

export interface Offline {
  perform(given: Given): Promise<object>;
  close(): Promise<void>;
}

/** Throws the Faults of startServer; `store-locked` where a server runs after all. */
export async function openOffline(config: ServerConfig, world: ServerWorld): Promise<Offline> {
  await finishRestore(config.data);
  const files = await loadFiles(config, world);
  const stores = await openStores(config, world, files);
  const { store } = stores;
  try {
    const { usual: usualLimits } = new LiveRules(config);
    const care = new Care(config, { ...world, ...stores, files, meter: undefined, connections: () => 0 });
    const parts = { ...world, ...stores, files, care, usualLimits, meter: NO_METER };
    const realm = await RunningRealm.open(config, { ...parts, reload: () => Promise.resolve(), onLimits: () => {} });
    const isRestored = stores.wasRestored || (await store.realm.setting("restored")) !== undefined;
    return {
      perform: (given) => {
        if (isRestored && !ONLY_READING.has(given["do"])) throw notYet();
        return realm.administration.perform(CONSOLE, given);
      },
      async close() {
        await realm.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
