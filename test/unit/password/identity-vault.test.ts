// The identity vault: two ways in, and what each change leaves as it was.
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  openVaultWithExportKey,
  openVaultWithPhrase,
  resealContents,
  rewrapForExportKey,
  rewrapForPhrase,
  sealVault,
  VAULT_BYTES_MOST,
  VAULT_CONTENT_BYTES,
} from "../../../src/password/identity-vault.ts";
import { newPhrase, readPhrase } from "../../../src/password/phrase.ts";
import { ALICE, BothSides } from "./both-sides.ts";

const owner = ALICE;
const [exportKey, entropy] = [randomBytes(64), randomBytes(32)];
const contents = Buffer.from("keys and certificates");
const UNOPENED: unknown = expect.objectContaining({ code: "vault-unopened" });

describe("an identity vault", () => {
  it("opens with the export key and with the phrase, to the same key and contents", () => {
    const vault = sealVault({ owner, exportKey, entropy, contents });
    const opened = openVaultWithExportKey(vault, { owner, exportKey });
    expect(Buffer.from(opened.contents)).toEqual(contents);
    expect(opened.key).toHaveLength(32);
    expect(openVaultWithPhrase(vault, { owner, entropy })).toEqual(opened);
  });

  it.each([0, 1, VAULT_CONTENT_BYTES])("holds %i bytes", (length) => {
    const whole = randomBytes(length);
    const vault = sealVault({ owner, exportKey, entropy, contents: whole });
    expect(whole.equals(openVaultWithPhrase(vault, { owner, entropy }).contents)).toBe(true);
    expect(vault.length - length).toBe(VAULT_BYTES_MOST - VAULT_CONTENT_BYTES);
  });

  it("shows nothing of what it holds, and is another one each time", () => {
    const vault = sealVault({ owner, exportKey, entropy, contents });
    const { key } = openVaultWithPhrase(vault, { owner, entropy });
    for (const secret of [contents, Buffer.from(key), exportKey, entropy]) expect(vault.includes(secret)).toBe(false);
    const other = sealVault({ owner, exportKey, entropy, contents });
    expect(openVaultWithPhrase(other, { owner, entropy }).key).not.toEqual(key);
  });

  it("has another password after a change, and the same phrase, key and contents", () => {
    const vault = sealVault({ owner, exportKey, entropy, contents });
    const { key } = openVaultWithExportKey(vault, { owner, exportKey });
    const next = randomBytes(64);
    const changed = rewrapForExportKey(vault, { owner, key, exportKey: next });
    expect(openVaultWithExportKey(changed, { owner, exportKey: next })).toEqual({ key, contents });
    expect(openVaultWithPhrase(changed, { owner, entropy })).toEqual({ key, contents });
    expect(() => openVaultWithExportKey(changed, { owner, exportKey })).toThrow(UNOPENED);
  });

  it("has another phrase after a change, and the same password, key and contents", () => {
    const vault = sealVault({ owner, exportKey, entropy, contents });
    const { key } = openVaultWithPhrase(vault, { owner, entropy });
    const next = randomBytes(32);
    const changed = rewrapForPhrase(vault, { owner, key, entropy: next });
    expect(openVaultWithPhrase(changed, { owner, entropy: next })).toEqual({ key, contents });
    expect(openVaultWithExportKey(changed, { owner, exportKey })).toEqual({ key, contents });
    expect(() => openVaultWithPhrase(changed, { owner, entropy })).toThrow(UNOPENED);
  });

  it("has other contents after a change, and the same password, phrase and key", () => {
    const vault = sealVault({ owner, exportKey, entropy, contents });
    const { key } = openVaultWithPhrase(vault, { owner, entropy });
    const next = Buffer.from("a certificate more");
    const changed = resealContents(vault, { owner, key, contents: next });
    expect(openVaultWithPhrase(changed, { owner, entropy })).toEqual({ key, contents: next });
    expect(openVaultWithExportKey(changed, { owner, exportKey })).toEqual({ key, contents: next });
  });
});

/** Made by the first version. What a server has kept for years must still open: other bytes are another version. */
const OLD = Buffer.from(
  "TUlWMQFwwcGH1kh_Q406j4pvKosHi2KJt0lPrGwDvV7NqmFyuuTk_ietFtovCBq_NPXNT4bE1G8zbYia0OkjvLsBpw6TnvjvJoOQ" +
    "nR2tj5Tn7NKmCLjrEATtk7EwWzrdpw7Y954reH2k335URRH4gxGuTaZPpgYLh_hO9nTeAb6-l8HJ798uhggYmE0Hh-" +
    "Fp96fHxD3BKtHcRuuDKzES",
  "base64url",
);

it("an identity vault of the first version opens", () => {
  const counted = (length: number, from: number): Buffer =>
    Buffer.from(Array.from({ length }, (_, index) => index + from));
  const byPassword = openVaultWithExportKey(OLD, { owner, exportKey: counted(64, 0) });
  expect(Buffer.from(byPassword.contents).toString()).toBe("keys");
  expect(openVaultWithPhrase(OLD, { owner, entropy: counted(32, 100) })).toEqual(byPassword);
});

describe("with a real password and a real phrase", () => {
  let sides: BothSides;
  beforeAll(async () => {
    sides = await BothSides.start();
  });
  afterAll(() => sides[Symbol.asyncDispose]());

  it("the phrase still opens the vault after the password was changed, and the new password does", async () => {
    const phrase = newPhrase((bytes) => randomBytes(bytes));
    const first = await sides.register(owner, "first");
    const made = sealVault({ owner, exportKey: first.exportKey, entropy: readPhrase(phrase), contents });
    const login = await sides.login({ owner, password: "first", record: first.record });
    const { key } = openVaultWithExportKey(made, { owner, exportKey: login.client?.exportKey ?? new Uint8Array() });
    const second = await sides.register(owner, "second");
    const vault = rewrapForExportKey(made, { owner, key, exportKey: second.exportKey });

    const opened = openVaultWithPhrase(vault, { owner, entropy: readPhrase(`1. ${phrase.toUpperCase()}`) });
    expect(Buffer.from(opened.contents)).toEqual(contents);
    const again = await sides.login({ owner, password: "second", record: second.record });
    expect(openVaultWithExportKey(vault, { owner, exportKey: again.client?.exportKey ?? new Uint8Array() })).toEqual(
      opened,
    );
    expect(() => openVaultWithExportKey(vault, { owner, exportKey: first.exportKey })).toThrow(UNOPENED);
  });
});
