// Whether a request comes from our own page, judged by its head alone: every program and every site that this machine's browser shows can
// reach 127.0.0.1. Pure.
import type { IncomingMessage } from "node:http";

export type Asked = Pick<IncomingMessage, "method" | "url" | "headers" | "headersDistinct">;

const WRONG_HOST = 421;
const FOREIGN = 403;

/** The status to refuse it with; undefined: it may be ours. */
export function refusalOf(asked: Asked, port: number, isSocket = false): number | undefined {
  const here = `127.0.0.1:${port}`;
  // A name that was rebound to this address says its own name here, and `localhost` may be rebound (RFC 9110 §7.4).
  const hosts = asked.headersDistinct["host"] ?? [];
  if (hosts.length !== 1 || hosts[0] !== here) return WRONG_HOST;
  const origins = asked.headersDistinct["origin"] ?? [];
  if (origins.some((origin) => origin !== `http://${here}`)) return FOREIGN;
  // A browser always says it with a WebSocket, which no other rule of its keeps from foreign pages.
  if (isSocket && origins.length !== 1) return FOREIGN;
  return isForeign(asked) ? FOREIGN : undefined;
}

/** Fetch Metadata: another local port is the same site, and not the same origin. */
function isForeign({ method, url, headers }: Asked): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin") return false;
  if (method !== "GET") return true;
  if (site === "none") return false;
  // The redirect file is of another site. It, and anybody, may show the bare page in a window of its own: no secret is in it.
  const isPage = url === "/" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return !isPage;
}
