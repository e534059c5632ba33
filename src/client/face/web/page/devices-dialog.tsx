// One's own devices: names for them, until when their certificates hold, a way to add one, a way to put one out for ever.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { DeviceView } from "../../../port/device-view.ts";
import type { Replies } from "../../../port/replies.ts";
import type { LinkView, ScreenView } from "../../../port/screens.ts";
import { DeviceList, endsOf } from "./device-list.tsx";
import { Dialog, IconButton } from "./parts.tsx";
import { shownName } from "./people.ts";
import { sure } from "./asking.ts";
import { useTools } from "./tools.ts";

const LABEL_CHARS = 64;

export function DevicesDialog({ view: { self, link } }: { readonly view: ScreenView }): VNode {
  const { line, say, show, go } = useTools();
  const { devices, ends, load } = useOwnDevices();
  const pair = async (): Promise<void> => show({ panel: "pair", ...(await line.ask<Replies["pair"]>({ do: "pair" })) });
  return (
    <Dialog title={say("devices-title")}>
      <p>
        <b dir="auto">{shownName(self.name)}</b> · @{shownName(self.user)} · {self.server}
      </p>
      <DeviceList
        devices={devices}
        ends={ends}
        acts={(device) => <DeviceActs device={device} onDone={() => void load()} />}
      />
      <p class="button-row">
        <button type="button" class="button primary" onClick={() => go(pair())}>
          {say("pair")}
        </button>
        <button type="button" class="button" onClick={() => show({ panel: "audit" })}>
          {say("audit")}
        </button>
        <Linking link={link} />
      </p>
      <h3>{say("realm")}</h3>
      <p class="fingerprint">{self.realm}</p>
    </Dialog>
  );
}

/** At once, and not when its time has come; or not at all, until somebody wants it again. */
function Linking({ link: { state } }: { readonly link: LinkView }): VNode {
  const { line, say, go } = useTools();
  const isOn = state === "connected" || state === "connecting";
  return (
    <button type="button" class="button" onClick={() => go(line.ask({ do: "link", state: isOn ? "down" : "up" }))}>
      {say(isOn ? "link-down" : "link-up")}
    </button>
  );
}

interface OwnDevices {
  readonly devices: readonly DeviceView[];
  readonly ends: ReadonlyMap<string, number>;
  readonly load: () => Promise<void>;
}

function useOwnDevices(): OwnDevices {
  const { line, go } = useTools();
  const [devices, setDevices] = useState<readonly DeviceView[]>([]);
  const [ends, setEnds] = useState<ReadonlyMap<string, number>>(new Map());
  const load = async (): Promise<void> => {
    setDevices((await line.ask<Replies["devices"]>({ do: "devices" })).devices);
    const { certificates = [] } = await line.ask<Partial<Replies["audit"]>>({ do: "audit" });
    setEnds(endsOf(certificates));
  };
  useEffect(() => go(load()), []);
  return { devices, ends, load };
}

function DeviceActs({ device, onDone }: { readonly device: DeviceView; readonly onDone: () => void }): VNode {
  const { line, say, askFirst, go } = useTools();
  const name = shownName(device.label ?? device.name);
  const label = async (): Promise<void> => {
    const title = say("device-name");
    const field = { label: title, value: device.label ?? "", most: LABEL_CHARS };
    const answer = await askFirst({ title, field, choices: [{ id: "keep", label: say("keep") }] });
    if (answer === undefined) return;
    await line.ask({ do: "label", device: device.device, label: answer.text.trim() });
    onDone();
  };
  const revoke = async (): Promise<void> => {
    const question = { title: say("revoke"), about: say("revoke-sure", { name }) };
    if (!(await sure(askFirst, question, say("revoke")))) return;
    await line.ask({ do: "revoke", device: device.device });
    onDone();
  };
  return (
    <>
      <IconButton icon="edit" label={say("device-rename", { name })} onClick={() => go(label())} />
      {!device.current && device.revoked !== true && (
        <IconButton icon="trash" label={say("device-out", { name })} onClick={() => go(revoke())} />
      )}
    </>
  );
}
