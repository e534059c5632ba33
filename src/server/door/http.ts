// Requests and answers of the door as values: what a handler is given, what it gives back, and bodies read with a limit.
import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "../../model/fault.ts";

export interface DoorRequest {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  readonly address: string;
  readonly body: Buffer;
  /** Of `Content-Type`, lower case, without parameters. */
  readonly type: string;
  /** From HTTP Basic; undefined without it. */
  readonly basic: { readonly user: string; readonly secret: string } | undefined;
  /** DER, leaf first; empty without a client certificate. Nobody has checked it. */
  readonly chain: readonly Buffer[];
  /** The client reads JSON. */
  readonly json: boolean;
}

export interface DoorAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** It was a guess, and it was wrong: it waits. */
  readonly wrong?: boolean;
  /** It waits for so long. */
  readonly waitMs?: number;
}

/** What is known of a request before its body is read. */
export type DoorHead = Pick<DoorRequest, "path" | "basic" | "chain">;

/** A certificate request is 4 kB at most, an identity vault with its archive keys 1 MiB. */
export const BODY_BYTES = 64 * 1024;
const BASIC = /^Basic ([A-Za-z0-9+/=]{1,1024})$/i;

export async function readBody(request: IncomingMessage, most: number = BODY_BYTES): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > most) throw new Fault("too-large", `a request may be ${most} bytes at most`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** RFC 7617; undefined where there is none, or none that can be read. */
export function basicOf(header: string | undefined): DoorRequest["basic"] {
  const [, packed = ""] = BASIC.exec(header ?? "") ?? [];
  const text = Buffer.from(packed, "base64").toString("utf8");
  const at = text.indexOf(":");
  return packed === "" || at < 0 ? undefined : { user: text.slice(0, at), secret: text.slice(at + 1) };
}

export function jsonAnswer(status: number, value: object): DoorAnswer {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

const STATUS: Readonly<Record<string, number>> = {
  "too-large": 413,
  "account-disabled": 403,
  "lease-over": 403,
  "no-issuer": 503,
  "store-full": 503,
  "store-failed": 503,
  "store-overload": 503,
  overload: 503,
};

/** Everything else is wrong with the request. */
export function statusOf({ code }: Fault): number {
  return STATUS[code] ?? (code.startsWith("certificate-") ? 403 : 400);
}

/** In JSON for programs of ours; in text for everybody else (RFC 7030 §4.2.3). */
export function faultAnswer(status: number, { code, message, hint }: Fault, json: boolean): DoorAnswer {
  if (json) return jsonAnswer(status, { error: { code, message, ...(hint === undefined ? {} : { hint }) } });
  const body = `error: ${message}\n${hint === undefined ? "" : `hint: ${hint}\n`}`;
  return { status, type: "text/plain; charset=utf-8", body };
}

export function send(response: ServerResponse, { status, type, body, headers }: DoorAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}
