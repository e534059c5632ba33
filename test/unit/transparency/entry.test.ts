// Log entries: fixed bytes, so that other programs can be checked against the same, and one form for each value.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceId, Handle, Sha256 } from "../../../src/model/ids.ts";
import {
  decodeEntry,
  encodeEntry,
  ENTRY_BYTES,
  REASONS,
  WAYS,
  type IssuedEntry,
  type LogEntry,
} from "../../../src/transparency/entry.ts";
import { changed, codeOf, ISSUED } from "./a-log.ts";

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

const DEVICE = "fedcba9876543210".repeat(2) as DeviceId;

describe("the form of an entry", () => {
  test.each<[string, LogEntry, string]>([
    [
      "a certificate",
      ISSUED,
      `{"v":1,"kind":"issued","at":1700000000000,"user":"alice","device":"0123456789abcdef0123456789abcdef","serial":"4f00","cert":"${"ab".repeat(32)}","until":1734000000000,"how":"invitation"}`,
    ],
    [
      "one that another device vouched for",
      { ...ISSUED, how: "device", cosigned: { by: DEVICE, signature: "AAEC_w" } },
      `{"v":1,"kind":"issued","at":1700000000000,"user":"alice","device":"0123456789abcdef0123456789abcdef","serial":"4f00","cert":"${"ab".repeat(32)}","until":1734000000000,"how":"device","cosigned":{"by":"fedcba9876543210fedcba9876543210","signature":"AAEC_w"}}`,
    ],
    [
      "one by OpenPGP",
      { ...ISSUED, how: "openpgp", pgp: "0123456789ABCDEF0123456789ABCDEF01234567", email: "a@example.org" },
      `{"v":1,"kind":"issued","at":1700000000000,"user":"alice","device":"0123456789abcdef0123456789abcdef","serial":"4f00","cert":"${"ab".repeat(32)}","until":1734000000000,"how":"openpgp","pgp":"0123456789ABCDEF0123456789ABCDEF01234567","email":"a@example.org"}`,
    ],
    [
      "a revocation",
      {
        kind: "revoked",
        at: 0,
        user: "bob" as Handle,
        device: DEVICE,
        serial: "00",
        reason: "keyCompromise",
        by: "@console",
      },
      '{"v":1,"kind":"revoked","at":0,"user":"bob","device":"fedcba9876543210fedcba9876543210","serial":"00","reason":"keyCompromise","by":"@console"}',
    ],
    [
      "an act",
      { kind: "act", at: 1, by: "alice" as Handle, act: "room.close", on: 'the "Zoë" 🐟 room', detail: "" },
      '{"v":1,"kind":"act","at":1,"by":"alice","act":"room.close","on":"the \\"Zoë\\" 🐟 room","detail":""}',
    ],
    [
      "an act on nothing",
      { kind: "act", at: 1, by: "@console", act: "x" },
      '{"v":1,"kind":"act","at":1,"by":"@console","act":"x"}',
    ],
  ])("of %s", (_, entry, text) => {
    expect(utf8(encodeEntry(entry))).toBe(text);
    expect(decodeEntry(Buffer.from(text))).toStrictEqual(entry);
  });

  test("does not depend on the order in which a program names the fields", () => {
    const { kind, at, ...rest } = ISSUED;
    const turned = Object.fromEntries(Object.entries({ ...rest, at, kind }).toReversed()) as unknown as IssuedEntry;
    expect(utf8(encodeEntry(turned))).toBe(utf8(encodeEntry(ISSUED)));
  });
});

const hexOf = (least: number, most = least) =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((bytes) => Buffer.from(bytes).toString("hex"));
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const handle = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,31}$/).map((name) => name as Handle);
const device = hexOf(16).map((id) => id as DeviceId);
const serial = hexOf(0, 19).map((rest) => `4f${rest}`);
const line = (most: number) =>
  fc
    .array(
      fc
        .string({ unit: "grapheme-composite", minLength: 1, maxLength: 1 })
        .filter((one) => !/[\p{Cc}\u2028\u2029]/u.test(one)),
      { maxLength: 40 },
    )
    .map((all) => Array.from(all.join("")).slice(0, most).join(""));
const maybe = <K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> =>
  fc.option(value, { nil: undefined }).map((one) => (one === undefined ? {} : { [key]: one }) as { [P in K]?: T });
const issuedPlain = fc.record({
  kind: fc.constant("issued" as const),
  at: time,
  user: handle,
  device,
  serial,
  cert: hexOf(32).map((hash) => hash as Sha256),
  until: time,
});
const cosigned = fc
  .tuple(device, fc.uint8Array({ minLength: 1, maxLength: 1024 }))
  .map(([by, bytes]) => ({ by, signature: Buffer.from(bytes).toString("base64url") }));
const pgp = fc.oneof(hexOf(20), hexOf(32)).map((id) => id.toUpperCase());
const email = fc.stringMatching(/^[a-zé+]{1,20}@[a-z]{1,20}\.org$/);
const actor = fc.oneof(handle, fc.constant("@console" as const));
const entries: fc.Arbitrary<LogEntry> = fc.oneof(
  fc.tuple(issuedPlain, fc.constantFrom(...WAYS)).map(([plain, how]) => ({ ...plain, how })),
  fc
    .tuple(issuedPlain, maybe("cosigned", cosigned))
    .map(([plain, proof]) => ({ ...plain, how: "device" as const, ...proof })),
  fc
    .tuple(issuedPlain, maybe("pgp", pgp), maybe("email", email))
    .map(([plain, key, address]) => ({ ...plain, how: "openpgp" as const, ...key, ...address })),
  fc.record({
    kind: fc.constant("revoked" as const),
    at: time,
    user: handle,
    device,
    serial,
    reason: fc.constantFrom(...REASONS),
    by: actor,
  }),
  fc
    .tuple(
      fc.record({
        kind: fc.constant("act" as const),
        at: time,
        by: actor,
        act: fc.stringMatching(/^[a-z]{1,12}([.-][a-z]{1,8}){0,3}$/),
      }),
      maybe("on", line(200)),
      maybe("detail", line(500)),
    )
    .map(([plain, on, detail]) => ({ ...plain, ...on, ...detail })),
);

test("every entry comes back as it went, and its bytes too", () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = encodeEntry(entry);
      expect(decodeEntry(bytes)).toEqual(entry);
      expect(utf8(encodeEntry(decodeEntry(bytes)))).toBe(utf8(bytes));
    }),
    { numRuns: 500, seed: 11 },
  );
});

test("a changed byte is refused, or says something else that has these very bytes", () => {
  let [refused, other] = [0, 0];
  fc.assert(
    fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, where, by) => {
      const bytes = encodeEntry(entry);
      const bent = changed(bytes, where % bytes.length, by);
      if (codeOf(() => decodeEntry(bent)) === "log-malformed") {
        refused += 1;
        return;
      }
      other += 1;
      expect(decodeEntry(bent)).not.toEqual(entry);
      expect(Buffer.from(encodeEntry(decodeEntry(bent))).equals(bent)).toBe(true);
    }),
    { numRuns: 3000, seed: 12 },
  );
  // Both kinds were met.
  expect(refused).toBeGreaterThan(500);
  expect(other).toBeGreaterThan(50);
});

test("the longest texts and the longest signature fit", () => {
  const longest: LogEntry[] = [
    { kind: "act", at: 0, by: "@console", act: "a".repeat(40), on: "🐟".repeat(200), detail: "🐟".repeat(500) },
    { kind: "act", at: 0, by: "@console", act: "a".repeat(40), on: '"'.repeat(200), detail: "\\".repeat(500) },
    {
      ...ISSUED,
      how: "device",
      cosigned: { by: DEVICE, signature: Buffer.alloc(1024, 0xff).toString("base64url") },
    },
  ];
  for (const entry of longest) {
    const bytes = encodeEntry(entry);
    expect(bytes.length).toBeLessThanOrEqual(ENTRY_BYTES);
    expect(decodeEntry(bytes)).toStrictEqual(entry);
  }
});
