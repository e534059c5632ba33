// Who has lost all devices comes in again with the packaged executables: by the password, by the recovery phrase, by an administrator.
// The others see each as what it is, and what was compared has to be compared again.
import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AccountRealm, OTHER } from "../kit/account-realm.ts";
import { CLIENT, type ClientProgram, type Json, run } from "../kit/executables.ts";

let realm: AccountRealm;
let bob: ClientProgram;
/** Where ada's newest device lives. */
let home = "first";
const devices: string[] = [];

beforeAll(async () => {
  realm = await AccountRealm.start();
  await realm.own.joined(await realm.own.invite("ada"), home);
  await realm.own.joined(await realm.own.invite("bob"), "bob");
  bob = realm.own.client("bob");
  await bob.ready();
  devices.push(await says("the first"));
  const { code, stderr } = await realm.password(home);
  if (code !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await bob.end();
  await realm[Symbol.asyncDispose]();
});

/** The device that it is from. */
async function says(text: string): Promise<string> {
  const { code, stderr } = await run(CLIENT, ["send", "lobby", text, "--home", realm.file(home)]);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("error:")]);
  return String(((await bob.hears(text))["from"] as Json)["device"]);
}

/** Everything of it is gone. */
function lose(next: string): string {
  rmSync(realm.file(home), { recursive: true });
  home = next;
  return next;
}

async function compared(): Promise<void> {
  await bob.done({ do: "verify", user: "ada" });
  await bob.done({ do: "trust", user: "ada", verified: true });
}

interface Seen {
  readonly event: Json;
  readonly alarm: Json;
  readonly listed: Json;
  /** On the device itself. */
  readonly words: string;
}

/** What is told of the device that has just come, and what is listed of it. */
async function comesBack(): Promise<Seen> {
  const device = await says(`from ${home}`);
  devices.push(device);
  const event = await bob.event((one) => one["event"] === "device" && one["device"] === device);
  const alarm = await bob.event((one) => String(one["message"]).includes(`(${device.slice(0, 8)})`));
  const all = (await bob.done({ do: "devices", user: "ada" }))["devices"] as readonly Json[];
  const listed = all.find((one) => one["device"] === device) ?? {};
  const { stdout } = await run(CLIENT, ["devices", "--home", realm.file(home)]);
  return { event, alarm, listed, words: stdout };
}

/** Nobody but the CA vouches for it. */
function only(how: string, words: string): object {
  const told = expect.toSatisfy((one: Json) => one["how"] === how && !("cosigned" in one)) as object;
  return {
    event: told,
    alarm: expect.objectContaining({ event: "alarm", code: "safety-number-changed" }) as object,
    listed: told,
    words: expect.stringMatching(new RegExp(`, this one.*\n {12}${words}: only the CA vouches for it`)) as string,
  };
}

it("by the password", async () => {
  await compared();
  expect(await realm.logIn("ada", lose("second"))).toMatchObject({ code: 0, stderr: "" });
  expect(await comesBack()).toEqual(only("password", "by your password"));
});

it("by the recovery phrase", async () => {
  await compared();
  const phrase = readFileSync(realm.file("first.phrase"), "utf8");
  const flags = [
    "--user",
    "ada",
    "--phrase-file",
    realm.secretFile("paper", phrase.trim()),
    ...realm.passwordFile(OTHER),
  ];
  const recovered = await realm.command(["recover", realm.line, lose("third")], ...flags);
  expect(recovered).toMatchObject({ code: 0, stderr: "" });
  expect(await comesBack()).toEqual(only("phrase", "by your recovery phrase"));
});

it("by an administrator, who invites whom there is already", async () => {
  await compared();
  await realm.own.joined(await realm.own.invite("ada"), lose("fourth"));
  expect(await comesBack()).toEqual(only("invitation", "by an invitation"));
});

it("the lost ones are put out by the one that there is now, one by one, and bob is told", async () => {
  const lost = devices.slice(0, -1);
  expect([lost.length, new Set(devices).size]).toEqual([3, 4]);
  for (const device of lost) {
    const removed = await run(CLIENT, ["devices", "remove", device.slice(0, 8), "--home", realm.file(home)]);
    expect(removed).toMatchObject({ code: 0, stdout: `* the device ${device.slice(0, 8)} is out` });
    await bob.event((one) => one["event"] === "device" && one["change"] === "revoked" && one["device"] === device);
  }
  const left = (await bob.done({ do: "devices", user: "ada" }))["devices"] as readonly Json[];
  expect(left.map(({ device }) => device)).toEqual(devices.slice(-1));
});
