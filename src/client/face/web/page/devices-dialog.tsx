// One's own devices: names for them, a way to add one, a way to put one out for ever.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { DeviceView } from "../../../port/device-view.ts";
import type { Replies } from "../../../port/replies.ts";
import type { SelfView } from "../../../port/screens.ts";
import { DeviceList } from "./device-list.tsx";
import { Dialog, IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { QrCode } from "./qr.tsx";
import { useTools } from "./tools.ts";

export function DevicesDialog({ self }: { readonly self: SelfView }): VNode {
  const { line, say, show, go } = useTools();
  const [devices, setDevices] = useState<readonly DeviceView[]>([]);
  const load = async (): Promise<void> => setDevices((await line.ask<Replies["devices"]>({ do: "devices" })).devices);
  useEffect(() => go(load()), []);
  const pair = async (): Promise<void> => show({ panel: "pair", ...(await line.ask<Replies["pair"]>({ do: "pair" })) });
  const label = (device: DeviceView): void => {
    const name = prompt(say("device-name"), device.label ?? "");
    if (name !== null) go(line.ask({ do: "label", device: device.device, label: name }).then(load));
  };
  const revoke = (device: DeviceView): void => {
    if (confirm(say("revoke-sure", { name: shownName(device.label ?? device.name) })))
      go(line.ask({ do: "revoke", device: device.device }).then(load));
  };
  return (
    <Dialog title={say("devices-title")}>
      <p>
        <b dir="auto">{shownName(self.name)}</b> · @{shownName(self.user)} · {self.server}
      </p>
      <DeviceList
        devices={devices}
        acts={(device) => (
          <>
            <IconButton icon="edit" label={say("device-name")} onClick={() => label(device)} />
            {!device.current && device.revoked !== true && (
              <IconButton icon="trash" label={say("revoke")} onClick={() => revoke(device)} />
            )}
          </>
        )}
      />
      <button type="button" class="button primary" onClick={() => go(pair())}>
        {say("pair")}
      </button>
      <h3>{say("realm")}</h3>
      <p class="fingerprint">{self.realm}</p>
    </Dialog>
  );
}

export function PairDialog({ line, qr, until }: Replies["pair"]): VNode {
  const { say, dates } = useTools();
  return (
    <Dialog title={say("pair")}>
      <p>{say("pair-about", { time: dates.time(until) })}</p>
      <QrCode lines={qr} label={say("pair")} />
      <p class="secret-line">{line}</p>
    </Dialog>
  );
}
