// What strangers send instead of passwords: texts that are no message, messages that are bent, and records that are of another
// user, another setup or another realm. Each is refused, and the next honest login works.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../src/model/fault.ts";
import type { Handle } from "../../src/model/ids.ts";
import { checkedMessage, MESSAGE_BYTES, type MessageKind } from "../../src/password/messages.ts";
import { OpaqueServer } from "../../src/password/server/opaque-server.ts";
import { ALICE, BOB, BothSides, OTHER_REALM, turned } from "../unit/password/both-sides.ts";

const MALFORMED = { code: "password-malformed" };
const user = ALICE.user;
let sides: BothSides;
let setup: string;
let record: string;

beforeAll(async () => {
  sides = await BothSides.start();
  ({ setup } = sides);
  ({ record } = await sides.register(ALICE, "right"));
});

afterAll(() => sides[Symbol.asyncDispose]());

const KINDS = Object.keys(MESSAGE_BYTES) as MessageKind[];
const textOf = (kind: MessageKind): string => randomBytes(MESSAGE_BYTES[kind]).toString("base64url");

/** Each near to a text that would be taken. */
function hostile(text: string): readonly unknown[] {
  const rest = text.slice(1);
  return [
    "",
    rest,
    `${text}A`,
    `${text}=`,
    `${text}\n`,
    ` ${rest}`,
    `\0${rest}`,
    `+${rest}`,
    `/${rest}`,
    `=${rest}`,
    `!${rest}`,
    `\u00e9${rest}`,
    `\u{1f511}${rest.slice(1)}`,
    `\ud800${rest}`,
    text.repeat(1000),
    undefined,
    null,
    0,
    {},
    [text],
    { length: text.length, toString: () => text },
  ];
}

describe("a text", () => {
  it.each(KINDS)("that is no %s is refused before the library sees it, and not repeated", (kind) => {
    const text = textOf(kind);
    expect(checkedMessage(kind, text)).toBe(text);
    for (const wrong of hostile(text)) {
      let fault: Fault | undefined;
      try {
        checkedMessage(kind, wrong);
      } catch (error) {
        fault = error as Fault;
      }
      expect(fault).toMatchObject(MALFORMED);
      expect(`${fault?.message}${fault?.hint ?? ""}`).not.toContain(rest(text));
    }
  });

  it.each(KINDS.filter((kind) => MESSAGE_BYTES[kind] % 3 !== 0))(
    "of a %s has one form: the bits that are left over at its end are zero",
    (kind) => {
      const text = "A".repeat(textOf(kind).length);
      expect(checkedMessage(kind, text)).toBe(text);
      expect(() => checkedMessage(kind, `${text.slice(1)}B`)).toThrow(expect.objectContaining(MALFORMED));
    },
  );

  function rest(text: string): string {
    return text.slice(8, 24);
  }
});

describe("a server", () => {
  it("refuses texts that are no message in each of its calls", async () => {
    const { server } = sides;
    const { state, request } = await sides.client.startLogin("right");
    const started = await server.startLogin({ setup, user, record, request });
    const finish = textOf("loginFinish");
    const registration = textOf("registrationRequest");
    for (const bad of hostile(request) as string[]) {
      const calls = [
        server.registrationResponse({ setup, user, request: bad }),
        server.startLogin({ setup, user, record, request: bad }),
        server.finishLogin({ state: started.state, request: bad }),
        server.finishLogin({ state: bad, request: finish }),
        server.checkRecord({ setup, user, record: bad }),
        server.publicKey(bad),
        server.registrationResponse({ setup: bad, user, request: registration }),
        server.registrationResponse({ setup, user: bad as Handle, request: registration }),
        server.startLogin({ setup, user: bad as Handle, record, request }),
        // No record at all is not a bad record: it means that there is no such user.
        ...(bad === undefined ? [] : [server.startLogin({ setup, user, record: bad, request })]),
        sides.client.finishLogin({ password: "right", owner: ALICE, state, response: bad, serverKey: undefined }),
      ];
      expect(new Set(await codes(calls))).toEqual(new Set(["password-malformed"]));
    }
  });

  it("refuses bytes of the right length that are no message, and goes on", async () => {
    const { server } = sides;
    const { request } = await sides.client.startLogin("right");
    const zeros = (kind: MessageKind): string => Buffer.alloc(MESSAGE_BYTES[kind]).toString("base64url");
    const ones = (kind: MessageKind): string => Buffer.alloc(MESSAGE_BYTES[kind], 0xff).toString("base64url");
    for (const bad of [zeros, ones]) {
      const calls = [
        server.registrationResponse({ setup, user, request: bad("registrationRequest") }),
        server.startLogin({ setup, user, record, request: bad("loginRequest") }),
        server.startLogin({ setup, user, record: undefined, request: bad("loginRequest") }),
        server.startLogin({ setup, user, record: bad("record"), request }),
        server.checkRecord({ setup, user, record: bad("record") }),
        server.startLogin({ setup: bad("setup"), user, record, request }),
      ];
      expect(new Set(await codes(calls))).toEqual(new Set(["password-malformed"]));
      expect(
        await server.finishLogin({ state: bad("serverLoginState"), request: textOf("loginFinish") }),
      ).toBeUndefined();
    }
  });

  it("answers noise with nothing but answers and refusals, and its thread lives on", async () => {
    const { server } = sides;
    const seen: string[] = [];
    for (let count = 0; count < 500; count += 1) {
      const calls = [
        server.registrationResponse({ setup, user, request: textOf("registrationRequest") }),
        server.startLogin({ setup, user, record: undefined, request: textOf("loginRequest") }),
        server.checkRecord({ setup, user, record: textOf("record") }),
      ];
      seen.push(...(await codes(calls)));
    }
    // One in sixteen is a point of the group by chance: from there on nobody can know that it is noise.
    expect(new Set(seen)).toEqual(new Set(["password-malformed", "answered"]));
    expect((await sides.login({ owner: ALICE, password: "right", record })).server).toBeDefined();
  });
});

describe("a record", () => {
  const attempt = { owner: ALICE, password: "right" };

  it("of another user with the same password opens nothing", async () => {
    const bobs = await sides.register(BOB, "right");
    expect((await sides.login({ ...attempt, record: bobs.record })).client).toBeUndefined();
    expect((await sides.login({ ...attempt, owner: BOB, record })).client).toBeUndefined();
    expect((await sides.login({ ...attempt, owner: BOB, record: bobs.record })).server).toBeDefined();
  });

  it("is of no use with another setup", async () => {
    const other = await sides.server.createSetup();
    expect((await sides.login({ ...attempt, record, setup: other })).client).toBeUndefined();
  });

  it("is of no use in another realm that has the same setup, for a client that believes to be in either", async () => {
    await using elsewhere = new OpaqueServer(OTHER_REALM);
    for (const realm of [ALICE.realm, OTHER_REALM]) {
      const { state, request } = await sides.client.startLogin("right");
      const { response } = await elsewhere.startLogin({ setup, user, record, request });
      const step = { password: "right", owner: { ...ALICE, realm }, state, response, serverKey: undefined };
      expect(await sides.client.finishLogin(step)).toBeUndefined();
    }
  });

  it("that was bent opens nothing, wherever a bit was turned", async () => {
    // Public key, masking key, nonce and tag of the envelope.
    for (const at of [31, 32, 95, 96, 127, 128, 191]) {
      const bent = turned(record, at);
      const outcome = await sides.login({ ...attempt, record: bent }).catch((error: unknown) => error);
      expect(refused(outcome)).toBe(true);
    }
  });
});

describe("an answer of the server", () => {
  it("that was bent on its way is not believed, wherever a bit was turned", async () => {
    // A byte at each end of each field: evaluated element, masking nonce, masked key and envelope, nonce, share, MAC.
    for (const at of [0, 31, 32, 63, 64, 95, 96, 191, 192, 223, 224, 255, 256, 319]) {
      const bent = (response: string): string => turned(response, at);
      const outcome = await sides
        .login({ owner: ALICE, password: "right", record, bent })
        .catch((error: unknown) => error);
      expect(refused(outcome)).toBe(true);
    }
    expect((await sides.login({ owner: ALICE, password: "right", record })).server).toBeDefined();
  });

  it("to another request is not believed", async () => {
    const earlier = await sides.client.startLogin("right");
    const { response } = await sides.server.startLogin({ setup, user, record, request: earlier.request });
    const { client } = await sides.login({ owner: ALICE, password: "right", record, bent: () => response });
    expect(client).toBeUndefined();
  });
});

/** With which faults calls were refused. */
async function codes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => (one.status === "rejected" ? (one.reason as Fault).code : "answered"));
}

/** The client does not go on: it takes the password for wrong, or the bytes for no message. */
function refused(outcome: unknown): boolean {
  if (outcome instanceof Error) return "code" in outcome && outcome.code === "password-malformed";
  return (outcome as Awaited<ReturnType<BothSides["login"]>>).client === undefined;
}
