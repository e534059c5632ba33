// A source of keys, as it is configured and as it is asked: the Web Key Directory of the address's domain, or a key server.
// Must not judge the keys it brings.

import { errno, Fault, reason } from "../model/fault.ts";
import type { Address } from "./address.ts";
import { get, type Resolve } from "./get.ts";
import { KEY_BYTES, type Fingerprint } from "./keys.ts";
import { wkdPages, type WkdBase } from "./wkd.ts";

export type Source =
  | {
      readonly kind: "wkd";
      /** For tests. */
      readonly base?: WkdBase;
      /** The realm's users have their mail inside the own network. */
      readonly allowPrivate?: boolean;
    }
  | { readonly kind: "hkp"; readonly url: string };

export interface Inquiry {
  readonly address: Address;
  readonly pinned: Fingerprint | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: Resolve;
}

const SCHEMES: Readonly<Record<string, string>> = { hkp: "http", hkps: "https", http: "http", https: "https" };
const HKP_PORT = "11371";
/** What may go away by itself. A name that does not exist stays so. */
const CONNECTION_FAILURES: ReadonlySet<string> = new Set(
  "ECONNREFUSED ECONNRESET ECONNABORTED EPIPE EHOSTUNREACH ENETUNREACH ETIMEDOUT EAI_AGAIN".split(" "),
);

/** `wkd`, or the address of a key server. @throws Fault `config-pgp-source` */
export function parseSource(text: string): Source {
  if (text === "wkd") return { kind: "wkd" };
  serverOf(text);
  return { kind: "hkp", url: text };
}

/** The key server as a plain address. @internal */
export function serverOf(text: string): URL {
  const [, scheme = "", rest = ""] = /^([a-z]+):\/\/([^/?#@\s]+)\/?$/.exec(text) ?? [];
  const plain = SCHEMES[scheme];
  const url = plain === undefined ? null : URL.parse(`${plain}://${rest}`);
  if (url === null) {
    throw new Fault("config-pgp-source", `${JSON.stringify(text.slice(0, 200))} is not a source of OpenPGP keys`, {
      hint: "write wkd, or a key server without a path: hkps://keys.example.org or hkp://127.0.0.1:11371",
    });
  }
  if (scheme === "hkp" && url.port === "" && !/:\d+$/.test(rest)) url.port = HKP_PORT;
  return url;
}

export function nameOf(source: Source, { domain }: Address): string {
  return source.kind === "wkd" ? `WKD of ${domain}` : source.url;
}

/** The source's answer, or undefined when it has no key. @throws Fault `pgp-source-failed`; the signal's reason */
export async function askSource(source: Source, inquiry: Inquiry): Promise<Buffer | undefined> {
  const clock = AbortSignal.timeout(inquiry.timeoutMs);
  const signal = inquiry.signal === undefined ? clock : AbortSignal.any([inquiry.signal, clock]);
  const once = (): Promise<Buffer | undefined> => (source.kind === "wkd" ? askWkd : askHkp)(source, inquiry, signal);
  try {
    return await once().catch((error: unknown) => {
      if (!CONNECTION_FAILURES.has(errno(error) ?? "")) throw error;
      return once();
    });
  } catch (error) {
    inquiry.signal?.throwIfAborted();
    const why = clock.aborted ? `no answer within ${inquiry.timeoutMs / 1000} seconds` : reason(error);
    throw sourceFailed(nameOf(source, inquiry.address), why, error);
  }
}

export function sourceFailed(name: string, why: string, cause?: unknown): Fault {
  return new Fault("pgp-source-failed", `${name} cannot be asked for a key: ${why}`, {
    hint: "try again later; if it stays so, check the list of key servers in the server's configuration",
    cause,
  });
}

async function askWkd(source: Source, inquiry: Inquiry, signal: AbortSignal): Promise<Buffer | undefined> {
  const { base, allowPrivate = false } = source.kind === "wkd" ? source : {};
  const pages = wkdPages(inquiry.address, base);
  const ask = (url: URL): Promise<Buffer | undefined> =>
    get({ url, publicOnly: !allowPrivate, bytesMost: KEY_BYTES, signal, resolve: inquiry.resolve });
  try {
    return await ask(pages.advanced);
  } catch (error) {
    // §3.1: the direct method only if the host of the advanced one does not exist, not if it fails.
    if (errno(error) !== "ENOTFOUND") throw error;
  }
  return ask(pages.direct);
}

async function askHkp(source: Source, inquiry: Inquiry, signal: AbortSignal): Promise<Buffer | undefined> {
  const { address, pinned, resolve } = inquiry;
  const url = new URL("/pks/lookup", serverOf(source.kind === "hkp" ? source.url : ""));
  // Anybody may upload keys for an address until the answer is too large; a fingerprint has one key.
  const search = pinned === undefined ? address.text : `0x${pinned}`;
  url.search = new URLSearchParams({ op: "get", options: "mr", exact: "on", search }).toString();
  return get({ url, publicOnly: false, bytesMost: KEY_BYTES, signal, resolve });
}
