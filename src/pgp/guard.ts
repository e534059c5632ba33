// Which addresses a stranger may make us connect to: those of the public internet, and no others.
// A user's e-mail domain names a host of the user's choice; it must not be one inside our network. Pure.

import { BlockList, isIP, SocketAddress } from "node:net";

/** IANA special-purpose address registries (RFC 6890 and later): not globally reachable, or leading somewhere else. */
const SPECIAL_4: readonly (readonly [net: string, prefix: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", 3],
];
/** Within 2000::/3, outside of which nothing is global. 6to4 and Teredo carry an IPv4 address that nobody checks. */
const SPECIAL_6: readonly (readonly [net: string, prefix: number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

/** Whether it is an address that everybody on the internet may reach. */
export function isPublic(ip: string): boolean {
  switch (isIP(ip)) {
    case 4:
      return !listOf(SPECIAL_4, "ipv4").check(ip, "ipv4");
    case 6:
      return isPublic6(ip);
    default:
      return false;
  }
}

function isPublic6(ip: string): boolean {
  // A zone names an interface of this machine.
  if (ip.includes("%")) return false;
  const plain = new SocketAddress({ address: ip, family: "ipv6" }).address;
  const [, carried] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain) ?? [];
  if (carried !== undefined) return isPublic(carried);
  return listOf([["2000::", 3]], "ipv6").check(plain, "ipv6") && !listOf(SPECIAL_6, "ipv6").check(plain, "ipv6");
}

function listOf(nets: readonly (readonly [net: string, prefix: number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}
