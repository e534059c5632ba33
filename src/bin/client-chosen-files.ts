// Certificate files as a person chooses them, taken into a vault of this machine: the files are not needed any more afterwards.
import { dirname, extname } from "node:path";
import { checkedPassphrase } from "../client/face/strength.ts";
import type { Clock } from "../client/port/clock.ts";
import type { Platform } from "../client/vault/home.ts";
import type { Profile } from "../client/vault/profiles.ts";
import { Fault } from "../model/fault.ts";
import type { ClientFiles } from "../pki/load.ts";
import { type ClientSource, loadClientFiles } from "../pki/load-client.ts";
import { keepNewcomer } from "./client-kept.ts";

export interface Opening {
  readonly now: Date;
  /** Of the key, or of the .p12. */
  readonly secret: string | undefined;
}

const BUNDLE = new Set([".p12", ".pfx"]);
const CA = /(?:^|[/\\])ca\.(?:crt|pem|cer)$/i;
const CERTIFICATE = new Set([".crt", ".pem", ".cer"]);

function isBundle(path: string): boolean {
  return BUNDLE.has(extname(path).toLowerCase());
}

/** By their names: NAME.p12, or NAME.crt with NAME.key and ca.crt. @throws Fault `certs-missing`, and as loadClientFiles */
export function loadChosen(paths: readonly string[], { now, secret }: Opening): Promise<ClientFiles> {
  return loadClientFiles({ now, passphrase: secret, ...sourceOf(paths) });
}

function sourceOf(paths: readonly string[]): Omit<ClientSource, "now"> {
  const [only, another] = paths;
  const p12 = paths.find(isBundle);
  const ca = paths.find((path) => CA.test(path));
  if (p12 !== undefined) return { p12, ca };
  if (only !== undefined && another === undefined && extname(only) === "") return { certs: only };
  const cert = paths.find((path) => path !== ca && CERTIFICATE.has(extname(path).toLowerCase()));
  if (cert === undefined)
    throw new Fault("certs-missing", "these are not the files of an identity", {
      hint: "choose NAME.p12, or the three together: NAME.crt, NAME.key and ca.crt",
    });
  const key = paths.find((path) => extname(path).toLowerCase() === ".key");
  // The CA's may stand beside it, or above.
  return { cert, key, ca, certs: dirname(cert) };
}

export interface Keeping {
  readonly home: string;
  readonly platform: Platform;
  readonly now: Date;
  /** Of the vault. */
  readonly passphrase: string | undefined;
  readonly host: string;
  readonly port: number;
}

/** Whether these files are good for the server that is there: files of another CA are found out before they are kept. @throws Fault as a link */
export async function believed(
  loaded: ClientFiles,
  { host, port, clock }: Pick<Keeping, "host" | "port"> & { readonly clock: Clock },
): Promise<void> {
  const { tlsLink } = await import("../client/link/dial.ts");
  const link = tlsLink({ host, port, clock, realm: loaded.realm, identity: () => loaded });
  const channel = await link.connect(new AbortController().signal);
  channel.close();
}

/** @throws Fault `passphrase-short`, `vault-*`, `profiles-*` */
export function keepChosen(loaded: ClientFiles, { host, port, passphrase, ...where }: Keeping): Profile {
  const { keyPem, peer, realm } = loaded;
  const kept = { keyPem, certificates: peer.certificates, root: realm.root.raw, crls: [] };
  const place = { host, port, door: undefined };
  const checked = passphrase === undefined ? undefined : checkedPassphrase(passphrase);
  return keepNewcomer(kept, { ...where, passphrase: checked, called: undefined, place });
}
