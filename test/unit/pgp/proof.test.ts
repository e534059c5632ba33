// The whole proof with a key file: challenge sealed, opened, checked, answered, verified.

import * as openpgp from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { checkChallenge, signedText } from "../../../src/pgp/challenge.ts";
import { parseFingerprint, type SecretKey } from "../../../src/pgp/keys.ts";
import { verifyAnswer } from "../../../src/pgp/proof.ts";
import { openKeyFile } from "../../../src/pgp/signers/key-file.ts";
import { ABOUT, challengeFor, newServerKey, signerOf } from "../../kit/pgp/enrolment.ts";
import { agedKey, goodKey, type TestKey } from "../../kit/pgp/keys.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

let serverKey: SecretKey;
let ada: TestKey;
beforeAll(async () => {
  serverKey = await newServerKey();
  ada = await goodKey(ABOUT.email);
});

test("a challenge, its answer, and the proof", async () => {
  const signer = await signerOf(ada);
  expect([signer.email, signer.key]).toEqual([ABOUT.email, ada.key]);
  const { challenge, sealed } = await challengeFor(ada.key, serverKey);
  const opened = await signer.openChallenge(sealed, { serverKey: serverKey.key });
  expect(opened).toEqual(challenge);
  checkChallenge(opened, { ...ABOUT, nowMs: Date.now() });
  const answer = await signer.sign(signedText(opened));
  expect(await verifyAnswer(answer, challenge, { userKey: ada.key, nowMs: Date.now() })).toBe(true);
});

test("nobody else reads the challenge", async () => {
  const { challenge, sealed } = await challengeFor(ada.key, serverKey);
  expect(sealed).toMatch(/^-----BEGIN PGP MESSAGE-----/);
  const message = await openpgp.readMessage({ armoredMessage: sealed });
  const [subkey] = (await openpgp.readKey({ armoredKey: ada.shown })).subkeys;
  expect(message.getEncryptionKeyIDs().map((id) => id.toHex())).toEqual([subkey?.getKeyID().toHex()]);
  const unarmored: { readonly data: unknown } = await openpgp.unarmor(sealed);
  expect(Buffer.from(unarmored.data as Uint8Array).includes(challenge.nonce)).toBe(false);
});

test("clocks that differ by two minutes, either way", async () => {
  for (const differenceMs of [-120_000, 120_000]) {
    const user = (): number => Date.now() + differenceMs;
    const old = await agedKey(3_600_000, ABOUT.email);
    const signer = await signerOf(old, user);
    const { challenge, sealed } = await challengeFor(old.key, serverKey);
    const opened = await signer.openChallenge(sealed, { serverKey: serverKey.key });
    const answer = await signer.sign(signedText(opened));
    expect(await verifyAnswer(answer, challenge, { userKey: old.key, nowMs: Date.now() })).toBe(true);
  }
});

test("a key file with a passphrase: asked for once, right or wrong", async () => {
  const { privateKey } = await openpgp.generateKey({
    type: "ecc",
    curve: "curve25519Legacy",
    userIDs: [{ email: ABOUT.email }],
    passphrase: "correct",
    format: "binary",
  });
  const given: string[] = [];
  const openWith = (passphrase: string | undefined): Promise<unknown> =>
    openKeyFile({
      secret: privateKey,
      email: ABOUT.email,
      now: Date.now,
      passphrase: async () => {
        given.push(String(passphrase));
        return passphrase;
      },
    });
  expect((await faultOf(openWith("wrong"))).code).toBe("passphrase-wrong");
  expect((await faultOf(openWith(""))).code).toBe("passphrase-wrong");
  expect((await faultOf(openWith(undefined))).code).toBe("passphrase-missing");
  await openWith("correct");
  expect(given).toEqual(["wrong", "", "undefined", "correct"]);
});

test("a passphrase is not asked for when the file has none", async () => {
  const passphrase = (): Promise<string> => Promise.reject(new Error("asked"));
  const opened = await openKeyFile({ secret: Buffer.from(ada.secret), email: ABOUT.email, passphrase, now: Date.now });
  expect(opened.key).toEqual(ada.key);
});

test("several keys in the file: by address, and by fingerprint where that is not enough", async () => {
  const [second, bob] = [await goodKey(ABOUT.email), await goodKey("bob@example.org")];
  const all = await Promise.all(
    [bob, ada, second].map(async ({ secret }) => (await openpgp.readPrivateKey({ armoredKey: secret })).write()),
  );
  const rest = { secret: Buffer.concat(all), now: Date.now, passphrase: async () => undefined };
  expect((await openKeyFile({ ...rest, email: "BOB@example.org" })).key.fingerprint).toBe(bob.fingerprint);
  const fault = await faultOf(openKeyFile({ ...rest, email: ABOUT.email }));
  expect(fault.code).toBe("pgp-ambiguous");
  expect(fault.message).toContain(ada.fingerprint);
  expect(fault.message).toContain(second.fingerprint);
  const fingerprint = parseFingerprint(second.fingerprint);
  expect((await openKeyFile({ ...rest, email: ABOUT.email, fingerprint })).key.fingerprint).toBe(fingerprint);
  expect((await faultOf(openKeyFile({ ...rest, email: "eve@example.org" }))).code).toBe("pgp-not-found");
});
