// The past of the conversations of a client as it runs.
import type { LogId, MessageId } from "../../../model/ids.ts";
import type { Change } from "../../port/vault.ts";
import type { Abouts } from "../abouts.ts";
import type { AppWorld } from "../app-world.ts";
import type { Core } from "../core.ts";
import type { Payload } from "../payload/payload.ts";
import { Past, type PastWorld } from "./past.ts";

export interface NewPastWorld {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  readonly lasts: PastWorld["lasts"];
}

export function newPast({ app, core, abouts, lasts }: NewPastWorld): Past {
  const { vault, groups, clock, peer, note } = app;
  const { batch, connector, sending, people, circles } = core;
  return new Past({
    vault,
    groups,
    note,
    circles,
    lasts,
    self: { device: peer.device, user: peer.user },
    ask: connector.ask.bind(connector),
    isConnected: () => connector.isOpen,
    say: (log: LogId, payload: Payload, mid?: MessageId) => core.sending.say(log, payload, mid),
    newMid: () => sending.newMid(),
    met: (sender) => people.met(sender),
    namesOf: (devices) => people.namesOf(devices),
    userOf: (device) => people.userOf(device),
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, run),
    afterwards: (run) => batch.afterwards(run),
    flush: () => batch.flush(),
    put: (changes: readonly Change[]) => {
      for (const change of changes) batch.put(change, { durable: true });
    },
    tell: (event) => core.tell(event),
    nameOf: (log: LogId) => abouts.nameOf(log),
    onFailed: (error) => core.fail(error),
  });
}
