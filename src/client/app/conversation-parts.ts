// What is done with conversations, put together on the core.
import type { LogState } from "../../wire/messages.ts";
import type { Change } from "../port/vault.ts";
import type { Abouts } from "./abouts.ts";
import { Announcing } from "./announcing.ts";
import type { LogId } from "../../model/ids.ts";
import type { AppWorld } from "./app-world.ts";
import type { Core } from "./core.ts";
import { Directs } from "./directs.ts";
import type { Listings } from "./listings.ts";
import { OwnDevices } from "./own-devices.ts";
import { Renewal } from "./renewal.ts";
import { Rooms, type RoomsWorld } from "./rooms.ts";

export interface ConversationParts {
  readonly rooms: Rooms;
  readonly directs: Directs;
  readonly announcing: Announcing;
  readonly ownDevices: OwnDevices;
  readonly renewal: Renewal;
}

interface PartsWorld {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  readonly listings: Listings;
}

export function newConversationParts({ app, core, abouts, listings }: PartsWorld): ConversationParts {
  const { vault, peer, random, chance, clock } = app;
  const { lobby, connector, circles, conversations } = core;
  const put = (changes: readonly Change[]): void => core.batch.putAll(changes);
  const say: RoomsWorld["say"] = (log, payload) => core.sending.say(log, payload);
  const after = (ms: number, run: () => void): void => void clock.after(ms, run);
  const common = {
    abouts,
    circles,
    conversations,
    listings,
    lobby,
    put,
    say,
    after,
    chance,
    vault,
    random,
    now: () => clock.now(),
    ask: connector.ask.bind(connector),
    joined: (state: LogState) => conversations.joined(state),
    isConnected: () => connector.isOpen,
    tell: core.tell.bind(core),
    strand: (log: LogId, is: boolean) => {
      core.sending.strand(log, is);
      core.readiness.look();
    },
    logs: () => conversations.all().map(({ log }) => log),
    over: core.over.bind(core),
  };
  const self = { device: peer.device, user: peer.user };
  return {
    rooms: new Rooms({ ...common, self: peer.user }),
    directs: new Directs({ ...common, self: peer.user }),
    announcing: new Announcing({ ...common, self: peer.device }),
    ownDevices: new OwnDevices({ ...common, self }),
    renewal: new Renewal({ ...common, self: { device: peer.device, certificate: () => app.identity.fingerprint } }),
  };
}
