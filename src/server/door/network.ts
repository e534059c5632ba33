// Whom an address of the network stands for, where the door counts: one of IPv4, or a whole /64 of IPv6. Pure.
import { isIPv6 } from "node:net";

const GROUPS = 8;
const OF_NETWORK = 4;
/** RFC 4291 §2.5.5.2: an address of IPv4, as a port for both families sees it. */
const MAPPED = ["0", "0", "0", "0", "0", "ffff"].join(":");

/** Who has an address of IPv6 has 2^64 of them. What is no address stands for itself. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (groups.slice(0, 6).join(":") === MAPPED) return groups.slice(6).flatMap(bytesOf).join(".");
  return `${groups.slice(0, OF_NETWORK).join(":")}::/64`;
}

/** Eight, in hex, without zeros in front and without a zone. */
function groupsOf(address: string): readonly string[] {
  const [bare = ""] = address.toLowerCase().split("%", 1);
  const [head = "", tail] = bare.split("::");
  const [front, back] = [partsOf(head), partsOf(tail ?? "")];
  const zeros = Array.from({ length: tail === undefined ? 0 : GROUPS - front.length - back.length }, () => "0");
  return [...front, ...zeros, ...back].map((group) => parseInt(group, 16).toString(16));
}

/** The end of it may be written as IPv4. */
function partsOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return part;
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
  });
}

function bytesOf(group: string): readonly number[] {
  const value = parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
