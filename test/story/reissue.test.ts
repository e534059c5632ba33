// What ends is issued anew by the running server, where the CA's key is: its own certificate and the lists. Looked at by OpenSSL, at the
// time that the server's clock shows.
import { readFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DoorClock } from "../kit/door.ts";
import { DAY_MS, makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const run = promisify(execFile);

let realm: TestRealm;
let server: TestServer;
let clock: DoorClock;

beforeEach(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
  await realm.revoke("bob");
  clock = new DoorClock();
  server = await testServer(realm, {}, clock);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

/** The certificate that a peer is shown and takes, by the clock of the server. */
async function serialShown(): Promise<string> {
  const at = [
    "-attime",
    String(Math.floor(clock.now() / 1000)),
    "-verify_return_error",
    "-CAfile",
    realm.file("ca.crt"),
  ];
  const own = ["-cert", realm.file("clients/alice.crt"), "-key", realm.file("clients/alice.key")];
  const where = ["-connect", `127.0.0.1:${server.port}`, "-tls1_3", "-alpn", "mutual-chat/1"];
  const talking = run("openssl", ["s_client", ...where, ...at, ...own]);
  talking.child.stdin?.end();
  const { stdout } = await talking;
  expect(stdout).toContain("Verify return code: 0 (ok)");
  const [pem = ""] = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/.exec(stdout) ?? [];
  const reading = run("openssl", ["x509", "-noout", "-serial"]);
  reading.child.stdin?.end(pem);
  return (await reading).stdout;
}

/** Of a list: whether OpenSSL believes it, until when it is good, and how many are on it. */
async function listed(name: "ca.crl" | "issuing.crl"): Promise<{ readonly until: number; readonly revoked: number }> {
  const ca = name === "ca.crl" ? "ca.crt" : "issuing.crt";
  const { stdout, stderr } = await run("openssl", ["crl", "-in", realm.file(name), "-CAfile", realm.file(ca), "-text"]);
  expect(stderr).toContain("verify OK");
  const [, until = ""] = /Next Update: (.+)/.exec(stdout) ?? [];
  return { until: Date.parse(until), revoked: stdout.split("Serial Number:").length - 1 };
}

const issued = (): number => server.lines.filter(({ sentence }) => sentence === "issued anew before they end").length;

/** Another day at each look: the next of the server's is only arranged when the one before has ended. */
function nextDay<T>(look: () => T): () => T {
  return () => {
    clock.turn(DAY_MS);
    return look();
  };
}

test("the lists, with who was revoked on them", { timeout: 60_000 }, async () => {
  const before = [await listed("ca.crl"), await listed("issuing.crl")];
  clock.turn(59 * DAY_MS);
  await expect.poll(issued).toBe(0);
  await expect.poll(nextDay(issued)).toBe(1);
  const after = [await listed("ca.crl"), await listed("issuing.crl")];
  for (const [at, { until, revoked }] of after.entries()) {
    expect(until).toBeGreaterThan((before[at]?.until ?? Infinity) + 50 * DAY_MS);
    expect(revoked).toBe(before[at]?.revoked);
  }
  expect(after[1]?.revoked).toBe(1);
});

test("the certificate of the server, on the same port and without a restart", { timeout: 60_000 }, async () => {
  const before = await serialShown();
  clock.turn(250 * DAY_MS);
  await expect.poll(issued).toBe(1);
  expect(await serialShown()).toBe(before);
  await expect.poll(nextDay(issued)).toBe(2);
  await expect.poll(serialShown).not.toBe(before);
});

test("the certificate of the log's key, which stays the same key", { timeout: 60_000 }, async () => {
  const [key, before] = [readFileSync(realm.file("log.key")), readFileSync(realm.file("log.crt"), "utf8")];
  clock.turn(270 * DAY_MS);
  await expect.poll(issued).toBe(1);
  expect(readFileSync(realm.file("log.crt"), "utf8")).toBe(before);
  await expect.poll(nextDay(() => readFileSync(realm.file("log.crt"), "utf8"))).not.toBe(before);
  expect(readFileSync(realm.file("log.key"))).toEqual(key);
});
