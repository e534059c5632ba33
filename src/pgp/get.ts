// One bounded HTTP GET for a key: no redirect, limited in size and time, connected to the very address that was checked.
// Must not know OpenPGP, nor which source is asked.

import { lookup as lookUpHost } from "node:dns/promises";
import { request as requestPlain, type IncomingMessage, type RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublic } from "./guard.ts";

/** The addresses of a host; throws with the code ENOTFOUND when there is none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface Ask {
  readonly url: URL;
  /** The host was chosen by a stranger: refuse addresses that are not public. */
  readonly publicOnly: boolean;
  readonly bytesMost: number;
  readonly signal: AbortSignal;
  readonly resolve: Resolve;
}

export async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookUpHost(host, { all: true, order: "verbatim" })).map(({ address }) => address);
}

/** The body, or undefined when the server has nothing there. @throws what went wrong, in words or as a system error */
export async function get(ask: Ask): Promise<Buffer | undefined> {
  const addresses = await addressesFor(ask);
  const answer = await connect(ask, addresses);
  try {
    return await bodyOf(answer, ask.bytesMost);
  } finally {
    answer.destroy();
  }
}

async function addressesFor({ url, publicOnly, resolve, signal }: Ask): Promise<readonly string[]> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await orAborted(resolve(host), signal) : [host];
  if (addresses.length === 0) throw Object.assign(new Error(`${host} has no address`), { code: "ENOTFOUND" });
  const inside = publicOnly ? addresses.find((address) => !isPublic(address)) : undefined;
  if (inside !== undefined) throw new Error(`${host} is at ${inside}, which is not a public address`);
  return addresses;
}

/** A look-up of a name cannot be stopped; its answer can be left. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error("it was stopped", { cause: signal.reason }));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function connect({ url, signal }: Ask, addresses: readonly string[]): Promise<IncomingMessage> {
  const options: RequestOptions = {
    // A connection of its own, so that none to another address is used again.
    agent: false,
    signal,
    lookup: only(addresses),
    headers: { accept: "*/*", "accept-encoding": "identity" },
  };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === "https:"
        ? // Said here, because an environment variable can turn it off.
          requestSecure(url, { ...options, rejectUnauthorized: true })
        : requestPlain(url, options);
    request.on("response", resolve);
    request.on("error", reject);
    request.end();
  });
}

/** Answers with what was checked: a second question to the name server might be answered otherwise. */
function only(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    const [first] = all;
    if (options.all === true || first === undefined) done(null, all);
    else done(null, first.address, first.family);
  };
}

async function bodyOf(answer: IncomingMessage, bytesMost: number): Promise<Buffer | undefined> {
  const { statusCode = 0 } = answer;
  if (statusCode === 404 || statusCode === 410) return undefined;
  if (statusCode >= 300 && statusCode < 400) throw new Error("it sends us to another address, which is not followed");
  if (statusCode !== 200) throw new Error(`it answered with status ${statusCode}`);
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bytesMost) throw new Error(`its answer is larger than ${bytesMost} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
