// The tour of an administrator, as it would be typed: every word of chat-server about people, limits and the server itself, with a running
// server and without one, in words and in JSON; and what those who chat see of it.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, run, SERVER } from "../kit/executables.ts";
import { freePorts } from "../kit/free-ports.ts";
import { OwnRealm, type Ran } from "../kit/own-realm.ts";
import { readMetrics } from "../kit/prometheus.ts";

const WIDEST = 80;

/** Done, in lines that fit a terminal. */
function words({ code, stdout, stderr }: Ran): string {
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout.split("\n").filter((line) => Array.from(line).length > WIDEST)).toEqual([]);
  return stdout;
}

async function withAnnAndBob(): Promise<OwnRealm> {
  const realm = await OwnRealm.init(["--owner", "ann"]);
  await realm.start();
  expect((await realm.join(realm.line, "ann")).code).toBe(0);
  expect((await realm.join(await realm.invite("bob", "--email", "bob@example.org"), "bob")).code).toBe(0);
  return realm;
}

const JSON_OF: Readonly<Record<string, readonly string[]>> = {
  users: [],
  user: ["bob"],
  devices: ["bob"],
  conversations: [],
  limits: [],
  motd: [],
  maintenance: [],
  stats: [],
};

describe("an administrator's tour", () => {
  it.each(["with a running server", "without one"])(
    "%s",
    async (how) => {
      await using realm = await withAnnAndBob();
      if (how === "without one") await realm.stop();
      expect(words(await realm.admin("users"))).toMatch(
        /^USER +ROLE +DEVICES +UNTIL +NAME\nann +owner +1 .*\nbob +member +1 .*bob@example\.org/,
      );
      expect(words(await realm.admin("user", "bob"))).toMatch(
        /role +member\ne-mail +bob@example\.org[\s\S]*invitation +away/,
      );
      expect(words(await realm.admin("rename", "bob", "Bob Brown"))).toContain("from the next certificate on");
      expect(words(await realm.admin("role", "bob", "admin"))).toBe("@bob is admin of the realm");
      expect(words(await realm.admin("devices"))).toMatch(/ann[\s\S]*bob/);
      expect(words(await realm.admin("conversations"))).toMatch(/lobby/);
      expect(words(await realm.admin("limits", "--devices-per-user", "7"))).toMatch(/devices-per-user +7 +set here/);
      expect(words(await realm.admin("limits"))).toMatch(/devices-per-user +7 +set here/);
      expect(words(await realm.admin("motd", "mind the gap"))).toBe("motd  mind the gap");
      expect(words(await realm.admin("motd", "--clear"))).toBe("there is no message of the day");
      expect(words(await realm.admin("maintenance", "on"))).toContain("only owners");
      expect(words(await realm.admin("maintenance"))).toContain("only owners");
      expect(words(await realm.admin("maintenance", "off"))).toBe("everybody is let in");
      expect(words(await realm.admin("stats"))).toMatch(how === "without one" ? /^no server runs/ : /^up for/);
      for (const [word, args] of Object.entries(JSON_OF))
        expect(await realm.asked(word, ...args)).toMatchObject({ ok: true });
      const disabled = words(await realm.admin("disable", "bob"));
      expect(disabled).toBe("@bob does not come in any more; 1 certificate revoked");
      expect(words(await realm.admin("user", "bob"))).toMatch(/role +admin, disabled[\s\S]*revoked/);
      const last = await realm.admin("role", "ann", "member");
      expect(last).toMatchObject({ code: 6, stderr: expect.stringContaining("last owner") as unknown });
      expect(words(await realm.admin("enable", "bob"))).toContain("chat-server invite bob");
      if (how === "without one") await realm.start();
      // The next certificate has the new name.
      expect((await realm.join(await realm.invite("bob"), "bob-again")).code).toBe(0);
      expect(words(await realm.admin("users"))).toMatch(/bob +admin +1 .*Bob Brown/);
    },
    120_000,
  );

  it("what is typed wrong is said so, and ends with 2", async () => {
    await using realm = await OwnRealm.init();
    for (const [word, ...args] of [
      ["role", "ann"],
      ["maintenance", "perhaps"],
      ["limits", "--message-rate", "fast"],
      ["limits", "--message-rate", "-1"],
      ["motd", "one", "two"],
      ["backup"],
    ] as [string, ...string[]][])
      expect(await realm.admin(word, ...args)).toMatchObject({ code: 2, stdout: "" });
    for (const [word, ...args] of [
      ["role", "nobody", "owner"],
      ["role", "ann", "king"],
      ["disable", "nobody"],
    ] as [string, ...string[]][])
      expect(await realm.admin(word, ...args)).toMatchObject({ code: 6, stdout: "" });
  });
});

describe("what those who chat see", () => {
  it("each act as a line and an event, the message of the day once, maintenance as a pause in which nothing is lost", async () => {
    await using realm = await withAnnAndBob();
    await realm.admin("motd", "mind the \u{1f308}");
    await using ann = realm.client("ann");
    await using bob = realm.client("bob");
    await Promise.all([ann.ready(), bob.ready()]);
    for (const client of [ann, bob])
      expect(await client.event((line) => line["event"] === "motd")).toMatchObject({ text: "mind the \u{1f308}" });
    await realm.admin("role", "bob", "admin");
    expect(await bob.event((line) => line["event"] === "act" && line["act"] === "user.role")).toMatchObject({
      by: "@console",
      on: "bob",
      detail: "admin",
    });

    await realm.admin("maintenance", "on");
    const link = await bob.event((line) => line["event"] === "link" && line["state"] === "reconnecting");
    expect(link["reason"]).toMatchObject({ code: "maintenance" });
    const ofBob = bob.send("said while it was closed");
    await ann.reply(ann.send("an owner is let in"));
    expect(bob.texts()).not.toContain("an owner is let in");
    await realm.admin("maintenance", "off");
    expect(await bob.reply(ofBob)).toMatchObject({ ok: true });
    await ann.event((line) => line["event"] === "message" && line["text"] === "said while it was closed", 60_000);
    await bob.event((line) => line["event"] === "message" && line["text"] === "an owner is let in", 60_000);
    expect(
      ann
        .said()
        .filter((line) => line["event"] === "act")
        .map(({ act }) => act),
    ).toEqual(["user.role", "maintenance.on", "maintenance.off"]);

    // It was told; a later start does not tell it again.
    bob.write('{"do":"quit"}\n');
    await bob.exited;
    await using again = realm.client("bob");
    await again.ready();
    await again.reply(again.send("here again"));
    expect(again.said().filter((line) => line["event"] === "motd")).toEqual([]);
  }, 120_000);

  it("a quota of files is said to who is over it, and who is disabled is told so", async () => {
    await using realm = await withAnnAndBob();
    await realm.admin("limits", "--blob-bytes-per-user", "1000");
    await using bob = realm.client("bob");
    await bob.ready();
    const path = realm.file("large");
    writeFileSync(path, Buffer.alloc(100_000, "x"));
    await bob.ask({ do: "file", to: "#lobby", path });
    const told = await bob.event((line) => JSON.stringify(line).includes("blob-quota"), 30_000);
    expect(JSON.stringify(told)).toContain("may come to 1000 bytes");
    await realm.admin("disable", "bob");
    const link = await bob.event((line) => line["event"] === "link" && line["state"] === "refused");
    expect(link["reason"]).toMatchObject({ code: "certificate-revoked" });
    expect(await bob.exited).toMatchObject({ code: 6 });
  });
});

describe("doctor", () => {
  const findings = async (realm: OwnRealm): Promise<readonly Json[]> => {
    const { stdout, code } = await realm.admin("doctor", "--json");
    const answer = JSON.parse(stdout) as { ok: boolean; findings: Json[] };
    expect(code).toBe(answer.ok ? 0 : 1);
    return answer.findings;
  };
  const of = (all: readonly Json[], level: string): string[] =>
    all.filter((one) => one["level"] === level).map(({ check }) => String(check));

  it("a healthy realm, with its server and without", async () => {
    await using realm = await OwnRealm.init();
    expect(of(await findings(realm), "fail")).toEqual([]);
    await realm.start();
    const all = await findings(realm);
    expect(of(all, "fail")).toEqual([]);
    // Of the root's key, which init leaves where it can be moved from.
    expect(of(all, "warn")).toEqual(["keys"]);
    expect(new Set(of(all, "ok"))).toEqual(
      new Set(["folder", "server", "certificates", "keys", "database", "clock", "disk", "ports", "socket"]),
    );
    words(await realm.admin("doctor"));
  });

  it("broken ones: each is found, said with what to do, and ends with 1", async () => {
    await using realm = await OwnRealm.init();
    const certs = join(realm.data, "realm");
    const key = join(certs, "server.key");
    const failed = async (check: string, about: RegExp): Promise<void> => {
      const found = (await findings(realm)).find((one) => one["check"] === check && one["level"] === "fail");
      expect(found).toBeDefined();
      expect(String(found?.["what"])).toMatch(about);
      expect(String(found?.["hint"])).not.toBe("");
    };

    chmodSync(key, 0o644);
    await failed("keys", /server\.key can be read by others/);
    chmodSync(key, 0o600);

    renameSync(join(certs, "issuing.crl"), join(certs, "away"));
    await failed("certificates", /revocation lists are not complete/);
    renameSync(join(certs, "away"), join(certs, "issuing.crl"));

    copyFileSync(key, realm.file("kept.key"));
    copyFileSync(join(certs, "issuing.key"), key);
    await failed("certificates", /is not the key of the certificate/);
    copyFileSync(realm.file("kept.key"), key);

    const db = join(realm.data, "chat.db");
    const tomorrow = Date.now() / 1_000 + 86_400;
    utimesSync(db, tomorrow, tomorrow);
    await failed("clock", /behind what was written here before/);
    utimesSync(db, Date.now() / 1_000, Date.now() / 1_000);

    const other = createServer().listen(realm.port, "127.0.0.1");
    await failed("ports", /used by another program/);
    await new Promise((resolve) => other.close(resolve));

    const good = readFileSync(db);
    const bad = Buffer.from(good);
    bad.fill(0xff, 8_192, 12_288);
    writeFileSync(db, bad);
    await failed("database", /./);
    writeFileSync(db, good);

    writeFileSync(join(realm.data, "chat-server.json"), "{");
    await expect(realm.admin("doctor", "--json")).resolves.toMatchObject({ code: 2 });
    rmSync(realm.data, { recursive: true });
    await failed("folder", /there is no/);
  }, 120_000);
});

describe("health and metrics", () => {
  it("are off unless they are wanted", async () => {
    await using realm = await OwnRealm.init();
    const server = await realm.start();
    expect(server.log().some(({ msg }) => msg === "metrics")).toBe(false);
  });

  it("are what Prometheus reads, name nobody, and answer nothing else", async () => {
    await using realm = await withAnnAndBob();
    await realm.stop();
    const [port = 0] = await freePorts(1);
    await realm.start("--metrics-port", String(port));
    await using ann = realm.client("ann");
    await ann.ready();
    await ann.reply(ann.send("one"));
    const url = `http://127.0.0.1:${port}`;
    const curl = (...args: readonly string[]): string => execFileSync("curl", ["-sS", ...args], { encoding: "utf8" });
    const text = curl(`${url}/metrics`);
    const families = readMetrics(text);
    expect(families.get("mutual_connections")?.samples.get("mutual_connections")).toBe(1);
    expect(
      families.get("mutual_messages_appended_total")?.samples.get("mutual_messages_appended_total"),
    ).toBeGreaterThan(0);
    expect(families.get("mutual_append_seconds")?.samples.get("mutual_append_seconds_count")).toBeGreaterThan(0);
    expect(families.get("mutual_users")?.samples.get("mutual_users")).toBe(2);
    expect(text).not.toMatch(/ann|bob|example/);
    expect(text).not.toMatch(/[0-9a-f]{32}/);
    expect(curl("-D", "-", "-o", "/dev/null", `${url}/metrics`)).toMatch(/content-type: text\/plain; version=0\.0\.4/);
    expect(JSON.parse(curl(`${url}/health`))).toMatchObject({ ok: true, maintenance: false });
    for (const [path, method, status] of [
      ["/metrics", "POST", "405"],
      ["/health", "DELETE", "405"],
      ["/", "GET", "404"],
      ["/metrics/x", "GET", "404"],
    ] as const)
      expect(curl("-o", "/dev/null", "-w", "%{http_code}", "-X", method, url + path)).toBe(status);
    expect(promtool(text)).toBe("");
    await using other = await OwnRealm.init();
    const refused = await run(SERVER, ["--data", other.data, "--metrics-port", String(port)]);
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining("metrics port") as unknown });
  });
});

/** What Prometheus' own checker says, where it is installed (Debian: prometheus); the reader above obeys the same rules. */
function promtool(text: string): string {
  const program = "/usr/bin/promtool";
  return existsSync(program) ? execFileSync(program, ["check", "metrics"], { input: text, encoding: "utf8" }) : "";
}
