// The longest payload fits into an entry, also where the terms want an archived copy beside it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodePayload, PAYLOAD_BYTES, SEALED_BYTES } from "../../../../../src/client/app/payload/payload.ts";
import { BODY_BYTES } from "../../../../../src/model/limits.ts";
import { LOG, MID, roomTerms, table, type Table, together } from "../../../../kit/mls.ts";
import { FULL } from "./samples.ts";

let realm: Table;
beforeAll(async () => {
  realm = await table();
});
afterAll(() => realm[Symbol.dispose]());

test("in a group with history", async () => {
  const alice = realm.device({ user: "alice" });
  await together(alice, [], roomTerms({ alice: "owner" }, { history: "all" }));
  const bodyBytes = async (plaintext: Uint8Array): Promise<number> => {
    const { body } = alice.keep(await alice.host.seal(LOG, { plaintext, mid: MID }));
    return body.length;
  };
  const longest = await bodyBytes(new Uint8Array(PAYLOAD_BYTES));
  expect(longest).toBeLessThanOrEqual(BODY_BYTES);
  // There is an archived copy in it.
  expect(longest).toBeGreaterThan(2 * PAYLOAD_BYTES);
  // The next size bucket would not fit any more.
  expect(await bodyBytes(new Uint8Array(PAYLOAD_BYTES + 32 * 1024))).toBeGreaterThan(BODY_BYTES);
  const sealed = Buffer.alloc(SEALED_BYTES, 9).toString("base64url");
  expect(await bodyBytes(encodePayload({ ...FULL["archive-grant"], sealed }))).toBeLessThanOrEqual(BODY_BYTES);
});
