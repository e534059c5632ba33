// A device of a user, as `devices` answers it.
import type { DeviceId } from "../../model/ids.ts";
import type { ProvedView } from "./proved-view.ts";

export interface DeviceView extends ProvedView {
  readonly device: DeviceId;
  /** As its certificate says. */
  readonly name: string;
  readonly user: string;
  /** When it was first seen. */
  readonly added?: number;
  /** The end of its certificate. */
  readonly until: number;
  /** See the event `device`. */
  readonly how?: string;
  readonly cosigned?: DeviceId;
  /** See there, too. */
  readonly label?: string;
  readonly cosignedLabel?: string;
  readonly verified: boolean;
  /** It is out; whoever writes next takes it out of the conversation. */
  readonly revoked?: boolean;
  /** It is this one. */
  readonly current: boolean;
}
