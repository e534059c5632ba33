// The renewal of this device's certificate, put together on the client: what goes on with another certificate, and in which order.
import type { AppWorld } from "../app-world.ts";
import type { Core } from "../core.ts";
import type { Renewal } from "../renewal.ts";
import { SelfRenewal } from "./self-renewal.ts";

interface Parts {
  readonly app: AppWorld;
  readonly core: Core;
  readonly renewal: Renewal;
}

export function newSelfRenewal({ app, core, renewal }: Parts): SelfRenewal {
  const { identity, clock, chance, note, groups } = app;
  const { connector, batch, trust, circles } = core;
  return new SelfRenewal({
    identity,
    chance,
    note,
    now: () => clock.now(),
    after: (ms, run) => void clock.after(ms, run),
    put: (changes) => batch.putAll(changes),
    isLast: () => trust.isGuests,
    settled: () => batch.settled(),
    isConnected: () => connector.isOpen,
    ask: (message, wanted) => connector.ask(message, wanted),
    tell: (event) => core.tell(event),
    byDoor: app.byDoor,
    onRenewed: async (adopted) => {
      // The realm's log may have told of it already.
      trust.own(adopted.fingerprint);
      await groups.renew(adopted);
      // Without a connection the next greeting does it.
      if (connector.isOpen) await core.packages.replaceAll();
      for (const [log, circle] of circles.all()) renewal.look(log, circle);
      // The server knows a device by the certificate of its connection.
      connector.renew();
    },
  });
}
