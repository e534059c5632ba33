// Where the enrolment door is, as invitations say it.
import { isIP } from "node:net";
import { Fault } from "../model/fault.ts";
import { readCertificate } from "../pki/certificate.ts";
import type { ServerFiles } from "../pki/load.ts";
import type { RealmConfig } from "./config.ts";
import type { DoorKeeper } from "./door-keeper.ts";

/** The first name that others can use, as `init` puts them; this machine's own where there is none. */
export function hostOf({ leaf }: ServerFiles): string {
  const names = readCertificate(leaf.der).altNames.filter(({ kind }) => kind === "dns" || kind === "ip");
  const outside = names.find(({ value }) => !isLocal(value));
  return (outside ?? names.find(({ value }) => isIP(value) === 4) ?? names[0])?.value ?? "127.0.0.1";
}

function isLocal(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** @throws Fault `no-door` */
export function doorPortOf({ doorPort }: RealmConfig, { port }: DoorKeeper): number {
  const hint = "start chat-server with --door-port, for example --door-port 12346";
  if (doorPort === undefined) throw new Fault("no-door", "this server has no enrolment door", { hint });
  const known = port ?? doorPort;
  if (known === 0) throw new Fault("no-door", "the port of the door is chosen when the server starts", { hint });
  return known;
}
