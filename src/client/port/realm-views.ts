// What the realm does with certificates and with the rights of its administrators, as a face shows it.
import type { DeviceId, Handle, Sha256 } from "../../model/ids.ts";

export type RealmEvent =
  | {
      /** In this user's name, and not by this device. `at`: when it was entered in the realm's log. */
      readonly event: "certificate";
      readonly at: number;
      readonly user: string;
      readonly device: DeviceId;
      /** What this user calls it. */
      readonly label?: string;
      readonly change: "issued" | "revoked";
      readonly serial: string;
      /** With `issued`: how the device came to it, and its last moment. */
      readonly how?: string;
      readonly until?: number;
      /** With `revoked`. */
      readonly reason?: string;
      readonly by?: string;
    }
  | {
      /** Somebody has used the rights of an administrator. `on` and `detail` are strangers' text. */
      readonly event: "act";
      readonly at: number;
      /** A handle, or `@console`: who may use the server's machine. */
      readonly by: string;
      readonly act: string;
      readonly on?: string;
      readonly detail?: string;
    }
  | {
      /** The message of the day, when it is another one than before. A stranger's text. */
      readonly event: "motd";
      readonly at: number;
      readonly text: string;
    };

/** What concerns the realm itself. */
export type RealmCommand =
  /** A device of one's own, by its id, the beginning of it, or its name. */
  | { readonly do: "revoke"; readonly device: string }
  /** A line that makes another machine a device of this user: this device vouches for it. */
  | { readonly do: "pair" }
  /** Every certificate that was ever issued in this user's name; without `user` in one's own. */
  | { readonly do: "audit"; readonly user?: Handle }
  /** For owners: what is done with `chat-server`, as its local socket takes it. */
  | { readonly do: "admin"; readonly request: Readonly<Record<string, unknown>> };

export interface RealmReplies {
  readonly revoke: { readonly device: DeviceId };
  readonly audit: AuditReply;
  readonly pair: PairReply;
  readonly admin: object;
}

interface PairReply {
  /** For `chat-client join` on the other machine. Secret. */
  readonly line: string;
  readonly until: number;
  /** The line as a picture: lines for a terminal. */
  readonly qr: readonly string[];
}

interface AuditReply {
  readonly certificates: readonly CertificateView[];
  /** Acts of administrators. */
  readonly acts: readonly ActView[];
  /** What this device has read of the realm's log; undefined: the realm keeps none. */
  readonly log?: { readonly entries: number; readonly root: Sha256 };
}

export interface CertificateView {
  readonly device: DeviceId;
  readonly user: Handle;
  readonly serial: string;
  /** Its place in the log. */
  readonly entry: number;
  readonly how: string;
  readonly at: number;
  readonly until: number;
  readonly revoked?: { readonly at: number; readonly reason: string; readonly by: string };
  /** Of an OpenPGP key by which its user came. */
  readonly openpgp?: string;
  readonly email?: string;
}

export interface ActView {
  readonly at: number;
  readonly by: string;
  readonly act: string;
  readonly on?: string;
  readonly detail?: string;
}
