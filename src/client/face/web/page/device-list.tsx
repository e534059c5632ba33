// Devices of a person: what they are called, since when they are known, until when they are certified, and whether they still count.
import type { ComponentChildren, VNode } from "preact";
import type { DeviceView } from "../../../port/device-view.ts";
import type { CertificateView } from "../../../port/realm-views.ts";
import { Icon } from "./parts.tsx";
import { shortId } from "./device-words.ts";
import { shownName } from "./people.ts";
import { useTools } from "./tools.ts";

export interface DeviceListProps {
  readonly devices: readonly DeviceView[];
  /** When the certificate of each ends. */
  readonly ends?: ReadonlyMap<string, number>;
  /** What can be done with one. */
  readonly acts?: (device: DeviceView) => ComponentChildren;
}

export function DeviceList({ devices, ends, acts }: DeviceListProps): VNode {
  const { say, dates } = useTools();
  return (
    <ul class="devices">
      {devices.map((device) => {
        const until = ends?.get(device.device);
        return (
          <li key={device.device} class={device.revoked === true ? "revoked" : ""}>
            <Icon name="laptop" />
            <span class="device-main">
              <b dir="auto">{shownName(device.label ?? device.name)}</b> <code>{shortId(device.device)}</code>
              <span class="device-about">
                {device.current && <span>{say("this-device")}</span>}
                {device.revoked === true && <span>{say("revoked")}</span>}
                {!device.verified && <span>{say("unverified")}</span>}
                {device.added !== undefined && <span>{say("since", { date: dates.full(device.added) })}</span>}
                {until !== undefined && <span>{say("certified-until", { date: dates.full(until) })}</span>}
              </span>
            </span>
            {acts?.(device)}
          </li>
        );
      })}
    </ul>
  );
}

/** Of those that were not revoked, the last of each device. */
export function endsOf(certificates: readonly CertificateView[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { device, until, revoked } of certificates)
    if (revoked === undefined) ends.set(device, Math.max(until, ends.get(device) ?? 0));
  return ends;
}
