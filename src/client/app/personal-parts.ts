// What the parts of personal.ts are given: the client as it runs, in their words.
import { type Handle, type LogId, logKind } from "../../model/ids.ts";
import type { MemberView } from "../../mls/groups.ts";
import type { Abouts } from "./abouts.ts";
import type { AppWorld } from "./app-world.ts";
import type { Core } from "./core.ts";
import type { ExpiringWorld } from "./expiry/expiring.ts";
import type { Labels } from "./labels.ts";
import type { Preferences } from "./preferences.ts";
import type { HeardReceiptsWorld } from "./receipts/heard-receipts.ts";
import { receiptsOn } from "./receipts/receipts-on.ts";
import type { SentReceiptsWorld } from "./receipts/sent-receipts.ts";
import { EpochKeys } from "./signals/epoch-keys.ts";
import type { TypingWorld } from "./signals/typing.ts";
import type { BulletinsWorld } from "./trust/bulletins.ts";
import type { TrustWorld } from "./trust/trust.ts";

export interface PersonalWorld {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  readonly labels: Pick<Labels, "of" | "run">;
}

/** What nearly every part is given. */
type Parts = BulletinsWorld &
  ExpiringWorld &
  Omit<TrustWorld, "bulletins"> &
  Omit<TypingWorld, "keys" | "isOn" | "send"> &
  Pick<AppWorld, "vault">;

export function partsOf({ app, core, abouts, labels }: PersonalWorld): Parts {
  const { vault, face, clock, random, realm, peer } = app;
  return {
    vault,
    face,
    random,
    realm: realm.fingerprint,
    lobby: core.lobby,
    self: { device: peer.device, user: peer.user },
    now: () => clock.now(),
    after: (ms, run) => clock.after(ms, run),
    afterwards: (run) => core.batch.afterwards(run),
    flush: () => core.batch.flush(),
    put: (changes) => {
      for (const change of changes) core.batch.put(change, { durable: true });
    },
    tell: core.tell.bind(core),
    onFailed: (error) => core.fail(error),
    nameOf: (log) => abouts.nameOf(log),
    labelOf: (device) => labels.of(device),
    view: (log) => core.circles.get(log)?.view,
    awaits: (log) => core.circles.get(log)?.awaits === true,
    entriesOf: (user) => core.trust.watch.entriesOf(user),
    members: (log) => core.circles.get(log)?.view?.members,
  };
}

export function typingOf(world: PersonalWorld, preferences: Preferences): TypingWorld {
  const { app, core } = world;
  const parts = partsOf(world);
  return {
    ...parts,
    keys: new EpochKeys({ groups: app.groups, view: (log) => core.circles.get(log)?.view }),
    isOn: (log) => preferences.of(log).typing !== false,
    send: (message) => core.connector.send(message),
  };
}

export function receiptsOf(world: PersonalWorld, preferences: Preferences): SentReceiptsWorld & HeardReceiptsWorld {
  const { core } = world;
  const parts = partsOf(world);
  // A group of thousands is counted once for each of its commits, and not for every message.
  const counted = new WeakMap<readonly MemberView[], ReadonlySet<Handle>>();
  const users = (log: LogId): ReadonlySet<Handle> => {
    const members = parts.members(log) ?? [];
    const known = counted.get(members) ?? new Set(members.map(({ user }) => user));
    counted.set(members, known);
    return known;
  };
  return {
    ...parts,
    self: parts.self.user,
    userOf: (device) => core.people.userOf(device),
    isOn: (log) => receiptsOn({ kind: logKind(log), users: users(log).size, wish: preferences.of(log).receipts }),
    mayWrite: (log) => core.connector.isOpen && core.circles.get(log)?.isOpen === true,
    say: async (log, receipt) => core.sending.say(log, receipt),
    keep: (name, value) => core.batch.put({ put: "setting", name, value }, { durable: false }),
  };
}
