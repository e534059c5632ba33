// Identity vaults that a server has changed, cut or mixed, and recoveries that somebody else signed.
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Fault } from "../../src/model/fault.ts";
import type { Owner } from "../../src/password/owner.ts";
import {
  openVaultWithExportKey,
  openVaultWithPhrase,
  resealContents,
  rewrapForExportKey,
  rewrapForPhrase,
  sealVault,
  VAULT_CONTENT_BYTES,
} from "../../src/password/identity-vault.ts";
import { recoveryPublicKey, signRecovery, verifyRecovery } from "../../src/password/recovery-key.ts";
import { ALICE, BOB, OTHER_REALM } from "../unit/password/both-sides.ts";

const owner = ALICE;
const [exportKey, entropy] = [randomBytes(64), randomBytes(32)];
const contents = Buffer.from("keys");
const vault = sealVault({ owner, exportKey, entropy, contents });
const { key } = openVaultWithPhrase(vault, { owner, entropy });
const [WRAP, HEAD] = [61, 4];

/** The codes with which both ways in refuse. */
function codes(bytes: Uint8Array, whose: Owner = owner): readonly string[] {
  const ways = [
    () => openVaultWithExportKey(bytes, { owner: whose, exportKey }),
    () => openVaultWithPhrase(bytes, { owner: whose, entropy }),
  ];
  return ways.map((open) => codeOf(open));
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "opened";
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

describe("an identity vault", () => {
  it("with one bit turned anywhere opens in neither way", () => {
    expect(codes(vault)).toEqual(["opened", "opened"]);
    const seen = new Set<string>();
    for (let bit = 0; bit < vault.length * 8; bit += 1) {
      const bent = Buffer.from(vault);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const code of codes(bent)) seen.add(code);
    }
    expect([...seen].toSorted()).toEqual(["vault-malformed", "vault-unopened"]);
  });

  it("that is cut, or longer, opens in neither way, at no length", () => {
    const seen = new Set<string>();
    for (let length = 0; length < vault.length; length += 1)
      for (const code of codes(vault.subarray(0, length))) seen.add(code);
    for (const code of codes(Buffer.concat([vault, Buffer.alloc(1)]))) seen.add(code);
    expect([...seen].toSorted()).toEqual(["vault-malformed", "vault-unopened"]);
    // Refused for its length before anything of it is opened.
    const huge = Buffer.concat([vault, Buffer.alloc(VAULT_CONTENT_BYTES)]);
    expect(codes(huge)).toEqual(["vault-malformed", "vault-malformed"]);
  });

  it("of another version, as a whole or in a part, is malformed", () => {
    for (const at of [3, HEAD, HEAD + WRAP, HEAD + 2 * WRAP]) {
      const newer = Buffer.from(vault);
      newer[at] = (newer[at] ?? 0) + 1;
      expect(codes(newer)).toEqual(["vault-malformed", "vault-malformed"]);
    }
  });

  it("of another user, or of another realm, does not open", () => {
    for (const other of [BOB, { ...ALICE, realm: OTHER_REALM }])
      expect(codes(vault, other)).toEqual(["vault-unopened", "vault-unopened"]);
  });

  it("does not open with other secrets, or with one in the place of the other", () => {
    const unopened = "vault-unopened";
    expect(codeOf(() => openVaultWithExportKey(vault, { owner, exportKey: randomBytes(64) }))).toBe(unopened);
    expect(codeOf(() => openVaultWithPhrase(vault, { owner, entropy: randomBytes(32) }))).toBe(unopened);
    const swapped = Buffer.concat([
      vault.subarray(0, HEAD),
      vault.subarray(HEAD + WRAP, HEAD + 2 * WRAP),
      vault.subarray(HEAD, HEAD + WRAP),
      vault.subarray(HEAD + 2 * WRAP),
    ]);
    expect(codes(swapped)).toEqual([unopened, unopened]);
  });

  it("is refused when its parts are of different times, in each mixture", () => {
    const changed = rewrapForExportKey(vault, { owner, key, exportKey });
    const mixed = (...take: readonly Buffer[]): Buffer =>
      Buffer.concat([
        vault.subarray(0, HEAD),
        ...take.slice(0, 2).map((from, at) => from.subarray(HEAD + at * WRAP, HEAD + (at + 1) * WRAP)),
        take[2]?.subarray(HEAD + 2 * WRAP) ?? Buffer.alloc(0),
      ]);
    expect(codes(mixed(changed, changed, changed))).toEqual(["opened", "opened"]);
    // Its wrap of the phrase was not changed, so it is the same in both.
    expect(codes(mixed(changed, vault, changed))).toEqual(["opened", "opened"]);
    expect(codes(mixed(vault, changed, changed))).toEqual(["vault-unopened", "vault-unopened"]);
    expect(codes(mixed(changed, changed, vault))).toEqual(["vault-unopened", "vault-unopened"]);
    const other = sealVault({ owner, exportKey, entropy, contents });
    expect(codes(mixed(other, vault, vault))).toEqual(["vault-unopened", "vault-unopened"]);
    expect(codes(mixed(vault, vault, other))).toEqual(["vault-unopened", "vault-unopened"]);
  });

  it("is not changed with a key that is not its own: its owner could not open it any more", () => {
    const wrong = randomBytes(32);
    const changes = [
      () => rewrapForExportKey(vault, { owner, key: wrong, exportKey }),
      () => rewrapForPhrase(vault, { owner, key: wrong, entropy }),
      () => resealContents(vault, { owner, key: wrong, contents }),
      () => resealContents(vault, { owner: BOB, key, contents }),
    ];
    expect(changes.map((change) => codeOf(change))).toEqual(changes.map(() => "vault-unopened"));
  });

  it("holds a megabyte and no more", () => {
    const large = Buffer.alloc(VAULT_CONTENT_BYTES + 1);
    expect(codeOf(() => sealVault({ owner, exportKey, entropy, contents: large }))).toBe("vault-large");
    expect(codeOf(() => resealContents(vault, { owner, key, contents: large }))).toBe("vault-large");
  });

  it("takes secrets of their whole length only", () => {
    const short = [
      () => sealVault({ owner, exportKey: exportKey.subarray(1), entropy, contents }),
      () => sealVault({ owner, exportKey, entropy: Buffer.alloc(0), contents }),
      () => openVaultWithExportKey(vault, { owner, exportKey: Buffer.alloc(0) }),
      () => openVaultWithPhrase(vault, { owner, entropy: exportKey }),
      () => resealContents(vault, { owner, key: Buffer.alloc(0), contents }),
    ];
    for (const run of short) expect(run).toThrow(RangeError);
  });
});

describe("a recovery", () => {
  const challenge = { ...ALICE, nonce: randomBytes(32), request: randomBytes(300) };
  const publicKey = recoveryPublicKey(entropy, ALICE);
  const signature = signRecovery(entropy, challenge);

  it.each([
    ["another nonce", { ...challenge, nonce: randomBytes(32) }],
    ["another request", { ...challenge, request: randomBytes(300) }],
    ["another user", { ...challenge, user: BOB.user }],
    ["another realm", { ...challenge, realm: OTHER_REALM }],
  ])("that was signed for something is none for %s", (_what, other) => {
    expect(verifyRecovery(publicKey, challenge, signature)).toBe(true);
    expect(verifyRecovery(publicKey, other, signature)).toBe(false);
  });

  it("of another phrase, or of the same one for another user, is not believed", () => {
    expect(verifyRecovery(publicKey, challenge, signRecovery(randomBytes(32), challenge))).toBe(false);
    expect(verifyRecovery(publicKey, challenge, signRecovery(entropy, { ...challenge, user: BOB.user }))).toBe(false);
    expect(verifyRecovery(recoveryPublicKey(entropy, BOB), challenge, signature)).toBe(false);
  });

  it("with a bit turned, in another length, or under no key is not believed", () => {
    for (let bit = 0; bit < signature.length * 8; bit += 1) {
      const bent = Buffer.from(signature);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyRecovery(publicKey, challenge, bent)).toBe(false);
    }
    for (const other of [new Uint8Array(), signature.subarray(1), Buffer.concat([signature, Buffer.alloc(1)])])
      expect(verifyRecovery(publicKey, challenge, other)).toBe(false);
    for (const other of [new Uint8Array(), publicKey.subarray(1), Buffer.alloc(33), Buffer.alloc(32, 0xff)])
      expect(verifyRecovery(other, challenge, signature)).toBe(false);
  });

  it("needs a whole nonce and a whole phrase", () => {
    expect(() => signRecovery(entropy, { ...challenge, nonce: Buffer.alloc(0) })).toThrow(RangeError);
    expect(() => verifyRecovery(publicKey, { ...challenge, nonce: Buffer.alloc(31) }, signature)).toThrow(RangeError);
    expect(() => signRecovery(Buffer.alloc(16), challenge)).toThrow(RangeError);
  });
});
