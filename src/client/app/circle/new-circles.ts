// The world of the groups, put together on the connection, the vault and what watches the realm.
import type { Fault } from "../../../model/fault.ts";
import type { DeviceId, Handle, LogId } from "../../../model/ids.ts";
import type { AppWorld } from "../app-world.ts";
import type { Batch } from "../batch.ts";
import type { Connector } from "../connector.ts";
import type { Conversations } from "../conversations.ts";
import type { RealmTrust } from "../log/realm-trust.ts";
import type { CircleNews } from "./circle-world.ts";
import type { CirclesWorld } from "./circles.ts";

/** Asked when it is used: some are made later. */
interface Parts {
  readonly batch: Batch;
  readonly connector: Connector;
  readonly trust: RealmTrust;
  readonly conversations: Conversations;
  devicesOf(user: Handle): readonly DeviceId[];
  fail(error: unknown): void;
}

export function circlesWorld(
  { groups, vault, peer, random, chance, clock }: AppWorld,
  core: Parts,
  onNews: (log: LogId, news: CircleNews) => void,
): CirclesWorld {
  return {
    groups,
    vault,
    random,
    chance,
    onNews,
    self: { device: peer.device, user: peer.user },
    ask: (message, wanted) => core.connector.ask(message, wanted),
    devicesOf: (user) => core.devicesOf(user),
    put: (changes) => core.batch.putAll(changes),
    judged: (view) => core.trust.judged(view),
    settled: () => core.batch.settled(),
    after: (ms, run) => void clock.after(ms, run),
    readsInbox: () => core.conversations.readsInbox,
    giveUp: (fault: Fault) => core.connector.giveUp(fault),
    onFailed: (error) => core.fail(error),
  };
}
