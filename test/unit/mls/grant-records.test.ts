// What is inside a grant, byte by byte; and who is handed over what was said.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeGrant, encodeGrant, type KeyRecord, type Segment } from "../../../src/mls/grant-records.ts";
import type { DeviceId, Sha256 } from "../../../src/model/ids.ts";
import { LOG, roomTerms, table, type Table, together } from "../../kit/mls.ts";

const KEY: KeyRecord = { founding: 1, epoch: 2, day: 3, key: new Uint8Array(32).fill(4), isWhole: true };
const SEGMENT: Segment = {
  first: 5,
  last: 6,
  blob: "07".repeat(32) as Sha256,
  size: 8,
  key: new Uint8Array(32).fill(9),
};
const MALFORMED = "the archive keys that were handed over cannot be read";

describe("a grant", () => {
  it("is a version and its records", () => {
    const key = ["00", "00000001", "0000000000000002", "00000003", "04".repeat(32)].join("");
    const segment = ["02", "0000000000000005", "0000000000000006", "07".repeat(32), "00000008", "09".repeat(32)].join(
      "",
    );
    const day = { ...KEY, isWhole: false };
    const grant = encodeGrant([KEY, day], [SEGMENT]);
    expect(Buffer.from(grant).toString("hex")).toBe(`01${key}${key.replace(/^00/, "01")}${segment}`);
    expect(decodeGrant(grant)).toEqual({ keys: [KEY, day], segments: [SEGMENT] });
    expect(decodeGrant(encodeGrant([], []))).toEqual({ keys: [], segments: [] });
  });

  it("cut off anywhere but between records is refused", () => {
    const grant = encodeGrant([KEY], [SEGMENT]);
    const whole = new Set([1, 1 + 49, grant.length]);
    const lengths = Array.from({ length: grant.length + 1 }, (_, length) => length);
    for (const length of lengths.filter((one) => !whole.has(one)))
      expect(() => decodeGrant(grant.slice(0, length))).toThrow(MALFORMED);
    for (const length of whole) expect(() => decodeGrant(grant.slice(0, length))).not.toThrow();
  });

  it.each<readonly [string, Partial<Segment>]>([
    ["the entry 0", { first: 0 }],
    ["its end before its beginning", { first: 7 }],
    ["an end beyond all numbers", { last: 2 ** 60 }],
    ["no bytes", { size: 0 }],
    ["more than 1 MiB", { size: 1024 * 1024 + 1 }],
  ])("with a segment of %s is refused", (_what, more) => {
    expect(() => decodeGrant(encodeGrant([], [{ ...SEGMENT, ...more }]))).toThrow(MALFORMED);
  });

  it("with too many segments or keys, or a record of another kind, is refused", () => {
    const times = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
    expect(decodeGrant(encodeGrant([], times(256, SEGMENT))).segments).toHaveLength(256);
    expect(() => decodeGrant(encodeGrant([], times(257, SEGMENT)))).toThrow(MALFORMED);
    expect(() => decodeGrant(encodeGrant(times(3_001, KEY), []))).toThrow(MALFORMED);
    expect(() => decodeGrant(encodeGrant([KEY], []).with(1, 3))).toThrow(MALFORMED);
  });
});

describe("segments in a group", () => {
  let realm: Table;
  beforeAll(async () => {
    realm = await table();
  });
  afterAll(() => realm[Symbol.dispose]());

  it("are for devices of the same user, by its credentials", async () => {
    const [alice, bob] = [realm.device({ user: "alice" }), realm.device({ user: "bob" })];
    const second = realm.device({ user: "alice", device: "ac".repeat(16) });
    await together(alice, [second, bob], roomTerms({ alice: "owner" }, { history: "all" }));
    const { publicKey, secret } = await second.host.askArchive();
    const to = { device: second.device, publicKey };
    const sealed = await alice.host.grantSegments(LOG, to, [SEGMENT]);
    const taken = await second.host.takeArchive(LOG, { sealed, secret });
    expect([taken.segments, taken.rows.put.size]).toEqual([[SEGMENT], 0]);
    await expect(bob.host.grantSegments(LOG, to, [SEGMENT])).rejects.toMatchObject({ code: "not-own-device" });
    const nobody = { device: "ee".repeat(16) as DeviceId, publicKey };
    await expect(alice.host.grantSegments(LOG, nobody, [SEGMENT])).rejects.toMatchObject({ code: "not-in-roster" });
  });
});
