// A server that cannot prove its OpenPGP key, or asks for a proof of something else: the client signs nothing.
import { hash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { enrolledByOpenpgp, type OpenpgpJoin } from "../../src/bin/client-openpgp.ts";
import type { OpenpgpWorld } from "../../src/bin/client-openpgp-signer.ts";
import { systemClock } from "../../src/bin/system-clock.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { loadServerFiles } from "../../src/pki/load.ts";
import { armorOf, type SecretKey } from "../../src/pgp/keys.ts";
import { type ChallengeWish, makeChallenge } from "../../src/pgp/proof.ts";
import { Door } from "../../src/server/door/door.ts";
import { type DoorRequest, jsonAnswer } from "../../src/server/door/http.ts";
import { newServerKey } from "../kit/pgp/enrolment.ts";
import { KeyServer } from "../kit/pgp/key-server.ts";
import { goodKey, type TestKey } from "../kit/pgp/keys.ts";
import { faultOf } from "../kit/pgp/refusal.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";

const ADA = "ada@example.org";
/** Hers, too. */
const EVA = "eva@example.org";
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let realm: TestRealm;
let door: Door;
let port: number;
let honest: SecretKey;
let impostor: SecretKey;
let ada: TestKey;
/** What the server under test does instead of what is right. */
let lie: { readonly wish?: Partial<ChallengeWish>; readonly shown?: SecretKey; readonly sealed?: string };
/** Steps that the client went. */
let steps: string[];
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  [honest, impostor, ada] = await Promise.all([newServerKey(), newServerKey(), goodKey(ADA, EVA)]);
  writeFileSync(join(realm.dir, "ada.asc"), ada.secret);
  writeFileSync(join(realm.dir, "honest.asc"), await armorOf(honest.key));
  const files = await loadServerFiles(realm.dir, { now: new Date() });
  door = new Door(files, { ip: "127.0.0.1", port: 0 }, { clock: systemClock, log: SILENT, route });
  port = await door.listen();
});
afterAll(async () => {
  await door.close();
  realm.remove();
});
beforeEach(() => {
  lie = {};
  steps = [];
});

let request = Buffer.alloc(0);

async function route({ path, body }: DoorRequest) {
  const step = path.split("/").at(-1) ?? "";
  steps.push(step);
  if (step === "start") {
    request = Buffer.from((JSON.parse(body.toString()) as { request: string }).request, "base64");
    return jsonAnswer(200, { ticket: "t", until: 0 });
  }
  if (step === "finish") return jsonAnswer(200, { certificates: [Buffer.from("der").toString("base64")] });
  return jsonAnswer(200, {
    state: "sealed",
    sealed: await sealed(),
    serverKey: await armorOf((lie.shown ?? honest).key),
  });
}

async function sealed(): Promise<string> {
  if (lie.sealed !== undefined) return lie.sealed;
  const about = { realm: realm.fingerprint, server: "127.0.0.1", email: ADA, request: hashOf(request) };
  const usual = { ...about, userKey: ada.key, serverKey: honest, nowMs: Date.now() };
  return (await makeChallenge({ ...usual, ...lie.wish })).sealed;
}

function hashOf(bytes: Buffer): Sha256 {
  return hash("sha256", bytes, "hex") as Sha256;
}

const NOTHING = {
  user: undefined,
  name: undefined,
  profile: undefined,
  home: undefined,
  "vault-passphrase-file": undefined,
  "new-passphrase-file": undefined,
  pgp: ADA,
  "pgp-fingerprint": undefined,
  "passphrase-file": undefined,
  gpg: undefined,
  "key-servers": undefined,
  "server-key": undefined,
  "server-key-fingerprint": undefined,
  "trust-line": false,
  only: true,
  json: false,
  ui: "line",
  gui: false,
  "log-level": "warn",
} as const;

function proves(values: Partial<OpenpgpWorld["values"]> = {}): Promise<readonly Buffer[]> {
  const { email, fingerprint } = { email: "chat@example.org", fingerprint: honest.key.fingerprint };
  const world: OpenpgpWorld = {
    values: {
      ...NOTHING,
      "pgp-key": join(realm.dir, "ada.asc"),
      "server-key": join(realm.dir, "honest.asc"),
      ...values,
    },
    person: undefined,
    say: () => {},
  };
  const place = { host: "127.0.0.1", port, realm: realm.fingerprint, clock: systemClock };
  const about = Buffer.from(JSON.stringify({ openpgp: { email, fingerprint } }));
  const join_: OpenpgpJoin = { email: ADA, code: undefined, place, about, keys: newKeyPair("ed25519"), world };
  return enrolledByOpenpgp(join_);
}

describe("a server that proves its key", () => {
  test.each([
    ["known from a file", {}],
    ["known by its fingerprint", { "server-key": undefined, "server-key-fingerprint": "honest" }],
    ["taken on the word of the line", { "server-key": undefined, "trust-line": true }],
  ])("%s is answered", async (_, values: Partial<OpenpgpWorld["values"]>) => {
    const { fingerprint } = honest.key;
    const named = values["server-key-fingerprint"] === undefined ? {} : { "server-key-fingerprint": fingerprint };
    expect(await proves({ ...values, ...named })).toEqual([Buffer.from("der")]);
    expect(steps).toEqual(["start", "look", "finish"]);
  });
});

describe("one that does not", () => {
  const refused = async (values: Partial<OpenpgpWorld["values"]> = {}): Promise<string> => {
    const { code } = await faultOf(proves(values));
    expect(steps, "nothing was signed for it").not.toContain("finish");
    return code;
  };

  test("signs with another key, in spite of what it said", async () => {
    lie = { wish: { serverKey: impostor } };
    expect(await refused()).toBe("pgp-signature");
  });

  test("brings another key for the one that was only named", async () => {
    lie = { wish: { serverKey: impostor }, shown: impostor };
    const named = { "server-key": undefined, "server-key-fingerprint": honest.key.fingerprint };
    expect(await refused(named)).toBe("openpgp-server-key");
    expect(await refused({ "server-key": undefined, "trust-line": true })).toBe("openpgp-server-key");
  });

  test("is another one than the person knows: it is told nothing at all", async () => {
    const named = { "server-key": undefined, "server-key-fingerprint": impostor.key.fingerprint };
    expect(await refused(named)).toBe("openpgp-server-key");
    expect(steps).toEqual([]);
  });

  test("is another one than a file or a key server says: it is told nothing at all", async () => {
    writeFileSync(join(realm.dir, "impostor.asc"), await armorOf(impostor.key));
    expect(await refused({ "server-key": join(realm.dir, "impostor.asc") })).toBe("openpgp-server-key");
    await using keys = await KeyServer.start();
    await keys.add(await armorOf(impostor.key));
    const looked = { "server-key": undefined, "key-servers": keys.hkp, gpg: "no-gpg-here" };
    expect(await refused(looked)).toBe("openpgp-server-key");
    expect(steps).toEqual([]);
  });

  test("is nowhere to be found: it is told nothing at all", async () => {
    const unknown = { "server-key": undefined, "key-servers": "hkp://127.0.0.1:1", gpg: "no-gpg-here" };
    expect(await refused(unknown)).toBe("pgp-source-failed");
    expect(steps).toEqual([]);
  }, 30_000);

  test.each([
    ["another realm", { realm: "ab".repeat(32) }],
    ["another server", { server: "chat.example.net" }],
    ["another address", { email: EVA }],
    ["another certificate request", { request: "cd".repeat(32) as Sha256 }],
  ])("asks for a proof of %s", async (_, wish) => {
    lie = { wish };
    expect(await refused()).toBe("pgp-challenge");
  });

  test("sends a challenge that it heard elsewhere, or none", async () => {
    await proves();
    const old = await sealed();
    steps = [];
    lie = { sealed: old };
    // The request of this time is another one.
    expect(await refused()).toBe("pgp-challenge");
    lie = { sealed: "no challenge" };
    expect(await refused()).toBe("pgp-decrypt");
  });
});
