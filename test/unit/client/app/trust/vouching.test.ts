// A device of which another one of the same user has given its word: told as that, and no reason to compare numbers again.
import { generateKeyPairSync, hash, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MemberView } from "../../../../../src/mls/groups.ts";
import type { Handle, Sha256 } from "../../../../../src/model/ids.ts";
import { vouchFor } from "../../../../../src/transparency/cosign.ts";
import type { IssuedEntry } from "../../../../../src/transparency/entry.ts";
import { alice, bob, carol, device, member, REALM, Scene } from "./scene.ts";

describe("a device that another one vouches for", () => {
  const pair = () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ format: "raw-public" }).toString("hex");
    const key = hash("sha256", publicKey.export({ format: "der", type: "spki" }), "hex") as Sha256;
    return { raw, key, privateKey };
  };
  const entryOf = (who: MemberView, signature: string): IssuedEntry => {
    const { user, device: id } = who;
    const base = { kind: "issued", at: 7, user, device: id, serial: "02", cert: REALM, until: 9 } as const;
    return { ...base, how: "device", cosigned: { by: device("bob1"), signature } };
  };
  /** Bob's second device, with a word for `of` by the key of `signer`. */
  function scenes(word: (first: KeyObject, second: Sha256) => string) {
    const [first, second] = [pair(), pair()];
    const scene = new Scene();
    const before = [member(alice, 1), member(bob, 1, { key: first.raw })];
    scene.lobby = before;
    scene.settings.clear();
    scene.start();
    scene.trust.trust(bob, true);
    const new2 = member(bob, 2, { key: second.raw });
    scene.entries = [entryOf(new2, word(first.privateKey, second.key))];
    return { scene, before, new2, second };
  }
  const wordFor = (key: Sha256, signer: KeyObject, more: { readonly user?: Handle; readonly realm?: Sha256 } = {}) =>
    vouchFor({ realm: REALM, user: bob, by: device("bob1"), key, ...more }, signer);

  it("is told as that, and ends nothing", () => {
    const { scene, before, new2 } = scenes((signer, key) => wordFor(key, signer));
    expect(scene.becomes(...before, new2)).toEqual(["bob added bob2"]);
    expect(scene.told).toMatchObject([{ how: "device", cosigned: device("bob1") }]);
    expect(scene.trust.isTrusted("bob")).toBe(true);
    expect(scene.trust.verify(bob).verified).toBe(true);
    expect(scene.trust.devices(bob).devices).toContainEqual(
      expect.objectContaining({ device: device("bob2"), how: "device", cosigned: device("bob1") }),
    );
  });

  it("is not said to be where the word is for another key, user or realm, or of another key", () => {
    const words: ((signer: KeyObject, key: Sha256) => string)[] = [
      (signer) => wordFor(pair().key, signer),
      (signer, key) => wordFor(key, signer, { user: carol }),
      (signer, key) => wordFor(key, signer, { realm: "cd".repeat(32) as Sha256 }),
      (_, key) => wordFor(key, pair().privateKey),
      () => "AAAA",
    ];
    for (const word of words) {
      const { scene, before, new2 } = scenes(word);
      expect(scene.becomes(...before, new2)).toEqual([
        "bob added bob2",
        expect.stringContaining("alarm safety-number"),
      ]);
      expect(scene.told[0]).not.toHaveProperty("cosigned");
      expect(scene.told[0]).toMatchObject({ how: "device" });
    }
  });

  it("is not said to be where the other one was put out", () => {
    const { scene, before, new2 } = scenes((signer, key) => wordFor(key, signer));
    const out = { kind: "revoked", at: 7, user: bob, device: device("bob1"), serial: "01" } as const;
    scene.entries = [{ ...out, reason: "keyCompromise", by: bob }, ...scene.entries];
    expect(scene.becomes(...before, new2)).toEqual(["bob added bob2", expect.stringContaining("alarm safety-number")]);
    expect(scene.told[0]).not.toHaveProperty("cosigned");
  });

  it("is told once the realm's log has told of it", () => {
    const { scene, before, new2 } = scenes((signer, key) => wordFor(key, signer));
    scene.awaits = true;
    expect(scene.becomes(...before, new2)).toEqual([]);
    scene.trust.judged();
    expect(scene.told).toEqual([]);
    scene.awaits = false;
    scene.trust.judged();
    expect(scene.told).toMatchObject([{ event: "device", cosigned: device("bob1") }]);
  });
});
