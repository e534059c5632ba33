// Answers of the local server, and the bodies of its small requests.
import type { IncomingMessage, ServerResponse } from "node:http";
import { safeHeaders } from "./headers.ts";

/** A token and the braces around it. */
const BODY_BYTES = 1_024;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

export function plain(status: number): Answer {
  return { status, type: "text/plain; charset=utf-8", body: `${status}\n` };
}

export function json(status: number, value: object): Answer {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

export function sendAnswer(response: ServerResponse, port: number, { status, type, body }: Answer): void {
  response.writeHead(status, {
    ...safeHeaders(port),
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    // Of a request that was refused, what is left of its body is not read.
    ...(status >= 400 && { connection: "close" }),
  });
  response.end(body);
}

/** Undefined: too long, or no JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
