// What lies in an identity vault: read back as it was written, and refused where it is of another form.
import { describe, expect, test } from "vitest";
import { readContents, type VaultContents, writeContents } from "../../../../src/client/account-contents.ts";
import { readKept, writeKept } from "../../../../src/client/account-kept.ts";
import type { Handle, LogId } from "../../../../src/model/ids.ts";

const LOG = `0003${"ab".repeat(14)}` as LogId;
const CONTENTS: VaultContents = {
  user: "ann" as Handle,
  root: Uint8Array.of(1, 2, 3),
  host: "chat.example.org",
  port: 12_345,
  door: 12_346,
  displayName: undefined,
  archiveKey: { publicKey: Uint8Array.of(4), secret: Uint8Array.of(5) },
  archive: new Map([[LOG, { device: "cd".repeat(16), parts: ["AQI=", "AwQ="], name: "room", topic: "of what" }]]),
};

test("the contents of a vault come back as they were", () => {
  expect(readContents(writeContents(CONTENTS))).toEqual(CONTENTS);
  const named = { ...CONTENTS, displayName: "Ann", archive: new Map() };
  expect(readContents(writeContents(named))).toEqual(named);
});

describe("what is of another form", () => {
  const written = JSON.parse(writeContents(CONTENTS).toString("utf8")) as Record<string, unknown>;
  const archived = (one: unknown, log: string = LOG): object => ({ ...written, archive: { [log]: one } });

  test.each<readonly [string, unknown]>([
    ["no JSON", "{"],
    ["another version", { ...written, version: 2 }],
    ["no user", { ...written, user: "A B" }],
    ["no key", { ...written, archiveKey: undefined }],
    ["no archive", { ...written, archive: undefined }],
    ["an archive of nothing", archived(null)],
    ["parts that are none", archived({ device: "cd", parts: "AQI=" })],
    ["a conversation that is none", archived({ device: "cd", parts: [] }, "lobby")],
    ["too many", { ...written, archive: Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [at, {}])) }],
  ])("%s", (_what, value) => {
    const bytes = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
    expect(() => readContents(bytes)).toThrow(expect.objectContaining({ code: "vault-malformed" }));
  });
});

test("what a device keeps of its account", () => {
  const vaultKey = Uint8Array.from(Buffer.alloc(32, 7));
  expect(readKept(writeKept({ vaultKey }))).toEqual({ vaultKey });
  expect(() => readKept('{"version":2}')).toThrow(expect.objectContaining({ code: "vault-malformed" }));
});
