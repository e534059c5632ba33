// A realm folder with damaged, foreign or missing files is refused with the file's name, and nothing in it is changed.

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { writeAll } from "../../../src/pki/files.ts";
import { fillFolder } from "../../../src/pki/realm-folder.ts";
import { parseClients, parseDays, parseHosts } from "../../../src/pki/wishes.ts";
import { folderWish, makeRealm, type TestRealm } from "../../kit/realm.ts";

let kit: TestRealm;
let other: TestRealm;
beforeAll(async () => {
  kit = await makeRealm({ clients: ["alice"] });
  other = await makeRealm({ clients: ["alice"] });
});
afterAll(() => {
  kit.remove();
  other.remove();
});

function snapshot(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(dir, name)).isFile(),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), "latin1")]));
}

async function refuses(names: readonly string[], change: (path: string) => void): Promise<string> {
  const good = names.map((name) => ({ path: kit.file(name), bytes: readFileSync(kit.file(name)) }));
  for (const { path } of good) change(path);
  const before = snapshot(kit.dir);
  const filled = fillFolder(folderWish(kit.dir, { clients: ["alice", "zoe"] }));
  const refusal: unknown = await filled.then(
    () => "accepted",
    (error: unknown) => error,
  );
  expect(snapshot(kit.dir)).toEqual(before);
  for (const { path, bytes } of good) writeFileSync(path, bytes);
  return refusal instanceof Fault && refusal.hint !== undefined ? refusal.code : `not a refusal: ${String(refusal)}`;
}

const FILES = [
  "ca.crt",
  "ca.key",
  "issuing.crt",
  "issuing.key",
  "server.crt",
  "server.key",
  "ca.crl",
  "issuing.crl",
  "clients/alice.crt",
  "clients/alice.key",
];

test.each(FILES)("a damaged %s", async (name) => {
  const code = await refuses([name], (path) => writeFileSync(path, "damaged"));
  expect(code).toBe(name.endsWith(".key") ? "key-malformed" : "pem-malformed");
});
test.each(FILES)("a %s of another realm", async (name) => {
  const code = await refuses([name], (path) => writeFileSync(path, readFileSync(path.replace(kit.dir, other.dir))));
  expect(code).toBe(
    name.endsWith(".key") || name.startsWith("ca.crt") || name.startsWith("issuing.crt")
      ? "key-mismatch"
      : name.endsWith(".crl")
        ? "crl-untrusted"
        : "certs-mismatch",
  );
});
test.each(["ca", "issuing"])("a %s that was taken away while the rest stayed", async (name) => {
  const code = await refuses([`${name}.crt`, `${name}.key`], (path) => rmSync(path));
  expect(code).toMatch(/^(certs-mismatch|crl-untrusted)$/);
});

test("a file that cannot be put in its place leaves all the others as they were", async () => {
  const before = snapshot(kit.dir);
  const files = [
    { path: kit.file("ca.crt"), content: "new", secret: false },
    { path: join(kit.file("ca.crt"), "below-a-file"), content: "new", secret: false },
  ];
  await expect(writeAll(files)).rejects.toThrow(expect.objectContaining({ code: "file-unwritable" }));
  expect(snapshot(kit.dir)).toEqual(before);
});

describe("words on the command line", () => {
  test("clients", () => {
    expect(parseClients(" alice  bob ")).toEqual([{ user: "alice" }, { user: "bob" }]);
    expect(parseClients("alice:Alice A. <a@b.example>, bob <b@b.example>, carol")).toEqual([
      { user: "alice", name: "Alice A.", email: "a@b.example" },
      { user: "bob", email: "b@b.example" },
      { user: "carol" },
    ]);
    expect(parseClients("")).toEqual([]);
    for (const bad of [
      "alice alice",
      "Alice",
      "../x",
      ".x",
      "a".repeat(33),
      "alice:",
      "alice:\u0007",
      "alice:A <x>",
      "alice:A <a@b.example,c@d.example>",
      "alice <<a@b>>",
    ]) {
      expect(() => parseClients(bad)).toThrow(expect.objectContaining({ code: "usage" }));
    }
  });
  test("hosts", () => {
    expect(parseHosts("LocalHost, 127.0.0.1 0::1 ::1")).toEqual([
      { kind: "dns", value: "localhost" },
      { kind: "ip", value: "127.0.0.1" },
      { kind: "ip", value: "::1" },
    ]);
    for (const bad of [
      "",
      " ",
      "a_b",
      "-a",
      "a..b",
      "300.1.1.1",
      "1.2.3",
      "fe80::1%eth0",
      "a:b",
      "*",
      "x".repeat(64),
      "é.org",
    ]) {
      expect(() => parseHosts(bad)).toThrow(expect.objectContaining({ code: "usage" }));
    }
  });
  test("days", () => {
    expect(parseDays("397")).toBe(397);
    for (const bad of ["0", "-1", "1e3", "1.5", "3651", "", " 1", "x"])
      expect(() => parseDays(bad)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});
