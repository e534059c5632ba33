// What this user calls their own devices, put together on the core.
import type { DeviceId, Handle, LogId } from "../../model/ids.ts";
import type { Abouts } from "./abouts.ts";
import type { AppWorld } from "./app-world.ts";
import type { Core } from "./core.ts";
import { Labels } from "./labels.ts";

interface LabelsParts {
  readonly app: AppWorld;
  readonly core: Core;
  readonly abouts: Abouts;
  /** As a person names a conversation: it is made where there is none. */
  readonly logTo: (to: string) => Promise<LogId>;
}

interface Bringing {
  readonly log: LogId;
  readonly user: Handle;
  readonly devices: readonly DeviceId[];
}

export function newLabels({ app: { vault, peer }, core, abouts, logTo }: LabelsParts): Labels {
  const self = peer.user;
  const oneself = `@${self}`;
  const present = (): readonly DeviceId[] => {
    const members = core.circles.get(core.lobby)?.view?.members ?? [];
    return members.filter(({ user }) => user === self).map(({ device }) => device);
  };
  return new Labels({
    vault,
    self: { user: self, device: peer.device },
    notes: () => abouts.directOf(oneself),
    present,
    userOf: (device) => core.people.userOf(device),
    say: async (label) => {
      const log = await logTo(oneself);
      // Those that are away, too: who comes in by itself afterwards has missed it.
      if (core.connector.isOpen) await broughtIn(core, { log, user: self, devices: present() }).catch(() => undefined);
      return core.sending.say(log, label);
    },
  });
}

async function broughtIn(core: Core, { log, user, devices }: Bringing): Promise<void> {
  await core.people.namesOf(devices);
  const circle = await core.circles.meet(log);
  await circle.wish({ want: "add", users: [user] });
}
