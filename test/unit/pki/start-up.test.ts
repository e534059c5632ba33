// The way to a connection must not load node-forge: neither for the server nor for the client.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { expect, test } from "vitest";
import { isDeviceId } from "../../../src/model/ids.ts";
import { bytesOfIp, canonicalIp, ipOfBytes } from "../../../src/pki/alt-name.ts";
import { newDeviceId } from "../../../src/pki/authority.ts";
import { newPathCache } from "../../../src/pki/peer.ts";

const PKI = resolve(import.meta.dirname, "../../../src/pki");

/** Everything that a static import of this file loads. */
function loadedBy(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (!path.endsWith(".ts")) return seen;
  for (const [, from = ""] of readFileSync(path, "utf8").matchAll(
    /^(?:import|export) (?!type )[\s\S]*?from "([^"]+)";/gm,
  )) {
    loadedBy(from.startsWith(".") ? resolve(dirname(path), from) : from, seen);
  }
  return seen;
}

test.each(["peer.ts", "realm.ts", "load.ts", "crl.ts", "keys.ts", "bundle-read.ts"])(
  "%s does not load node-forge",
  (name) => {
    expect([...loadedBy(resolve(PKI, name))]).not.toContain("node-forge");
  },
);

test("the building modules do, so the check above sees something", () => {
  expect([...loadedBy(resolve(PKI, "issue.ts"))]).toContain("node-forge");
});

test.each([
  ["127.0.0.1", "7f000001"],
  ["::", "0".repeat(32)],
  ["::1", `${"0".repeat(31)}1`],
  ["2001:db8::ff00:42:8329", "20010db8000000000000ff0000428329"],
  ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
  ["1::", `0001${"0".repeat(28)}`],
  ["::ffff:1.2.3.4", "00000000000000000000ffff01020304"],
])("the address %s in bytes and back", (ip, hex) => {
  expect(bytesOfIp(ip).toString("hex")).toBe(hex);
  expect(ipOfBytes(Buffer.from(hex, "hex"))).toBe(canonicalIp(ip));
});

test("a cache holds what it is told to and forgets the least recently used", () => {
  const cache = newPathCache(2);
  cache.set("a", []);
  cache.set("b", []);
  cache.get("a");
  cache.set("c", []);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([[], undefined, []]);
});

test("device ids are fresh and well formed", () => {
  const ids = Array.from({ length: 50 }, newDeviceId);
  expect(ids.every(isDeviceId)).toBe(true);
  expect(new Set(ids).size).toBe(50);
});
