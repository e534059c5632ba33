// What this user calls their own devices, put together on the core.
import type { LogId } from "../../model/ids.ts";
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

export function newLabels({ app: { vault, peer }, core, abouts, logTo }: LabelsParts): Labels {
  const self = peer.user;
  const oneself = `@${self}`;
  return new Labels({
    vault,
    self: { user: self, device: peer.device },
    notes: () => abouts.directOf(oneself),
    present: () => {
      const members = core.circles.get(core.lobby)?.view?.members ?? [];
      return members.filter(({ user }) => user === self).map(({ device }) => device);
    },
    userOf: (device) => core.people.userOf(device),
    say: async (label) => core.sending.say(await logTo(oneself), label),
  });
}
