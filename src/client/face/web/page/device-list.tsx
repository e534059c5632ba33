// Devices of a person: what they are called, since when they are known, and whether they still count.
import type { ComponentChildren, VNode } from "preact";
import type { DeviceView } from "../../../port/device-view.ts";
import { Icon } from "./parts.tsx";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

const ID_DIGITS = 8;

export interface DeviceListProps {
  readonly devices: readonly DeviceView[];
  /** What can be done with one. */
  readonly acts?: (device: DeviceView) => ComponentChildren;
}

export function DeviceList({ devices, acts }: DeviceListProps): VNode {
  const { say, dates } = useTools();
  return (
    <ul class="devices">
      {devices.map((device) => (
        <li key={device.device} class={device.revoked === true ? "revoked" : ""}>
          <Icon name="laptop" />
          <span class="device-main">
            <b dir="auto">{shownName(device.label ?? device.name)}</b> <code>{device.device.slice(0, ID_DIGITS)}</code>
            <span class="device-about">
              {device.current && <span>{say("this-device")}</span>}
              {device.revoked === true && <span>{say("revoked")}</span>}
              {!device.verified && <span>{say("unverified")}</span>}
              {device.added !== undefined && <span>{say("since", { date: dates.full(device.added) })}</span>}
            </span>
          </span>
          {acts?.(device)}
        </li>
      ))}
    </ul>
  );
}
