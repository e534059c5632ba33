// Ports of the loopback that nobody listens on now, for programs that are told theirs before they start.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** All different. Another program may still take one: nothing holds them. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
