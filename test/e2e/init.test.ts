// `chat-server init`, `invite`, `invitations` and `withdraw` with the packaged executables: what they make, say and refuse.
import { createHash } from "node:crypto";
import { mkdtempDisposableSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/bin/system-clock.ts";
import { askDoor } from "../../src/client/link/door.ts";
import { type Certificate, readCertificate } from "../../src/pki/certificate.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { derBlocks } from "../../src/pki/pem.ts";
import { readCertsOnly } from "../../src/pki/pkcs7-read.ts";
import { makeRequest } from "../../src/pki/request.ts";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";
import { run, SERVER } from "../kit/executables.ts";
import { openssl } from "../kit/openssl.ts";
import { OwnRealm } from "../kit/own-realm.ts";

const HOUR_MS = 3_600_000;
const PASSPHRASE = "correct horse battery staple";

function hashes(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

const leafIn = (file: string) => readCertificate(derBlocks(readFileSync(file), ["CERTIFICATE"])[0] ?? Buffer.alloc(0));

/** Of a device that asks the door by itself. */
async function certificateBy(line: string): Promise<Certificate> {
  const invitation = readInvitationLine(line);
  const { body } = await askDoor(
    { ...invitation, clock: systemClock },
    {
      method: "POST",
      path: "/.well-known/est/simpleenroll",
      type: "application/pkcs10",
      body: makeRequest({ subject: [], altNames: [] }, newKeyPair("ed25519")).toString("base64"),
      basic: { user: "", secret: invitation.code },
    },
  );
  return readCertificate(readCertsOnly(Buffer.from(body.toString("latin1"), "base64"))[0] ?? Buffer.alloc(0));
}

describe("init", () => {
  it("makes a realm that a server runs, and the first owner's invitation", async () => {
    await using realm = await OwnRealm.init();
    const { made } = realm;
    const line = readInvitationLine(realm.line);
    expect(line).toMatchObject({ host: "127.0.0.1", port: realm.door, realm: made["realm"] });
    expect(made).toMatchObject({ ok: true, role: "owner", uses: 1, hosts: ["localhost", "127.0.0.1", "::1"] });
    const spki = openssl(["x509", "-in", join(realm.data, "realm/ca.crt"), "-noout", "-pubkey"]).split("\n");
    const der = Buffer.from(spki.filter((one) => !one.startsWith("-----")).join(""), "base64");
    expect(createHash("sha256").update(der).digest("hex")).toBe(made["realm"]);
    expect(JSON.parse(readFileSync(join(realm.data, "chat-server.json"), "utf8"))).toEqual({
      ip: "127.0.0.1",
      port: realm.port,
      "door-port": realm.door,
    });
    const server = await realm.start();
    expect(server.log().find(({ msg }) => msg === "listening")).toMatchObject({
      realm: made["realm"],
      port: realm.port,
    });
    expect((await realm.join(realm.line, "home", "--user", "ann")).code).toBe(0);
  });

  it("a second time: nothing is changed", async () => {
    await using realm = await OwnRealm.init();
    const before = hashes(realm.data);
    const again = await realm.admin("init", "-p", "1", "--name", "Another");
    expect(again).toEqual({
      code: 3,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: there is a realm in .* already\nhint: nothing was changed; .*owner/,
      ) as string,
    });
    expect(hashes(realm.data)).toEqual(before);
  });

  it("twice at once: one of them makes it, and the other one is told that there is a realm", async () => {
    await using realm = await OwnRealm.init();
    const data = realm.file("at-once");
    const ports = ["7001", "7002"];
    const ran = await Promise.all(
      ports.map((port) => run(SERVER, ["init", "--data", data, "-ip", "127.0.0.1", "-p", port, "--name", port])),
    );
    expect(ran.map(({ code }) => code).toSorted((one, other) => Number(one) - Number(other))).toEqual([0, 3]);
    const refused = { stdout: "", stderr: expect.stringMatching(/^error: there is a realm in /) as string };
    expect(ran.find(({ code }) => code === 3)).toMatchObject(refused);
    const port = ports[ran.findIndex(({ code }) => code === 0)] ?? "";
    expect(JSON.parse(readFileSync(join(data, "chat-server.json"), "utf8"))).toMatchObject({ port: Number(port) });
    expect(leafIn(join(data, "realm/ca.crt")).commonNames).toEqual([expect.stringContaining(port)]);
  });

  it("in words: what was made, how to start, and the line by itself", async () => {
    await using realm = await OwnRealm.init();
    const { code, stdout, stderr } = await run(SERVER, ["init", "--data", realm.file("second"), "-ip", "127.0.0.1"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`  chat-server --data ${realm.file("second")}\n`);
    expect(stdout).toContain("  it listens on   127.0.0.1, port 12345;");
    const [, line = ""] = /^ {2}chat-client join '(chat:.*)'$/m.exec(stdout) ?? [];
    expect(readInvitationLine(line)).toMatchObject({ host: "127.0.0.1", port: 12_346 });
    expect(stdout).not.toMatch(/[█▀▄]/);
  });

  it("finds the names and addresses of this machine, and takes those that are given", async () => {
    await using realm = await OwnRealm.init();
    const hostsOf = async (name: string, ...flags: string[]) => {
      const made = await run(SERVER, ["init", "--json", "--data", realm.file(name), ...flags]);
      const { altNames } = leafIn(join(realm.file(name), "realm/server.crt"));
      const { hosts, line } = JSON.parse(made.stdout) as { hosts: string[]; line: string };
      expect(altNames.map(({ value }) => value)).toEqual(hosts);
      return { hosts, host: readInvitationLine(line).host };
    };
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal }) => !internal);
    const own = outside.filter(({ family }) => family === "IPv4").map(({ address }) => address);
    const found = await hostsOf("found");
    expect(found.hosts).toEqual(expect.arrayContaining([...own, "localhost", "127.0.0.1", "::1"]));
    expect([...own, hostname().toLowerCase(), "127.0.0.1"]).toContain(found.host);
    const given = await hostsOf("given", "--host", "chat.example.org 192.0.2.7 2001:db8::7");
    expect(given.hosts).toEqual(["chat.example.org", "192.0.2.7", "2001:db8::7", "localhost", "127.0.0.1", "::1"]);
    expect(given.host).toBe("chat.example.org");
    expect((await hostsOf("six", "--host", "2001:db8::7")).host).toBe("2001:db8::7");
  });

  it.each([
    ["--owner", "Bob!", 2],
    ["--host", "a b..c", 2],
    ["--passphrase-file", "/nonexistent/file", 3],
    ["--door-port", "70000", 2],
    ["--door-port", "0", 2],
    ["--nope", "1", 2],
  ])("%s %s is refused, and nothing is made", async (flag, value, exit) => {
    await using realm = await OwnRealm.init();
    const { code, stdout, stderr } = await run(SERVER, ["init", "--data", realm.file("none"), flag, value]);
    expect([code, stdout]).toEqual([exit, ""]);
    expect(stderr).toMatch(/^error: [^\n]+\nhint: [^\n]+$/);
    expect(readdirSync(realm.folder)).not.toContain(join("none", "realm"));
    expect(() => statSync(join(realm.file("none"), "realm/ca.crt"))).toThrow("ENOENT");
  });

  it("with a passphrase: the CA's keys are sealed, and the server has it and certifies", async () => {
    using own = mkdtempDisposableSync(join(tmpdir(), "mutual-secret-"));
    const file = join(own.path, "passphrase.txt");
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
    await using realm = await OwnRealm.init(["--passphrase-file", file]);
    for (const name of ["ca.key", "issuing.key"])
      expect(readFileSync(join(realm.data, "realm", name), "utf8")).toContain("ENCRYPTED");
    await realm.start();
    expect((await realm.join(realm.line, "home", "--user", "ann")).code).toBe(0);
    await realm.stop();
    // Without it the server runs, and says why it lets nobody in.
    writeFileSync(file, "something else\n");
    const server = await realm.start();
    const line = await realm.invite("bob");
    const refused = await realm.join(line, "bob");
    expect([refused.code, refused.stderr]).toEqual([
      3,
      "error: this server cannot certify anybody at the moment\nhint: tell whoever runs it: its log says why",
    ]);
    expect(server.log().find(({ msg }) => msg === "nobody can be certified")).toMatchObject({
      reason: expect.stringContaining("passphrase") as string,
    });
    writeFileSync(file, PASSPHRASE);
    await realm.stop();
    await realm.start();
    expect((await realm.join(line, "bob")).code).toBe(0);
  });
});

describe("invite", () => {
  let realm: OwnRealm;
  beforeAll(async () => {
    realm = await OwnRealm.init();
  });
  afterAll(() => realm[Symbol.asyncDispose]());

  const ids = async (): Promise<unknown[]> =>
    ((await realm.asked("invitations"))["invitations"] as readonly { id: unknown }[]).map(({ id }) => id);

  it.each([["while no server runs"], ["while it runs"]])("%s: made, listed, withdrawn", async (when) => {
    if (when === "while it runs") await realm.start();
    const made = await realm.asked(
      "invite",
      "bob",
      "--role",
      "admin",
      "--uses",
      "3",
      "--expires",
      "2h",
      "--name",
      "Bob B",
    );
    expect(made).toMatchObject({ ok: true, user: "bob", role: "admin", uses: 3, name: "Bob B", by: "@console" });
    expect(Number(made["expiresAt"]) - Number(made["createdAt"])).toBe(2 * HOUR_MS);
    expect(JSON.stringify(await realm.asked("invitations"))).not.toContain(
      readInvitationLine(String(made["line"])).code,
    );
    expect(await ids()).toContain(made["id"]);
    const list = (await realm.admin("invitations")).stdout;
    expect(list).toMatch(
      new RegExp(
        `^${String(made["id"])}  @bob, admin, 3 uses left, until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC$`,
        "m",
      ),
    );
    expect(await realm.admin("withdraw", String(made["id"]))).toMatchObject({ code: 0, stderr: "" });
    expect(await ids()).not.toContain(made["id"]);
    const twice = await realm.admin("withdraw", String(made["id"]));
    expect([twice.code, twice.stderr]).toEqual([
      6,
      expect.stringMatching(/^error: there is no invitation .*\nhint: /) as string,
    ]);
    await realm.stop();
  });

  it("a port is opened by a server only: an administrator's program leaves the door's to others", async () => {
    const { door } = realm;
    const { createServer } = await import("node:net");
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(door, "127.0.0.1", resolve));
    expect((await realm.admin("invite")).code).toBe(0);
    await new Promise((resolve) => taken.close(resolve));
  });

  it("a line without a port is none: where the door's is chosen at the start, the server must run", async () => {
    const ran = await run(SERVER, ["invite", "--data", realm.data], { env: { CHAT_DOOR_PORT: "0" } });
    expect([ran.code, ran.stdout]).toEqual([3, ""]);
    expect(ran.stderr).toMatch(/^error: the port of the door is chosen when the server starts\nhint: .*--door-port/);
  });

  it("in words, with the picture, and plain", async () => {
    const { stdout } = await realm.admin("invite", "carol", "--until", "7d", "--role", "owner");
    expect(stdout).toMatch(
      /^(?:[█▀▄ ]+\n)+\nfor @carol, once, until .* UTC, as owner of the realm, a guest until .* UTC:\n\n {2}chat-client join 'chat:\/\/.*'$/,
    );
    // For the holder of an OpenPGP key where the realm has none: how it gets one.
    const { stdout: byKey } = await realm.admin("invite", "fay", "--plain", "--openpgp", "ab".repeat(20));
    expect(byKey).toMatch(/ --pgp ADDRESS\n\nthe realm has no OpenPGP key yet.*\n\n {2}chat-server openpgp --email/);
    const plain = await realm.admin("invite", "--plain", "--uses", "5");
    expect(plain.stdout).toMatch(/^for whoever has it, 5 times, until .* UTC:\n\n {2}chat-client join 'chat:\/\/.*'$/);
  });

  it.each([
    ["--until", "2020-01-01", 6],
    ["--until", "yesterday", 2],
    ["--until", "2199-02-31", 2],
    ["--until", "2199-02-30T12:00Z", 2],
    ["--until", "2199-13-01", 2],
    ["--expires", "91d", 2],
    ["--uses", "0", 2],
    ["--role", "king", 2],
    ["--name", "a".repeat(65), 6],
    ["--name", "a\nb", 6],
  ])("%s %j is refused with %d", async (flag, value, exit) => {
    const before = await ids();
    const { code, stdout, stderr } = await realm.admin("invite", "eve", flag, value);
    expect([code, stdout]).toEqual([exit, ""]);
    expect(stderr).toMatch(/^error: [^\n]+/);
    expect(await ids()).toEqual(before);
  });

  it("a name that is none", async () => {
    const { code, stderr } = await realm.admin("invite", "Bob!");
    expect([code, stderr]).toEqual([6, expect.stringMatching(/^error: .*\nhint: /) as string]);
  });

  it("a guest's certificate ends with the lease, in the last second of a day", async () => {
    await realm.start();
    const day = new Date(Date.now() + 5 * 24 * HOUR_MS).toISOString().slice(0, 10);
    const guest = await certificateBy(await realm.invite("guest", "--until", day));
    expect(guest.notAfter.toISOString()).toBe(`${day}T23:59:59.000Z`);
    const moment = new Date(Math.floor(Date.now() / 60_000 + 120) * 60_000).toISOString();
    const other = await certificateBy(await realm.invite("other", "--until", moment.replace(":00.000Z", "Z")));
    expect(other.notAfter.toISOString()).toBe(moment);
    // Who stays has what the server gives: 90 days, and not a guest's.
    const member = await certificateBy(await realm.invite("member"));
    expect(member.notAfter.getTime()).toBeGreaterThan(Date.now() + 89 * 24 * HOUR_MS);
    await realm.stop();
  });

  it("a folder that no server had", async () => {
    const { code, stderr } = await run(SERVER, ["invite", "--data", realm.file("empty")]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: .*\nhint: /) as string]);
  });
});
