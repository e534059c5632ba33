// `chat-client devices` with the packaged executables: another machine by the QR picture that the first one shows, its name, and its end.
// Debian: zbar-tools.
import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT, type ClientProgram, type Json, Program, run } from "../kit/executables.ts";
import { OwnRealm, type Ran } from "../kit/own-realm.ts";
import { readFromScreen } from "../kit/qr-screen.ts";
import { foundIn } from "../kit/vault.ts";

let realm: OwnRealm;
let bob: ClientProgram;
let phone: string;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  await realm.joined(realm.line, "phone", "--user", "alice");
  await realm.joined(await realm.invite("bob"), "bob");
  bob = realm.client("bob");
  await bob.ready();
  await using client = realm.client("phone");
  await client.ready();
  await client.says("before");
  await bob.hears("before");
  await client.done({ do: "create", name: "plans" });
  await client.says("only I am here", "#plans");
  phone = await currentOf(client);
});
afterAll(async () => {
  await bob.end();
  await realm[Symbol.asyncDispose]();
});

/** One errand of the device that lives in this home. */
function once(home: string, ...words: readonly string[]): Promise<Ran> {
  return run(CLIENT, [...words, "--home", realm.file(home)]);
}

async function devicesOf(home: string, ...user: readonly string[]): Promise<readonly Json[]> {
  const { code, stdout, stderr } = await once(home, "devices", ...user, "--json");
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("error:")]);
  return (JSON.parse(stdout) as { readonly devices: readonly Json[] }).devices;
}

async function deviceOf(home: string): Promise<string> {
  return String((await devicesOf(home)).find(({ current }) => current === true)?.["device"]);
}

const said = (text: string | RegExp) => expect.stringMatching(text) as string;
const short = (device: string): string => device.slice(0, 8);
const lineIn = (text: string): string => /chat:\/\/[^']+/.exec(text)?.[0] ?? "";

/** `devices add`, when the line is shown. */
async function adding(home: string): Promise<{ readonly program: Program; readonly line: string }> {
  const program = new Program(CLIENT, ["devices", "add", "--home", realm.file(home)]);
  await program.until(() => program.stdout.find((line) => line.includes("Ctrl+C")));
  return { program, line: lineIn(program.stdout.join("\n")) };
}

/** What bob is told of a device of alice's. */
function told(change: string, device: string): Promise<Json> {
  return bob.event((one) => one["event"] === "device" && one["change"] === change && one["device"] === device);
}

it("who comes by an invitation: everybody sees that only the CA vouches", async () => {
  const { devices } = await bob.ask({ do: "devices", user: "alice" });
  expect(devices).toMatchObject([{ device: phone, how: "invitation" }]);
  expect((devices as readonly Json[])[0]).not.toHaveProperty("cosigned");
  expect(await once("phone", "devices")).toEqual({
    code: 0,
    stderr: "",
    stdout: said(
      /^ {2}[0-9a-f]{8} {2}alice \(@alice\), this one, .*\n {12}by an invitation: only the CA vouches for it$/,
    ),
  });
});

let laptop: string;

describe("another machine", () => {
  it("that has read the picture is a device, co-signed by the one that showed it, and has what was said", async () => {
    const { program, line } = await adding("phone");
    expect(await readFromScreen(program.stdout, realm.file("screen.pbm"))).toBe(line);
    // All of it stands on 24 rows of 80 columns, with one to go on.
    const rows = program.stdout.map((one) => Math.ceil(Array.from(one).length / 80));
    expect(rows.reduce((sum, count) => sum + count)).toBeLessThan(24);
    await realm.joined(line, "laptop");
    await using client = realm.client("laptop");
    await client.ready();
    laptop = await currentOf(client);
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stdout.slice(-2)).toEqual([
      `* the other machine is your device ${short(laptop)} now, and this one vouches for it`,
      `* ${short(laptop)} is here, and gets what was said before`,
    ]);
    expect(program.stderr).toEqual([]);
    expect(await told("added", laptop)).toMatchObject({ user: "alice", how: "device", cosigned: phone });
    expect((await client.history()).map(({ text }) => text)).toEqual(["before"]);
    expect((await client.history("#plans")).map(({ text }) => text)).toEqual(["only I am here"]);
    await client.end();
    const [, secret = ""] = line.split(".device.");
    const logs = [...realm.server.stdout, ...realm.server.stderr].join("\n");
    expect([secret.length, logs.includes(secret)]).toEqual([22, false]);
    expect(foundIn(realm.folder, [secret])).toEqual([]);
  });

  it("is listed with who vouches for it, for its user and for others; also of a user called add", async () => {
    const vouched = { device: laptop, how: "device", cosigned: phone };
    for (const list of [await devicesOf("phone"), await devicesOf("laptop", "@alice")])
      expect(list).toMatchObject([{ device: phone, how: "invitation" }, vouched]);
    expect((await once("laptop", "devices")).stdout).toMatch(
      new RegExp(`\n {2}${short(laptop)} {2}alice .*this one.*\n {12}co-signed by your device ${short(phone)}$`),
    );
    await realm.joined(await realm.invite("add"), "add");
    expect((await once("add", "send", "lobby", "I am add")).code).toBe(0);
    expect(await devicesOf("phone", "@add")).toMatchObject([{ user: "add", how: "invitation" }]);
    expect(await once("phone", "devices", "add", "me")).toMatchObject({ code: 2, stdout: "" });
  });

  it("has a name that all of the user's devices know, and nobody else", async () => {
    await using client = realm.client("laptop");
    await client.ready();
    expect(await once("phone", "devices", "rename", short(laptop), "travel", "laptop")).toEqual({
      code: 0,
      stderr: "",
      stdout: `* your device ${short(laptop)} is called travel laptop`,
    });
    await client.event((one) => one["event"] === "label" && one["label"] === "travel laptop");
    const again = await once("phone", "devices", "rename", short(phone), "phone", "--json");
    expect(JSON.parse(again.stdout)).toEqual({ reply: "label", ok: true, device: phone, label: "phone" });
    await client.event((one) => one["event"] === "label" && one["label"] === "phone");
    const { devices } = await client.ask({ do: "devices" });
    expect(devices).toMatchObject([{ label: "phone" }, { label: "travel laptop", cosignedLabel: "phone" }]);
    await client.end();
    expect((await once("phone", "devices")).stdout).toMatch(
      new RegExp(`  ${short(phone)}  phone, this one[^]*  travel laptop, .*\n {12}co-signed by your device phone`),
    );
    const seen = (await bob.ask({ do: "devices", user: "alice" }))["devices"] as readonly Json[];
    expect(seen.filter((one) => "label" in one || "cosignedLabel" in one)).toEqual([]);
    expect(bob.said().filter((one) => JSON.stringify(one).includes("travel"))).toEqual([]);
  });

  it("is put out by its name: at once, and everybody is told", async () => {
    await using client = realm.client("laptop");
    await client.ready();
    expect(await once("phone", "devices", "remove", "Travel Laptop")).toMatchObject({
      code: 0,
      stdout: `* the device ${short(laptop)} is out`,
    });
    expect(await client.exited).toEqual({ code: 6, signal: null });
    expect(client.stderr.join("\n")).toMatch(/^error: .*revoked/m);
    expect(await told("revoked", laptop)).toMatchObject({ user: "alice" });
    expect(await once("laptop", "read")).toMatchObject({ code: 6, stderr: said(/^error: .*revoked/m) });
    expect(await devicesOf("phone")).toMatchObject([{ device: phone, label: "phone" }]);
    expect(await once("phone", "devices", "remove", "travel laptop")).toMatchObject({ code: 6, stdout: "" });
  });
});

/** Nothing is kept of what did not come in. */
function isEmpty(home: string): boolean {
  if (!existsSync(realm.file(home))) return true;
  return readdirSync(realm.file(home), { recursive: true, encoding: "utf8" }).every((name) => name === "joining");
}

describe("a line that is not good", () => {
  const refused = (message: RegExp) => ({
    code: 6,
    stdout: "* waiting for the device that has shown this line",
    stderr: said(new RegExp(`^error: ${message.source}\nhint: [^\n]+$`)),
  });

  it("because nobody vouches any more: the one that showed it was stopped", async () => {
    const { program, line } = await adding("phone");
    program.kill("SIGINT");
    expect(await program.exited).toEqual({ code: 6, signal: null });
    expect(program.stderr.slice(-2)).toEqual([
      "error: stopped before another machine came in: the line is good for nothing now",
      "hint: chat-client devices add shows another one",
    ]);
    expect(await realm.join(line, "away")).toEqual(refused(/the device that has shown this line is not connected/));
    const { program: next } = await adding("phone");
    expect(await realm.join(line, "away")).toEqual(refused(/this line is not good/));
    expect(isEmpty("away")).toBe(true);
    await next.end();
  });

  it("because it is wrong, cut short, or was used: the right one is as good as before, for one machine", async () => {
    const { program, line } = await adding("phone");
    const wrong = `${line.slice(0, -22)}${"A".repeat(22)}`;
    expect(await realm.join(wrong, "wrong")).toEqual(refused(/this line is not good/));
    expect(await realm.join(line.slice(0, -1), "wrong")).toMatchObject({ code: 2, stdout: "" });
    await realm.joined(line, "tablet");
    expect(await realm.join(line, "second")).toEqual(refused(/this line is not good/));
    expect([isEmpty("wrong"), isEmpty("second")]).toEqual([true, true]);
    const tablet = await deviceOf("tablet");
    await program.until(() =>
      program.stdout.find((one) => one === `* ${short(tablet)} is here, and gets what was said before`),
    );
    // It is in: what is still under way goes on another time.
    program.kill("SIGTERM");
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.stderr.filter((one) => one.startsWith("error:"))).toEqual([]);
    expect(await told("added", tablet)).toMatchObject({ cosigned: phone });
    expect(bob.said().filter(({ event }) => event === "alarm")).toEqual([]);
  });

  it("in JSON: the answer that holds it, and what came of it", async () => {
    await using program = new Program(CLIENT, ["devices", "add", "--json", "--home", realm.file("phone")]);
    const reply = JSON.parse(await program.until(() => program.stdout[0])) as Json;
    expect(reply).toMatchObject({ reply: "pair", ok: true, until: said(/^\d{4}-/), qr: expect.any(Array) as string[] });
    expect(await readFromScreen(reply["qr"] as string[], realm.file("json.pbm"))).toBe(reply["line"]);
    await realm.joined(String(reply["line"]), "desk");
    const desk = await deviceOf("desk");
    await program.until(() => program.stdout[2]);
    expect(program.stdout.slice(1).map((one) => JSON.parse(one) as Json)).toMatchObject([
      { event: "certificate", change: "issued", how: "device", device: desk },
      { event: "device", change: "added", device: desk, cosigned: phone },
    ]);
  });
});

async function currentOf(client: ClientProgram): Promise<string> {
  return String((await client.ask({ do: "whoami" }))["device"]);
}
