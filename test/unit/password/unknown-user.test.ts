// Who asks for a user that does not exist gets what he would get for one that does: of the same size and shape, and with the same
// part that stays the same (RFC 9807 §10.9).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Owner } from "../../../src/password/owner.ts";
import { OpaqueServer } from "../../../src/password/server/opaque-server.ts";
import { ALICE, BOB, BothSides, REALM, turned } from "./both-sides.ts";

const TRIES = 100;
/** RFC 9807 §6.1.2: what an answer is made of, in order. */
const FIELDS = { evaluated: 32, maskingNonce: 32, masked: 128, serverNonce: 32, serverShare: 32, mac: 64 };
type Fields = Readonly<Record<keyof typeof FIELDS, string>>;

let sides: BothSides;
let record: string;

beforeAll(async () => {
  sides = await BothSides.start();
  ({ record } = await sides.register(ALICE, "known"));
});

afterAll(() => sides[Symbol.asyncDispose]());

/** Undefined: the user is not known. */
async function ask({ user }: Owner, known: string | undefined, request: string) {
  return sides.server.startLogin({ setup: sides.setup, user, record: known, request });
}

function fieldsOf(response: string): Fields {
  const bytes = Buffer.from(response, "base64url");
  let at = 0;
  return Object.fromEntries(
    Object.entries(FIELDS).map(([name, length]) => [name, bytes.subarray(at, (at += length)).toString("hex")]),
  ) as Fields;
}

describe("the answer for an unknown user", () => {
  it("and for a known one have the same lengths, and every byte in use, over many tries", async () => {
    const shapes = { known: new Set<string>(), unknown: new Set<string>() };
    const values = { known: new Map<number, Set<number>>(), unknown: new Map<number, Set<number>>() };
    for (let count = 0; count < TRIES; count += 1) {
      const { request } = await sides.client.startLogin(`guess ${count}`);
      for (const kind of ["known", "unknown"] as const) {
        const { response, state } = await ask(ALICE, kind === "known" ? record : undefined, request);
        shapes[kind].add(`${request.length} ${response.length} ${state.length} ${/^[\w-]+$/.test(response)}`);
        for (const [at, byte] of Buffer.from(response, "base64url").entries())
          values[kind].set(at, (values[kind].get(at) ?? new Set()).add(byte));
      }
    }
    expect([...shapes.unknown]).toEqual(["128 427 171 true"]);
    expect(shapes.known).toEqual(shapes.unknown);
    // No byte of either stands still: nothing is zero or fixed where the other has a secret.
    for (const kind of ["known", "unknown"] as const)
      expect([...values[kind].values()].filter((seen) => seen.size < TRIES / 10)).toEqual([]);
  });

  it("changes from time to time where the other does, and stays the same where the other does", async () => {
    const { request } = await sides.client.startLogin("guess");
    for (const known of [record, undefined]) {
      const [one, other] = [await ask(ALICE, known, request), await ask(ALICE, known, request)];
      const [before, after] = [fieldsOf(one.response), fieldsOf(other.response)];
      expect(after.evaluated).toBe(before.evaluated);
      for (const name of ["maskingNonce", "masked", "serverNonce", "serverShare", "mac"] as const)
        expect(after[name]).not.toBe(before[name]);
      expect(one.state).not.toBe(other.state);
    }
  });

  it("has the same part that stays before and after the registration, and after a new start", async () => {
    const { request } = await sides.client.startLogin("guess");
    const before = fieldsOf((await ask(ALICE, undefined, request)).response).evaluated;
    expect(fieldsOf((await ask(ALICE, record, request)).response).evaluated).toBe(before);
    await using restarted = new OpaqueServer(REALM);
    const again = await restarted.startLogin({ setup: sides.setup, user: ALICE.user, record: undefined, request });
    expect(fieldsOf(again.response).evaluated).toBe(before);
  });

  it("is another one for another name", async () => {
    const { request } = await sides.client.startLogin("guess");
    const [one, other] = [await ask(ALICE, undefined, request), await ask(BOB, undefined, request)];
    expect(fieldsOf(other.response).evaluated).not.toBe(fieldsOf(one.response).evaluated);
  });

  it("ends for the client as a wrong password does", async () => {
    const wrong = await sides.login({ owner: ALICE, password: "wrong", record });
    const unknown = await sides.login({ owner: ALICE, password: "wrong", record: undefined });
    expect(unknown).toEqual(wrong);
    expect(unknown.client).toBeUndefined();
    // Also the right password opens nothing where the server has no record.
    expect(await sides.login({ owner: ALICE, password: "known", record: undefined })).toEqual(wrong);
  });

  it("ends for the server as a wrong password does, whatever is sent", async () => {
    const { state, request } = await sides.client.startLogin("known");
    const real = await ask(ALICE, record, request);
    const fake = await ask(ALICE, undefined, request);
    const step = { password: "known", owner: ALICE, state, response: real.response, serverKey: undefined };
    const finish = (await sides.client.finishLogin(step))?.finish ?? "";
    expect(await sides.server.finishLogin({ state: real.state, request: turned(finish, 0) })).toBeUndefined();
    expect(await sides.server.finishLogin({ state: fake.state, request: finish })).toBeUndefined();
    expect(await sides.server.finishLogin({ state: real.state, request: finish })).toBeDefined();
  });
});
