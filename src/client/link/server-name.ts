// A server as people read it. Alone here: the first frame of a face needs it, and nothing of TLS.
import { isIP } from "node:net";

export function serverName(host: string, port: number): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
