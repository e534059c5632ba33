// Real GnuPG and a real SKS key server as peers. Packages: gnupg, dirmngr, sks.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as openpgp from "openpgp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { encodeChallenge } from "../../src/pgp/challenge.ts";
import {
  armorOf,
  generateServerKey,
  openSecretKey,
  parseFingerprint,
  type PgpKey,
  type SecretKey,
} from "../../src/pgp/keys.ts";
import { lookUp } from "../../src/pgp/lookup.ts";
import { localKey, openGpg } from "../../src/pgp/signers/gpg.ts";
import { openKeyFile } from "../../src/pgp/signers/key-file.ts";
import { wkdPages } from "../../src/pgp/wkd.ts";
import { parseAddress } from "../../src/pgp/address.ts";
import { ABOUT, challengeFor, enrols, newServerKey } from "../kit/pgp/enrolment.ts";
import { publish } from "../../src/pgp/publish.ts";
import { serverOf } from "../../src/pgp/source.ts";
import { GpgHome } from "../kit/pgp/gpg.ts";
import { KeyServer } from "../kit/pgp/key-server.ts";
import { badKey, goodKey, revocationOf } from "../kit/pgp/keys.ts";
import { faultOf } from "../kit/pgp/refusal.ts";
import { Sks } from "../kit/pgp/sks.ts";
import { testUsers } from "../kit/pgp/test-users.ts";

const ADA = ABOUT.email;
let serverKey: SecretKey;
beforeAll(async () => {
  serverKey = await newServerKey();
});
const proves = (signer: Parameters<typeof enrols>[0]): Promise<true> => enrols(signer, serverKey);

describe.each(["ed25519", "rsa3072"] as const)("a user's key made by gpg: %s", (kind) => {
  let gpg: GpgHome;
  let key: PgpKey;
  beforeAll(async () => {
    gpg = new GpgHome();
    key = await gpg.make(ADA, { kind });
  });
  afterAll(() => gpg[Symbol.asyncDispose]());

  test("gpg opens the challenge and signs; we verify", async () => {
    const signer = await openGpg({ home: gpg.home, email: ADA, now: Date.now });
    expect(signer.key).toEqual(key);
    expect(await proves(signer)).toBe(true);
    // Nothing was written into the user's key ring.
    expect(await localKey({ home: gpg.home }, "chat@example.org")).toBeUndefined();
  });

  test("the same key as a file", async () => {
    const passphrase = (): Promise<string> => Promise.reject(new Error("asked"));
    expect(
      await proves(await openKeyFile({ secret: await gpg.secret(ADA), email: ADA, passphrase, now: Date.now })),
    ).toBe(true);
  });

  test("a signature that our key file makes is verified by gpg", async () => {
    const signer = await openKeyFile({
      secret: await gpg.secret(ADA),
      email: ADA,
      passphrase: async () => "",
      now: Date.now,
    });
    writeFileSync(join(gpg.home, "text"), "some text\n");
    writeFileSync(join(gpg.home, "text.asc"), await signer.sign("some text\n"));
    const { err } = await gpg.run(["--status-fd", "2", "--verify", join(gpg.home, "text.asc"), join(gpg.home, "text")]);
    expect(err).toContain("GOODSIG");
    expect(err).toMatch(new RegExp(`VALIDSIG .* ${key.fingerprint}$`, "m"));
    writeFileSync(join(gpg.home, "text"), "some other text\n");
    expect((await gpg.try(["--verify", join(gpg.home, "text.asc"), join(gpg.home, "text")])).code).not.toBe(0);
  });

  test("plain gpg reads the challenge and names its signer", async () => {
    const { challenge, sealed } = await challengeFor(key, serverKey);
    await gpg.run(["--import"], await armorOf(serverKey.key));
    const { out, err } = await gpg.run(["--status-fd", "2", "--trust-model", "always", "--decrypt"], sealed);
    expect(out.toString()).toBe(encodeChallenge(challenge));
    expect(err).toMatch(new RegExp(`VALIDSIG .* ${serverKey.key.fingerprint}$`, "m"));
    // The client may look into its own key ring for the server's key.
    expect(await localKey({ home: gpg.home }, "chat@example.org")).toEqual(serverKey.key);
  });

  test("a challenge by an impostor, and one for somebody else", async () => {
    const signer = await openGpg({ home: gpg.home, email: ADA, now: Date.now });
    const impostor = await newServerKey();
    const { sealed } = await challengeFor(key, impostor);
    expect((await faultOf(signer.openChallenge(sealed, { serverKey: serverKey.key }))).code).toBe("pgp-signature");
    // Also when the impostor's key is in the user's key ring.
    await gpg.run(["--import"], await armorOf(impostor.key));
    expect((await faultOf(signer.openChallenge(sealed, { serverKey: serverKey.key }))).code).toBe("pgp-signature");
    const other = await challengeFor((await goodKey(ADA)).key, serverKey);
    expect((await faultOf(signer.openChallenge(other.sealed, { serverKey: serverKey.key }))).code).toBe("pgp-decrypt");
  });

  test("a message that is signed but not encrypted, or neither", async () => {
    const signer = await openGpg({ home: gpg.home, email: ADA, now: Date.now });
    const { challenge } = await challengeFor(key, serverKey);
    const message = await openpgp.createMessage({ text: encodeChallenge(challenge) });
    const signed = (await openpgp.sign({ message, signingKeys: serverKey.unlocked })) as string;
    for (const sealed of [signed, encodeChallenge(challenge), ""]) {
      expect((await faultOf(signer.openChallenge(sealed, { serverKey: serverKey.key }))).code).toBe("pgp-decrypt");
    }
  });
});

describe("a key with a passphrase", () => {
  let gpg: GpgHome;
  beforeAll(async () => {
    gpg = new GpgHome();
    await gpg.make(ADA, { passphrase: "correct horse" });
  });
  afterAll(() => gpg[Symbol.asyncDispose]());

  test("gpg-agent asks the person", async () => {
    await gpg.person("correct horse");
    expect(await proves(await openGpg({ home: gpg.home, email: ADA, now: Date.now }))).toBe(true);
  });

  test("a wrong passphrase, and none", async () => {
    await gpg.person("wrong horse");
    const signer = await openGpg({ home: gpg.home, email: ADA, now: Date.now });
    const { sealed } = await challengeFor(signer.key, serverKey);
    expect((await faultOf(signer.sign("text"))).code).toBe("passphrase-wrong");
    expect((await faultOf(signer.openChallenge(sealed, { serverKey: serverKey.key }))).code).toBe("passphrase-wrong");
    await gpg.person(undefined);
    expect((await faultOf(signer.sign("text"))).code).toBe("pgp-cancelled");
    expect((await faultOf(signer.openChallenge(sealed, { serverKey: serverKey.key }))).code).toBe("pgp-cancelled");
  });

  test("the key as a file: right and wrong", async () => {
    const secret = await gpg.secret(ADA, "correct horse");
    const openWith = (passphrase: string): ReturnType<typeof openKeyFile> =>
      openKeyFile({ secret, email: ADA, passphrase: async () => passphrase, now: Date.now });
    expect((await faultOf(openWith("wrong horse"))).code).toBe("passphrase-wrong");
    expect(await proves(await openWith("correct horse"))).toBe(true);
  });
});

test("two keys in gpg for one address: both are named; a fingerprint says which; one that is revoked does not count", async () => {
  await using gpg = new GpgHome();
  await using scratch = new GpgHome();
  const first = await gpg.make(ADA);
  const second = await scratch.make(ADA);
  await gpg.run(["--import"], await scratch.secret(ADA));
  const fault = await faultOf(openGpg({ home: gpg.home, email: ADA, now: Date.now }));
  expect(fault.code).toBe("pgp-ambiguous");
  expect(fault.message).toContain(first.fingerprint);
  expect(fault.message).toContain(second.fingerprint);
  expect((await faultOf(localKey({ home: gpg.home }, ADA))).code).toBe("pgp-ambiguous");
  const signer = await openGpg({ home: gpg.home, email: ADA, fingerprint: second.fingerprint, now: Date.now });
  expect(await proves(signer)).toBe(true);
  expect((await faultOf(openGpg({ home: gpg.home, email: "bob@example.org", now: Date.now }))).code).toBe(
    "pgp-not-found",
  );
  await gpg.run(["--import"], await revocationOf(await scratch.secret(ADA)));
  expect((await openGpg({ home: gpg.home, email: ADA, now: Date.now })).key.fingerprint).toBe(first.fingerprint);
});

test("the users of scripts/test-users.ts: made, published, kept; each proves the key with the passphrase that lies there", async () => {
  await using server = await KeyServer.start();
  const dir = mkdtempSync(join(tmpdir(), "mutual-test-users-"));
  try {
    const args = ["--dir", dir, "--users", "ada, bob", "--publish", server.hkp];
    const [made, kept] = [await testUsers(args), await testUsers(args)];
    expect([made.err, kept.err]).toEqual(["", ""]);
    expect(made.out).toMatch(/ada@example\.org {2}[0-9A-F]{40} .*\(made, published\)/);
    expect(kept.out).toBe(made.out.replaceAll("(made,", "(kept,"));
    expect(statSync(join(dir, "ada/passphrase")).mode & 0o777).toBe(0o600);
    const { key } = await lookUp({ email: ADA, nowMs: Date.now(), sources: [{ kind: "hkp", url: server.hkp }] });
    const passphrase = async (): Promise<string> => readFileSync(join(dir, "ada/passphrase"), "utf8").trimEnd();
    const secret = readFileSync(join(dir, "ada/secret.asc"));
    const signer = await openKeyFile({ secret, email: ADA, passphrase, now: Date.now });
    expect(signer.key.fingerprint).toBe(key.fingerprint);
    expect(await proves(signer)).toBe(true);
    expect((await testUsers(["--help"])).out).toContain("--publish URL");
    for (const wrong of [[], ["--dir", dir], ["--dir", dir, "--users", "A b"], [...args, "--publish", "x"], ["--no"]]) {
      const { code, err } = await testUsers(wrong);
      expect([code, err]).toEqual([2, expect.stringMatching(/^error: .*\nhint: .*\n$/)]);
    }
    server.mood = "broken";
    const broken = await testUsers(args);
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining("status 500")]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("gpg imports a server key made by us, with and without a passphrase, and signs with it", async () => {
  const wish = { name: "chat", email: "chat@example.org" };
  for (const passphrase of [undefined, "five words"]) {
    await using gpg = new GpgHome();
    const secret = await generateServerKey(passphrase === undefined ? wish : { ...wish, passphrase });
    const { key } = await openSecretKey(secret, passphrase);
    const quiet = ["--pinentry-mode", "loopback", "--passphrase", passphrase ?? ""];
    await gpg.run([...quiet, "--import"], secret);
    const signed = await gpg.run([...quiet, "--local-user", key.fingerprint, "--detach-sign"], "text");
    const { signatures } = await openpgp.verify({
      message: await openpgp.createMessage({ binary: Buffer.from("text") }),
      signature: await openpgp.readSignature({ binarySignature: signed.out }),
      verificationKeys: await openpgp.readKey({ binaryKey: key.bytes }),
    });
    expect(await signatures[0]?.verified).toBe(true);
  }
});

describe("the key server of the tests, as gpg sees it", () => {
  let server: KeyServer;
  let gpg: GpgHome;
  let key: PgpKey;
  beforeAll(async () => {
    server = await KeyServer.start();
    gpg = new GpgHome();
    key = await gpg.make(ADA);
  });
  afterAll(async () => {
    await gpg[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(() => server.clear());

  test("send, search, receive, locate", async () => {
    await using other = new GpgHome();
    const from = ["--keyserver", server.hkp];
    await gpg.run([...from, "--send-keys", key.fingerprint]);
    expect(server.has(key.fingerprint)).toBe(true);
    const searched = await other.try([...from, "--with-colons", "--search-keys", ADA]);
    expect(searched.out.toString()).toContain(`pub:${key.fingerprint}:`);
    await other.run([...from, "--recv-keys", key.fingerprint]);
    expect((await other.shown(ADA)).fingerprint).toBe(key.fingerprint);
    const found = await lookUp({ email: ADA, nowMs: Date.now(), sources: [{ kind: "hkp", url: server.hkp }] });
    expect(found.key).toEqual(key);
  });

  test("a page of the Web Key Directory is what gpg imports", async () => {
    await server.add(await armorOf(key));
    await using other = new GpgHome();
    for (const url of Object.values(
      wkdPages(parseAddress(ADA), { advanced: server.http, direct: server.http }),
    ) as URL[]) {
      const page = await fetch(url);
      const imported = await other.run(["--import"], Buffer.from(await page.arrayBuffer()));
      expect(imported.err).toContain(ADA);
    }
    expect((await other.shown(ADA)).fingerprint).toBe(key.fingerprint);
  });
});

describe("a real SKS key server", () => {
  let sks: Sks;
  let gpg: GpgHome;
  const peers = new AsyncDisposableStack();
  beforeAll(async () => {
    sks = peers.use(await Sks.start());
    gpg = peers.use(new GpgHome());
  });
  afterAll(() => peers.disposeAsync());

  const look = (email: string, pinned?: string): ReturnType<typeof lookUp> =>
    lookUp({
      email,
      nowMs: Date.now(),
      sources: [{ kind: "hkp", url: sks.hkp }],
      ...(pinned === undefined ? {} : { pinned: parseFingerprint(pinned) }),
    });

  test("gpg publishes, we find; an attacker's key with the same address means stop, until a fingerprint is pinned", async () => {
    const key = await gpg.make(ADA);
    expect((await faultOf(look(ADA))).code).toBe("pgp-not-found");
    await gpg.run(["--keyserver", sks.hkp, "--send-keys", key.fingerprint]);
    expect((await look(ADA)).key).toEqual(key);
    const attacker = await goodKey(ADA);
    await publish(serverOf(sks.hkp), attacker.shown);
    const fault = await faultOf(look(ADA));
    expect(fault.code).toBe("pgp-ambiguous");
    expect(fault.message).toContain(key.fingerprint);
    expect(fault.message).toContain(attacker.fingerprint);
    expect((await look(ADA, key.fingerprint)).key).toEqual(key);
    expect((await faultOf(look(ADA, (await goodKey(ADA)).fingerprint))).code).toBe("pgp-not-found");
  });

  test("a revoked key, one that has ended, and one whose address was taken back", async () => {
    const bob = await badKey("revoked", "bob@example.org");
    const carol = await badKey("expired", "carol@example.org");
    const dave = await badKey("revoked-id", "dave@example.org", "dave@example.net");
    for (const { shown } of [bob, carol, dave]) await publish(serverOf(sks.hkp), shown);
    expect((await faultOf(look("bob@example.org"))).message).toContain("revoked");
    expect((await faultOf(look("carol@example.org"))).message).toContain("expired");
    expect((await faultOf(look("dave@example.org"))).code).toBe("pgp-not-found");
    expect((await look("dave@example.net")).key.fingerprint).toBe(dave.fingerprint);
  });
});
