// Subject alternative names, and the two URIs that make a certificate a device of this system.
// Must not know how certificates are read or written.

import { isIP, SocketAddress } from "node:net";
import { isDeviceId, isHandle, type DeviceId, type Handle } from "../model/ids.ts";

export type AltName = { readonly kind: "dns" | "ip" | "uri" | "email"; readonly value: string };

const USER_URN = "urn:mutual-chat:user:";
const DEVICE_URN = "urn:mutual-chat:device:";
const DNS_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
const EMAIL = /^[^\s@,;:<>()[\]\\"]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/i;
const DNS_CHARS = 253;
/** RFC 5280 ub-common-name: OpenSSL refuses to write a longer one. */
const DISPLAY_NAME_CHARS = 64;

export function userUri(user: Handle): string {
  return USER_URN + user;
}

export function deviceUri(device: DeviceId): string {
  return DEVICE_URN + device;
}

export type Identity = { readonly user: Handle; readonly device: DeviceId };

/**
 * The user and device that these names say, or a sentence why they say none.
 * Exactly one of each, spelled exactly: URN case variants are refused, so that two spellings never are two people.
 */
export function identityOf(names: readonly AltName[]): Identity | string {
  const uris = names.filter((name) => name.kind === "uri").map((name) => name.value);
  const users = uris.filter((uri) => uri.toLowerCase().startsWith(USER_URN));
  const devices = uris.filter((uri) => uri.toLowerCase().startsWith(DEVICE_URN));
  if (users.length !== 1) return `it names ${users.length} users instead of one`;
  if (devices.length !== 1) return `it names ${devices.length} devices instead of one`;
  const user = after(USER_URN, users);
  const device = after(DEVICE_URN, devices);
  if (!isHandle(user)) return "its user name is not a valid handle";
  if (!isDeviceId(device)) return "its device id is not 32 lower-case hex digits";
  return { user, device };
}

/** Whether the names claim an identity at all, right or wrong. */
export function claimsIdentity(names: readonly AltName[]): boolean {
  return names.some((name) => name.kind === "uri" && /^urn:mutual-chat:(user|device):/i.test(name.value));
}

function after(prefix: string, uris: readonly string[]): string {
  const [uri = ""] = uris;
  return uri.startsWith(prefix) ? uri.slice(prefix.length) : "";
}

/** A host as a name for a server certificate, in one spelling (lower case, canonical IPv6), or undefined. */
export function hostName(host: string): AltName | undefined {
  const family = isIP(host);
  if (family !== 0) return host.includes("%") ? undefined : { kind: "ip", value: canonicalIp(host) };
  const labels = host.split(".");
  // A last label of digits only would be an address that somebody mistyped.
  if (host.length > DNS_CHARS || !labels.every((label) => DNS_LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? "")) {
    return undefined;
  }
  return { kind: "dns", value: host.toLowerCase() };
}

/** One spelling for each address. `ip` is valid. @internal */
export function canonicalIp(ip: string): string {
  return isIP(ip) === 6 ? new SocketAddress({ address: ip, family: "ipv6" }).address : ip;
}

/** The address in 4 or 16 bytes, or undefined. */
export function ipOfBytes(bytes: Buffer): string | undefined {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return canonicalIp(groups.join(":"));
}

/** The address in 4 or 16 bytes. `ip` is valid. */
export function bytesOfIp(ip: string): Buffer {
  if (isIP(ip) === 4) return Buffer.from(ip.split(".").map(Number));
  const [head = "", tail] = groupsOfIp(ip);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** An IPv6 address around its "::", an IPv4 tail (::ffff:1.2.3.4) turned into groups. */
function groupsOfIp(ip: string): string[] {
  const plain = ip.replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const bytes = bytesOfIp(v4);
    return `${bytes.readUInt16BE(0).toString(16)}:${bytes.readUInt16BE(2).toString(16)}`;
  });
  return plain.split("::");
}

export function isEmail(text: string): boolean {
  return EMAIL.test(text);
}

/** A display name: free text on one line, short enough for a common name. */
export function isDisplayName(text: string): boolean {
  const chars = Array.from(text).length;
  return chars > 0 && chars <= DISPLAY_NAME_CHARS && text.trim() === text && !hasControls(text);
}

/** Control and line-breaking characters, and halves of surrogate pairs. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text);
}

/** Names as OpenSSL writes them, for a person and for a configuration file: `DNS:localhost, IP:127.0.0.1`. */
export function inWords(names: readonly AltName[]): string {
  const label = { dns: "DNS", ip: "IP", uri: "URI", email: "email" } as const;
  return names.map((name) => `${label[name.kind]}:${name.value}`).join(", ");
}
