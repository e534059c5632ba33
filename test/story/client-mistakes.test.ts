// What people get wrong when they start chat-client, and what it tells them: one error, one hint, an exit code.
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ClientProcess } from "../kit/client-process.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let home: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
afterAll(() => realm.remove());
beforeEach(async () => {
  server = await testServer(realm);
  home = mkdtempSync(join(tmpdir(), "mutual-home-"));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

function client(name: string, ...more: string[]): ClientProcess {
  return new ClientProcess(["-p", String(server.port), "--certs", realm.dir, "--as", name, "--home", home, ...more]);
}

const ready = (one: ClientProcess): Promise<void> => one.until(() => one.of("ready").length > 0, "ready");
const send = (text: string, id?: number): object => ({ do: "send", id, to: "#lobby", text });

describe("mistakes", () => {
  const run = async (...args: string[]): Promise<[number | null, string]> => {
    const one = new ClientProcess(args, { HOME: home });
    one.child.stdin.end();
    return [await one.exit, one.errors];
  };

  it("each has its exit code, a sentence and a hint", async () => {
    expect(await run("--nope")).toEqual([
      2,
      "error: unknown argument: nope\nhint: chat-client --help shows all flags\n",
    ]);
    expect(await run("-p", "99999")).toEqual([
      2,
      'error: --port is not a port: "99999"\nhint: a whole number from 1 to 65535\n',
    ]);
    expect((await run("-p", "0"))[0]).toBe(2);
    expect(await run("--passphrase-file", "/nonexistent")).toEqual([
      3,
      "error: cannot read the passphrase file /nonexistent: there is no such file\n" +
        "hint: check the name given with --passphrase-file, and who may read it\n",
    ]);
    expect(await run("--certs", home)).toEqual([
      3,
      expect.stringMatching(
        /^error: there is no client certificate in .*\nhint: .*--certs DIR --as NAME.*--p12.*--cert/,
      ),
    ]);
    expect(await run("--certs", realm.dir)).toEqual([
      3,
      "error: there are several identities\nhint: choose one with --as: alice, bob\n",
    ]);
    expect(await run("--certs", realm.dir, "--as", "carol")).toEqual([
      3,
      expect.stringMatching(/^error: there is no identity "carol".*\nhint: choose one with --as: alice, bob\n/),
    ]);
  });

  it("a second client of the same identity does not touch the vault of the first", async () => {
    const first = client("alice", "--json");
    await ready(first);
    const second = client("alice", "--json");
    expect(await second.exit).toBe(5);
    expect(second.errors).toMatch(
      /^error: this identity is open in another chat-client, .*\nhint: close the other one/,
    );
    first.say(send("still here", 1));
    await first.until(() => first.objects.some((one) => one["id"] === 1), "a reply");
    first.child.stdin.end();
    expect(await first.exit).toBe(0);
    expect(readdirSync(home)).toHaveLength(1);
  });

  it("a key that others can read does not stand in front of the error", async () => {
    const first = client("alice", "--json");
    await ready(first);
    chmodSync(realm.file("clients/alice.key"), 0o644);
    const second = client("alice");
    expect(await second.exit).toBe(5);
    chmodSync(realm.file("clients/alice.key"), 0o600);
    expect(second.errors).toMatch(/^error: this identity is open/);
    expect(second.lines).toEqual([]);
    first.child.stdin.end();
    await first.exit;
  });

  it("revoked: exit code 6 when the server says so, 3 when a list beside ca.crt does", async () => {
    const own = await makeRealm({ clients: ["alice"] });
    await own.revoke("alice");
    await using strict = await testServer(own);
    const args = ["-p", String(strict.port), "--certs", own.dir, "--home", home, "--json"];
    const known = new ClientProcess(args);
    expect(await known.exit).toBe(3);
    expect(known.errors).toMatch(/^error: .*alice\.crt: the certificate "alice" was revoked on .*\nhint: /);
    for (const list of ["ca.crl", "issuing.crl"]) rmSync(own.file(list));
    const alice = new ClientProcess(args);
    expect(await alice.exit).toBe(6);
    expect(alice.errors).toMatch(
      /^error: the server refused our certificate: it was revoked\nhint: ask an owner of the realm/,
    );
    expect(alice.of("link")).toMatchObject([{ state: "refused", reason: { code: "certificate-revoked" } }]);
    own.remove();
  });

  it("a list beside ca.crt: one that has ended is a warning, a server that stands on it is refused", async () => {
    const own = await makeRealm({ clients: ["alice"] });
    await using strict = await testServer(own);
    const start = (): ClientProcess =>
      new ClientProcess(["-p", String(strict.port), "--certs", own.dir, "--home", home, "--json"]);
    own.endList("issuing.crl");
    const warned = start();
    warned.child.stdin.end();
    expect(await warned.exit).toBe(0);
    expect(warned.errors).toMatch(/^warn: a revocation list beside ca\.crt ended on .*\n$/);
    await own.revoke(own.server().leaf.serial);
    const refused = start();
    refused.child.stdin.end();
    expect(await refused.exit).toBe(3);
    expect(refused.errors).toMatch(/error: the server is not believed: .* was revoked on .*\nhint: .*administrator/);
    expect(refused.of("link")).toMatchObject([{ state: "refused", reason: { code: "server-revoked" } }]);
    own.remove();
  });
});
