// Two devices of one user as packaged programs: the second one has what the first one wrote and received, also when both are killed on
// the way.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { Group } from "../kit/group.ts";

const LONG = "long ".repeat(12_000);
const COUNT = 40;
const BLOB = /\/[0-9a-f]{64}$/;

/** `alice` on another machine: a certificate of its own beside the others. */
function addDevice({ realm }: Group, name: string): void {
  const { certPem, keyPem } = realm.issueClient({ user: "alice" });
  writeFileSync(join(realm.dir, "clients", `${name}.crt`), certPem);
  writeFileSync(join(realm.dir, "clients", `${name}.key`), keyPem, { mode: 0o600 });
}

const isReceived = (conversation: string) => (line: Json) =>
  line["code"] === "history-received" && line["conversation"] === conversation;

async function reads(client: ClientProgram, to: string): Promise<readonly string[]> {
  const { messages } = await client.ask({ do: "history", to, limit: 500 });
  return (messages as readonly Json[]).map(
    ({ from, text }) => `${(from as Json)["user"] as string}: ${text as string}`,
  );
}

it("the second has what the first one wrote and received, and a file of it", async () => {
  await using group = await Group.start(["alice", "bob"]);
  const [laptop, bob] = await Promise.all([group.client("alice"), group.client("bob")]);
  await laptop.ask({ do: "send", to: "#lobby", text: "from the laptop" });
  await bob.ask({ do: "send", to: "@alice", text: "between us" });
  await laptop.event((line) => line["event"] === "message" && line["text"] === "between us");
  const path = join(group.folder, "notes.txt");
  writeFileSync(path, "what is in it");
  await laptop.ask({ do: "file", to: "@bob", path, text: "see" });
  addDevice(group, "phone");
  const phone = await group.client("phone");
  await phone.event(isReceived("#lobby"));
  await phone.event(isReceived("@bob"));
  expect(await reads(phone, "#lobby")).toEqual(["alice: from the laptop"]);
  expect(await reads(phone, "@bob")).toEqual(["bob: between us", "alice: see"]);
  const { messages } = await phone.ask({ do: "history", to: "@bob", limit: 1 });
  const to = join(group.folder, "saved.txt");
  await phone.ask({ do: "save", message: (messages as readonly Json[])[0]?.["message"], path: to });
  expect(readFileSync(to, "utf8")).toBe("what is in it");
  expect([...laptop.said(), ...phone.said()].filter((line) => line["event"] === "alarm")).toEqual([]);
});

/** So many segments have come to the server, whole or in part. */
async function areStored({ data }: Group, count: number): Promise<void> {
  const blobs = (): number =>
    readdirSync(join(data, "blobs"), { recursive: true, encoding: "utf8" }).filter((path) => BLOB.test(path)).length;
  await expect.poll(blobs, { interval: 2, timeout: 20_000 }).toBeGreaterThanOrEqual(count);
}

it("both killed on the way: everything is there in the end, once", async () => {
  await using group = await Group.start(["alice"]);
  const laptop = await group.client("alice");
  const expected: string[] = [];
  for (let at = 0; at < COUNT; at += 1) {
    await laptop.ask({ do: "send", to: "#lobby", text: `${at} ${LONG}` });
    expected.push(`alice: ${at} ${LONG}`);
  }
  addDevice(group, "phone");
  const phone = await group.client("phone");
  await areStored(group, 1);
  laptop.kill("SIGKILL");
  await laptop.exited;
  const second = await group.client("alice");
  await expect
    .poll(async () => (await reads(phone, "#lobby")).length, { interval: 2, timeout: 20_000 })
    .toBeGreaterThan(0);
  phone.kill("SIGKILL");
  await phone.exited;
  const again = await group.client("phone");
  await expect.poll(() => reads(again, "#lobby"), { timeout: 20_000 }).toEqual(expected);
  expect([...second.said(), ...again.said()].filter((line) => line["event"] === "alarm")).toEqual([]);
});
