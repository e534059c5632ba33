// The store's contract, one group for each promise of src/server/port/store.ts; every adapter runs the same suite.
import { afterEach, beforeEach, describe } from "vitest";
import type { Store } from "../../src/server/port/store.ts";
import { administrationContract } from "./store-administration.ts";
import { careContract } from "./store-care.ts";
import { commitContract } from "./store-commits.ts";
import { departureContract } from "./store-departures.ts";
import { directoryContract } from "./store-directory.ts";
import type { StoreHarness, StoreUnderTest } from "./store-harness.ts";
import { logContract } from "./store-logs.ts";
import { keyPackageContract } from "./store-key-packages.ts";
import { realmContract } from "./store-realm.ts";
import { termsContract } from "./store-terms.ts";
import { treeContract } from "./store-trees.ts";
import { survivalContract } from "./store-survival.ts";

export function storeContract(name: string, makeHarness: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    const state: { store?: Store; harness?: StoreHarness } = {};
    const current: StoreUnderTest = {
      get store() {
        if (state.store === undefined) throw new Error("no store is open");
        return state.store;
      },
      get harness() {
        if (state.harness === undefined) throw new Error("there is no harness");
        return state.harness;
      },
      async reopen() {
        await state.store?.close();
        state.store = await current.harness.open();
      },
    };
    beforeEach(async () => {
      state.harness = await makeHarness();
      state.store = await state.harness.open();
    });
    afterEach(async () => {
      await state.store?.close();
      await state.harness?.remove();
    });
    survivalContract(current);
    logContract(current);
    commitContract(current);
    termsContract(current);
    treeContract(current);
    departureContract(current);
    directoryContract(current);
    keyPackageContract(current);
    realmContract(current);
    administrationContract(current);
    careContract(current);
  });
}
