// Administration of a realm whose server does not run: the same acts on the same database, without a port.
import type { Given } from "./service/realm/wish.ts";
import { CONSOLE } from "../transparency/entry-fields.ts";
import { RunningRealm } from "./realm.ts";
import type { ServerConfig, ServerWorld } from "./main.ts";
import { loadFiles, openStores } from "./stores.ts";

export interface Offline {
  perform(given: Given): Promise<object>;
  close(): Promise<void>;
}

/** Throws the Faults of startServer; `store-locked` where a server runs after all. */
export async function openOffline(config: ServerConfig, world: ServerWorld): Promise<Offline> {
  const files = await loadFiles(config, world);
  const { store } = await openStores(config, world, files);
  try {
    const realm = await RunningRealm.open(config, { ...world, store, files });
    return {
      perform: (given) => realm.administration.perform(CONSOLE, given),
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
