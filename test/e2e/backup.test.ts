// A backup of a server that works, an empty machine, and everybody goes on: with the packaged executables. And what must never work.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ClientProgram, type Json, run, SERVER, ServerProgram } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";

const PASSPHRASE = "a passphrase for backups";

/** With the owner ann and bob, both in the lobby. */
async function peopled(): Promise<OwnRealm> {
  const realm = await OwnRealm.init(["--owner", "ann"]);
  writeFileSync(realm.file("pass"), `${PASSPHRASE}\n`);
  await realm.start();
  expect((await realm.join(realm.line, "ann")).code).toBe(0);
  expect((await realm.join(await realm.invite("bob"), "bob")).code).toBe(0);
  return realm;
}

const withPass = (realm: OwnRealm, ...more: readonly string[]): string[] => [
  "--passphrase-file",
  realm.file("pass"),
  ...more,
];

function restored(realm: OwnRealm, file: string, where: { readonly data: string; readonly force?: true }) {
  const force = where.force === true ? ["--force"] : [];
  return run(SERVER, ["restore", file, "--data", where.data, "--json", ...withPass(realm, ...force)]);
}

/** Everything in a conversation as a client has it, own messages included. */
async function history(client: ClientProgram): Promise<string[]> {
  const reply = await client.ask({ do: "history", to: "#lobby", limit: 500 });
  expect(reply["ok"]).toBe(true);
  return (reply["messages"] as Json[]).map(({ text }) => String(text));
}

/** Says so many things, one after the other, until it is told to stop. */
async function talk(client: ClientProgram, name: string, state: { isOver: boolean }): Promise<string[]> {
  const said: string[] = [];
  while (!state.isOver) {
    const text = `${name} ${said.length}`;
    said.push(text);
    await client.reply(client.send(text));
  }
  return said;
}

describe("backup, an empty machine, restore", () => {
  it("under load: everybody goes on without a gap and without a repeat", async () => {
    await using realm = await peopled();
    await using ann = realm.client("ann");
    await using bob = realm.client("bob");
    await Promise.all([ann.ready(), bob.ready()]);
    const state = { isOver: false };
    const talking = [talk(ann, "ann", state), talk(bob, "bob", state)];
    await ann.received(30);
    const made = await realm.asked("backup", realm.file("b1"), ...withPass(realm));
    expect(made).toMatchObject({ ok: true, damagedBlobs: [] });
    const before = ann.texts().length;
    await ann.received(before + 30);
    // Whoever comes now is not in the backup.
    expect((await realm.join(await realm.invite("carl"), "carl")).code).toBe(0);
    await using carl = realm.client("carl");
    await carl.ready();
    await carl.reply(carl.send("carl 0"));
    await bob.event((line) => line["event"] === "message" && line["text"] === "carl 0");
    state.isOver = true;
    const said = [...(await Promise.all(talking)).flat(), "carl 0"];

    const old = realm.server;
    old.kill("SIGKILL");
    await old.exited;
    const data = realm.file("machine");
    const report = await restored(realm, realm.file("b1"), { data });
    expect(report.code).toBe(0);
    await using server = await ServerProgram.start(["--data", data, "--log-level", "debug"], realm.port);
    expect(server.log().find(({ msg }) => msg === "database opened")).toMatchObject({ restored: true });

    const clients = [ann, bob, carl];
    for (const client of clients)
      await client.event((line) => line["event"] === "alarm" && line["code"] === "server-behind", 60_000);
    for (const [index, client] of clients.entries()) await client.reply(client.send(`after ${index}`));
    said.push("after 0", "after 1", "after 2");
    for (const client of clients) {
      await client.until(
        () => (client.texts().length >= said.length - (client === carl ? said.length - 4 : 0) ? true : undefined),
        60_000,
      );
    }
    const wanted = said.toSorted();
    for (const client of [ann, bob]) {
      const texts = client.texts().toSorted();
      expect(texts).toEqual(wanted);
      expect((await history(client)).length).toBeGreaterThanOrEqual(Math.min(500, wanted.length));
    }
    // What carl was a member for, and only that, each once.
    const his = carl.texts();
    expect(new Set(his).size).toBe(his.length);
    expect(his).toEqual(expect.arrayContaining(["carl 0", "after 0", "after 1", "after 2"]));
    for (const client of clients) {
      const alarms = client.said().filter((line) => line["event"] === "alarm");
      expect(alarms.map(({ code }) => code)).toEqual(["server-behind"]);
    }
    // The lines of what happened after the backup are in the realm's log again, and that it was put back.
    const { devices } = (await ownAsked(data, "devices")) as { devices: Json[] };
    expect(new Set(devices.map(({ user }) => user))).toEqual(new Set(["ann", "bob", "carl"]));
  }, 180_000);

  it("a realm that is in the way stays, and is kept beside with --force", async () => {
    await using realm = await peopled();
    await realm.asked("motd", "as it was");
    await realm.asked("backup", realm.file("b1"), ...withPass(realm));
    await realm.asked("motd", "as it is");
    const running = await restored(realm, realm.file("b1"), { data: realm.data, force: true });
    expect(running).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("another process has the message store open") as unknown,
    });
    await realm.stop();
    const again = await restored(realm, realm.file("b1"), { data: realm.data });
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining("--force") as unknown });
    expect(await realm.asked("motd")).toMatchObject({ motd: "as it is" });
    const forced = await restored(realm, realm.file("b1"), { data: realm.data, force: true });
    const { kept } = JSON.parse(forced.stdout) as { kept: string };
    expect(readdirSync(kept)).toEqual(expect.arrayContaining(["blobs", "chat-server.json", "chat.db", "realm"]));
    // Only to be looked at until its server has run.
    const refused = await realm.admin("motd", "too soon");
    expect(refused).toMatchObject({ code: 5, stderr: expect.stringContaining("start the server first") as unknown });
    await realm.start();
    expect(await realm.asked("motd")).toMatchObject({ motd: "as it was" });
  });

  it("the passphrase: made and said once, or another one is refused", async () => {
    await using realm = await OwnRealm.init();
    const made = await realm.asked("backup", realm.file("b1"));
    expect(made["passphrase"]).toMatch(/^[a-z2-9]{4}(?:-[a-z2-9]{4}){4}$/);
    writeFileSync(realm.file("pass"), String(made["passphrase"]));
    writeFileSync(realm.file("other"), "another");
    const data = realm.file("machine");
    const wrong = await run(SERVER, [
      "restore",
      realm.file("b1"),
      "--data",
      data,
      "--passphrase-file",
      realm.file("other"),
    ]);
    expect(wrong).toMatchObject({ code: 7, stderr: expect.stringContaining("another one") as unknown });
    const none = await run(SERVER, ["restore", realm.file("b1"), "--data", data]);
    expect(none.code).toBe(7);
    expect(existsSync(data)).toBe(false);
    expect((await restored(realm, realm.file("b1"), { data })).code).toBe(0);
    const twice = await realm.admin("backup", realm.file("b1"));
    expect(twice).toMatchObject({ code: 5, stderr: expect.stringContaining("--force") as unknown });
  });
});

describe("a backup that was damaged", () => {
  let realm: OwnRealm;
  let good: Buffer;
  beforeAll(async () => {
    realm = await OwnRealm.init();
    writeFileSync(realm.file("pass"), PASSPHRASE);
    await realm.asked("backup", realm.file("b1"), ...withPass(realm));
    good = readFileSync(realm.file("b1"));
    return () => realm[Symbol.asyncDispose]();
  });

  /** In the magic words, the version, the header, the first chunk, the middle, the last chunk and its tag. */
  const places: readonly (readonly [string, (size: number) => number])[] = [
    ["magic words", () => 3],
    ["version", () => "mutual-server-backup ".length],
    ["header", () => 60],
    ["end of the header", () => good.indexOf("\n", 30)],
    ["first chunk", () => good.indexOf("\n", 30) + 10],
    ["a tag in the middle", () => good.indexOf("\n", 30) + 65_540],
    ["middle", (size) => Math.floor(size / 2)],
    ["last byte", (size) => size - 1],
  ];

  it.each(places)("a bit of its %s: restore and drill notice, and nothing is written", async (_what, place) => {
    const bytes = Buffer.from(good);
    const at = place(good.length);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(realm.file("bent"), bytes);
    const data = realm.file("machine");
    expect((await restored(realm, realm.file("bent"), { data })).code).toBe(5);
    expect(existsSync(data)).toBe(false);
    const folder = realm.file("drills");
    const drill = await run(SERVER, ["drill", realm.file("bent"), "--place", folder, ...withPass(realm)]);
    expect(drill.code).toBe(5);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("cut short anywhere", async () => {
    for (const end of [0, 10, 200, 65_700, good.length - 1]) {
      writeFileSync(realm.file("bent"), good.subarray(0, end));
      expect((await restored(realm, realm.file("bent"), { data: realm.file("machine") })).code, `cut at ${end}`).toBe(
        5,
      );
    }
    expect(existsSync(realm.file("machine"))).toBe(false);
  });
});

describe("drill", () => {
  it("says what it has proved, leaves nothing, and the realm never hears of its device", async () => {
    await using realm = await peopled();
    await using ann = realm.client("ann");
    await ann.ready();
    writeFileSync(realm.file("picture"), Buffer.alloc(300_000, "p"));
    const sent = await ann.ask({ do: "file", to: "#lobby", path: realm.file("picture") });
    expect(sent["ok"]).toBe(true);
    await ann.event((line) => line["event"] === "message" && line["file"] !== undefined, 30_000);
    const backup = await realm.asked("backup", realm.file("b1"), ...withPass(realm));
    expect(backup["blobs"]).toBeGreaterThan(0);
    const folder = realm.file("drills");
    const args = [realm.file("b1"), "--place", folder, ...withPass(realm)];
    const { code, stdout } = await run(SERVER, ["drill", ...args, "--json"]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Json;
    expect(report).toMatchObject({
      ok: true,
      connected: true,
      blobs: backup["blobs"],
      files: backup["files"],
      damagedBlobs: [],
    });
    expect(Number(report["entries"])).toBeGreaterThan(0);
    expect(Number(report["realmLog"])).toBeGreaterThan(3);
    expect(Number(report["restoredGeneration"])).toBeGreaterThan(Number(report["generation"]));
    expect(readdirSync(folder)).toEqual([]);
    const { devices } = (await realm.asked("devices")) as unknown as { devices: Json[] };
    expect(devices.map(({ user }) => user).filter((user) => user === "drill")).toEqual([]);
    const words = await run(SERVER, ["drill", ...args]);
    expect(words.stdout).toContain("it works");
    expect(words.stdout.split("\n").filter((line) => line.length > 80 && !line.startsWith("backup"))).toEqual([]);
  });

  it("a file of a user that the disk has changed: the backup says so, and it is not put back", async () => {
    await using realm = await peopled();
    await using ann = realm.client("ann");
    await ann.ready();
    writeFileSync(realm.file("picture"), Buffer.alloc(300_000, "p"));
    await ann.ask({ do: "file", to: "#lobby", path: realm.file("picture") });
    await ann.event((line) => line["event"] === "message" && line["file"] !== undefined, 30_000);
    const blobs = join(realm.data, "blobs");
    const name = readdirSync(blobs, { recursive: true, encoding: "utf8" }).find((one) => one.length > 60) ?? "";
    const bytes = readFileSync(join(blobs, name));
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(join(blobs, name), bytes);
    const made = await realm.asked("backup", realm.file("b1"), ...withPass(realm));
    expect(made["damagedBlobs"]).toEqual([name.slice(3)]);
    const data = realm.file("machine");
    const report = JSON.parse((await restored(realm, realm.file("b1"), { data })).stdout) as Json;
    expect(report["damagedBlobs"]).toHaveLength(1);
    expect(existsSync(join(data, "blobs", name))).toBe(false);
  });
});

async function ownAsked(data: string, word: string): Promise<Json> {
  const { code, stdout } = await run(SERVER, [word, "--data", data, "--json"]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Json;
}
