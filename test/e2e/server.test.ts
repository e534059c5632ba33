// The packaged chat-server: starting, refusing to start, reloading, stopping; with OpenSSL as the other side.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { greet, room, write } from "../kit/conversation.ts";
import { SERVER, ServerProgram, run } from "../kit/executables.ts";
import { sClient } from "../kit/openssl.ts";
import { RawClient } from "../kit/raw-client.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

let realm: TestRealm;
let folder: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
  folder = mkdtempSync(join(tmpdir(), "mutual-e2e-"));
});
afterAll(() => {
  realm.remove();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const fresh = (): string => {
  count += 1;
  return join(folder, String(count));
};
const flags = (data = fresh(), certs = realm.dir): string[] => ["--certs", certs, "--data", data];

describe("the command line", () => {
  it("shows help with examples, and the version", async () => {
    const help = await run(SERVER, ["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/chat-server -ip 0\.0\.0\.0 -p 443/);
    expect(help.stdout).toContain("--log-level");
    expect(await run(SERVER, ["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^chat-server \d+\.\d+\.\d+$/) as string,
    });
  });

  it("takes environment and configuration file, and the flag wins", async () => {
    const config = join(folder, "server.json");
    writeFileSync(config, JSON.stringify({ certs: realm.dir, data: fresh(), port: 1 }));
    await using server = new ServerProgram(SERVER, ["--config", config, "-p", "0"], {
      env: { CHAT_LOG_FORMAT: "json", CHAT_IP: "127.0.0.1" },
    });
    expect(await server.until(() => server.log().find(({ msg }) => msg === "listening"))).toMatchObject({
      ip: "127.0.0.1",
    });
  });

  it.each<readonly [string, readonly string[], RegExp]>([
    ["a wrong IP", ["-ip", "300.1.1.1"], /^error: .*not an IP address.*300\.1\.1\.1.*\nhint: /],
    ["a wrong port", ["-p", "70000"], /^error: .*not a port.*\nhint: /],
    ["an unknown flag", ["--prot", "1"], /^error: .*unknown argument.*prot.*\nhint: /],
    ["-i -p run together wrongly", ["-ipx", "1"], /^error: .*\nhint: /],
  ])("refuses %s with exit code 2", async (_what, args, text) => {
    const { code, stdout, stderr } = await run(SERVER, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(text);
    expect(stderr.split("\n")).toHaveLength(2);
  });
});

describe("what keeps it from starting", () => {
  const refused = async (args: readonly string[]): Promise<{ code: number | null; error: string }> => {
    const { code, stderr } = await run(SERVER, ["-ip", "127.0.0.1", "-p", "0", ...args]);
    expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+$/);
    return { code, error: stderr };
  };
  /** A copy of the realm's folder with something wrong in it. */
  const certsWith = (damage: (certs: string) => void): string => {
    const certs = fresh();
    cpSync(realm.dir, certs, { recursive: true });
    damage(certs);
    return certs;
  };

  it("no certificates", async () => {
    expect(await refused(flags(fresh(), join(folder, "nowhere")))).toMatchObject({
      code: 3,
      error: expect.stringContaining("make certs") as string,
    });
  });

  it("a certificate that has ended, where there is no key to make another", async () => {
    const certs = certsWith((dir) => {
      rmSync(join(dir, "issuing.key"));
      const expired = realm.expired("alice");
      writeFileSync(join(dir, "server.crt"), expired.certPem);
      writeFileSync(join(dir, "server.key"), expired.keyPem);
    });
    expect((await refused(flags(fresh(), certs))).code).toBe(3);
  });

  it("a key of another certificate", async () => {
    const certs = certsWith((dir) => copyFileSync(join(dir, "clients/alice.key"), join(dir, "server.key")));
    expect(await refused(flags(fresh(), certs))).toMatchObject({
      code: 3,
      error: expect.stringContaining("server.key is not the key of") as string,
    });
  });

  it("a client's certificate in the server's place", async () => {
    const certs = certsWith((dir) => {
      copyFileSync(join(dir, "clients/alice.key"), join(dir, "server.key"));
      copyFileSync(join(dir, "clients/alice.crt"), join(dir, "server.crt"));
    });
    expect((await refused(flags(fresh(), certs))).code).toBe(3);
  });

  it("a missing revocation list", async () => {
    const certs = certsWith((dir) => rmSync(join(dir, "issuing.crl")));
    expect((await refused(flags(fresh(), certs))).code).toBe(3);
  });

  it("a port in use", async () => {
    const other: Server = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stderr } = await run(SERVER, ["-ip", "127.0.0.1", "-p", String(port), ...flags()]);
    other.close();
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringMatching(/^error: port \d+ on 127\.0\.0\.1 is in use\nhint: .*-p$/) as string,
    });
  });

  it("an address that is not this machine's", async () => {
    const { code, stderr } = await run(SERVER, ["-ip", "192.0.2.1", "-p", "0", ...flags()]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: 192\.0\.2\.1 is not an address of this machine\nhint: /);
  });

  it("a data folder that cannot be written", async () => {
    const file = fresh();
    writeFileSync(file, "a file, not a folder");
    expect((await refused(flags(join(file, "data")))).code).toBe(5);
  });

  it("a database that is none", async () => {
    const data = fresh();
    mkdirSync(data);
    writeFileSync(join(data, "chat.db"), "this was once a database ".repeat(1_000));
    const { code, error } = await refused(flags(data));
    expect(code).toBe(5);
    expect(error).toMatch(/backup/);
  });

  it("another server on the same data", async () => {
    const data = fresh();
    await using server = await ServerProgram.start(flags(data));
    expect(server.port).toBeGreaterThan(0);
    expect((await refused(flags(data))).code).toBe(5);
  });
});

describe("a running server", () => {
  it("keeps its files to itself", async () => {
    const data = fresh();
    await using server = await ServerProgram.start(flags(data));
    const modes = execFileSync("find", [data, "-printf", "%m %y\n"]).toString().trim().split("\n");
    expect([...new Set(modes)].toSorted()).toEqual(["600 f", "600 s", "700 d"]);
    expect(server.isOver).toBe(false);
  });

  it("talks to openssl s_client: with a certificate it answers in its protocol, without one it refuses", async () => {
    await using server = await ServerProgram.start(flags());
    const place = { port: server.port, ca: realm.file("ca.crt") };
    const alice = ["-cert", realm.file("clients/alice.crt"), "-key", realm.file("clients/alice.key")];
    const good = sClient(place, alice);
    expect(good).toContain("Verify return code: 0 (ok)");
    expect(good).toContain("ALPN protocol: mutual-chat/1");
    expect(good).toContain("frame-too-large");
    const none = sClient(place, []);
    expect(none).toContain("certificate-required");
    expect(none).not.toContain("frame-too-large");
    expect(await server.logged("certificate-required")).toMatchObject({ level: "warn", msg: "refused" });
    expect(await server.logged("frame-too-large")).toMatchObject({ user: "alice" });
  });

  it("shows the post-quantum key exchange in its log, and the classical one with an old client", async () => {
    await using server = await ServerProgram.start(flags());
    const alice = realm.client("alice");
    const options = { host: "127.0.0.1", port: server.port, ca: realm.caPem(), cert: alice.certPem, key: alice.keyPem };
    const groups = async (): Promise<unknown[]> =>
      server
        .log()
        .filter(({ msg }) => msg === "connected")
        .map(({ group }) => group);
    const visit = async (more: object): Promise<void> => {
      const client = await RawClient.connect({ ...options, ...more });
      await client.hello();
      client.close();
    };
    await visit({});
    await expect.poll(groups).toEqual(["X25519MLKEM768"]);
    await visit({ ecdhCurve: "X25519" });
    await expect.poll(groups).toEqual(["X25519MLKEM768", "X25519"]);
  });

  it("reads a new revocation list on SIGHUP and puts the device out, and the others stay", async () => {
    const own = await makeRealm({ clients: ["alice", "mallory"] });
    await using server = await ServerProgram.start(flags(fresh(), own.dir));
    const open = async (name: string): Promise<RawClient> => {
      const { certPem: cert, keyPem: key } = own.client(name);
      const client = await RawClient.connect({ host: "127.0.0.1", port: server.port, ca: own.caPem(), cert, key });
      await client.hello();
      return client;
    };
    const [alice, mallory] = [await open("alice"), await open("mallory")];
    await own.revoke("mallory");
    server.kill("SIGHUP");
    expect(await mallory.message("goodbye")).toMatchObject({ code: "certificate-revoked" });
    expect(await mallory.ended()).toBe(true);
    expect(alice.closed).toBe(false);
    alice.close();
    own.remove();
  });

  it("keeps what it has when SIGHUP finds nonsense, and says so", async () => {
    const own = await makeRealm({ clients: ["alice"] });
    await using server = await ServerProgram.start(flags(fresh(), own.dir));
    writeFileSync(own.file("issuing.crl"), "not a list");
    server.kill("SIGHUP");
    const line = await server.until(() => server.log().find(({ level }) => level === "error"));
    expect(String(line["msg"])).toContain("not reloaded");
    const { certPem: cert, keyPem: key } = own.client("alice");
    const alice = await RawClient.connect({ host: "127.0.0.1", port: server.port, ca: own.caPem(), cert, key });
    expect(await alice.hello()).toMatchObject({ user: "alice" });
    alice.close();
    own.remove();
  });

  it("stops on SIGTERM with exit code 0 and tells its clients", async () => {
    const server = await ServerProgram.start(flags());
    const { certPem: cert, keyPem: key } = realm.client("alice");
    const alice = await RawClient.connect({ host: "127.0.0.1", port: server.port, ca: realm.caPem(), cert, key });
    await alice.hello();
    server.kill("SIGTERM");
    expect(await alice.message("goodbye")).toMatchObject({ code: "shutdown" });
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(server.stderr).toEqual([]);
  });

  it("needs nothing of the machine: it runs in an empty folder, with an empty environment", async () => {
    const place = fresh();
    mkdirSync(place);
    copyFileSync(SERVER, join(place, "chat-server"));
    chmodSync(join(place, "chat-server"), 0o755);
    const { code, stdout } = await run(join(place, "chat-server"), ["--version"], { env: { PATH: "" }, cwd: place });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("chat-server") as string });
  });

  it("logs no key, and nothing of what was said", async () => {
    await using server = await ServerProgram.start([...flags(), "--log-level", "debug"]);
    const { certPem: cert, keyPem: key } = realm.client("alice");
    const alice = await RawClient.connect({ host: "127.0.0.1", port: server.port, ca: realm.caPem(), cert, key });
    const guest = await greet(alice);
    expect(await write(guest, await room([guest]), "a secret nobody may log")).toMatchObject({ result: "ok" });
    alice.close();
    await server.end();
    const log = server.stdout.join("\n");
    expect(log).toContain("connected");
    expect(log).not.toMatch(/PRIVATE KEY|a secret nobody/);
  });
});
