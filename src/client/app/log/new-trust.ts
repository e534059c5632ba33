// What this device holds of its realm, put together on the connection and the vault.
import type { AppWorld } from "../app-world.ts";
import type { Batch } from "../batch.ts";
import type { Connector } from "../connector.ts";
import { RealmTrust, type RealmTrustWorld } from "./realm-trust.ts";

type Common = Pick<
  RealmTrustWorld,
  "note" | "vault" | "now" | "tell" | "alarm" | "onChanged" | "onRevoked" | "labelOf"
> & {
  readonly batch: Batch;
  readonly connector: Connector;
};

export function newTrust({ realm, peer, clock }: AppWorld, { batch, connector, ...common }: Common): RealmTrust {
  const { user, device, fingerprint: certificate } = peer;
  return new RealmTrust({
    ...common,
    realm,
    self: { user, device, certificate },
    put: (changes) => batch.putAll(changes),
    ask: (message, wanted) => connector.ask(message, wanted),
    after: (ms, run) => void clock.after(ms, run),
  });
}
