// Devices that want in and must not, and those who come in by a lie: each is refused by name, and the group goes on.
import { createCommit, joinGroupExternal } from "ts-mls/createCommit.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf, type DeviceId } from "../../src/model/ids.ts";
import { decodeGroupInfo, decodeWelcome, encodeMessage, encodeWelcome } from "../../src/mls/bytes.ts";
import { configFor } from "../../src/mls/config.ts";
import { Credentials } from "../../src/mls/credentials.ts";
import { Engine } from "../../src/mls/engine.ts";
import type { Outcome, Proposed } from "../../src/mls/groups.ts";
import { newKeyPackage } from "../../src/mls/key-package.ts";
import { suite } from "../../src/mls/ciphersuite.ts";
import { CLASSIC, HYBRID, type SuiteName } from "../../src/mls/suite.ts";
import { treeOf } from "../../src/mls/tree-parts.ts";
import { newPathCache } from "../../src/pki/peer.ts";
import {
  commits,
  entryOf,
  goOn,
  LOG,
  MID,
  ownOf,
  roomTerms,
  table,
  together,
  type Table,
  type TestDevice,
} from "../kit/mls.ts";

let realm: Table;

beforeAll(async () => {
  realm = await table();
});

afterAll(() => realm[Symbol.dispose]());

async function room(): Promise<readonly [TestDevice, TestDevice, TestDevice]> {
  const three = realm.devices("alice", "bob", "mallory");
  const [alice, bob, mallory] = three;
  await together(alice, [bob, mallory], roomTerms({ alice: "owner" }));
  return three;
}

describe("a key package", () => {
  it("of a device of another realm is not added", async () => {
    using other = await table();
    const [alice] = await room();
    const [eve] = other.devices("eve");
    const add = [await eve.keyPackage()];
    await expect(alice.host.commit(LOG, { add, remove: [], mid: MID })).rejects.toMatchObject({
      code: "certificate-untrusted",
    });
  });

  it("with somebody else's certificate is not added", async () => {
    const [alice, bob] = await room();
    const [eve] = realm.devices("eve");
    const credentials = new Credentials(realm.realm, newPathCache());
    const own = { ...ownOf(eve.identity, eve.device), certificates: ownOf(bob.identity, bob.device).certificates };
    const engine = new Engine({ credentials, own, now: () => new Date() });
    const { publicPackage: keyPackage } = await engine.keyPackage(HYBRID);
    const add = [encodeMessage({ version: "mls10", wireformat: "mls_key_package", keyPackage })];
    await expect(alice.host.commit(LOG, { add, remove: [], mid: MID })).rejects.toMatchObject({
      code: "credential-key",
    });
  });

  it("that has ended is not taken by the members, even if one adds it", async () => {
    const [alice, bob] = await room();
    const late = Date.now() + 31 * 86_400_000;
    const validity = { notBefore: new Date(), notAfter: new Date(late + 86_400_000) };
    const carol = realm.device({ user: "carol", validity });
    const made = await alice.host.commit(LOG, { add: [await carol.keyPackage()], remove: [], mid: MID });
    expect(await bob.read({ ...entryOf(alice, made), at: late })).toEqual(["[key-package-expired]"]);
    await alice.host.withdraw(LOG);
    await goOn(alice, bob);
  });

  it("of a device whose certificate has ended is not taken", async () => {
    const [alice, bob] = await room();
    const validity = { notBefore: new Date(Date.now() - 2 * 86_400_000), notAfter: new Date(Date.now() - 3_600_000) };
    const old = realm.device({ user: "old", validity });
    const add = [await old.keyPackage()];
    await expect(alice.host.commit(LOG, { add, remove: [], mid: MID })).rejects.toMatchObject({
      code: "certificate-expired",
    });
    await goOn(alice, bob);
  });
});

describe("a key package of another suite", () => {
  it("is not added", async () => {
    const [alice, bob] = await room();
    const [carol] = realm.devices("carol");
    const add = [await carol.keyPackage(CLASSIC)];
    await expect(alice.host.commit(LOG, { add, remove: [], mid: MID })).rejects.toMatchObject({
      code: "commit-impossible",
      message: expect.stringContaining("Invalid CipherSuite") as string,
    });
    await goOn(alice, bob);
  });

  it("is not taken by the members, even if one adds it", async () => {
    expect(await heardOfAdding(CLASSIC)).toMatchObject([
      { kind: "fault", code: "undecryptable", message: expect.stringContaining("Invalid CipherSuite") as string },
    ]);
    expect(await heardOfAdding(HYBRID), "the same, of the group's own suite").toMatchObject([{ kind: "commit" }]);
  });
});

describe("a welcome", () => {
  it("that names another suite than its group's leads nowhere", async () => {
    const [alice, bob] = await room();
    const [carol] = realm.devices("carol");
    const { made } = await commits(alice, { add: [await carol.keyPackage()] }, [bob]);
    const { welcome = new Uint8Array(), tree } = made;
    const secret = carol.packages[0]?.secret ?? new Uint8Array();
    const other = encodeWelcome({ ...decodeWelcome(welcome), cipherSuite: CLASSIC });
    await expect(carol.host.join(LOG, { welcome: other, tree, secret })).rejects.toMatchObject({
      code: "welcome-unusable",
    });
    await carol.join(made);
    await goOn(alice, bob, carol);
  });
});

describe("an external commit", () => {
  it("that takes out somebody else is refused", async () => {
    const [alice, bob] = await room();
    const { made } = await commits(alice, {}, [bob]);
    const eve = realm.device({ user: "bob", device: "cd".repeat(16) });
    const commit = await thief(eve, { made, victim: bob.device });
    const declared = { add: [eve.device], remove: [bob.device], terms: undefined, revoked: [], leaving: [] };
    const entry = { kind: "commit" as const, body: commit, device: eve.device, at: Date.now(), mid: MID, declared };
    expect(await alice.read(entry)).toEqual(["[commit-refused]"]);
    await goOn(alice, bob);
  });

  it("into a room that is not open is refused by the members", async () => {
    const [alice, bob] = await room();
    const { made } = await commits(alice, {}, [bob]);
    const [eve] = realm.devices("eve");
    const joins = await eve.host.joinExternally(LOG, { ...made, mid: MID });
    expect(await alice.read(entryOf(eve, joins))).toEqual(["[commit-refused]"]);
    await goOn(alice, bob);
  });

  it("for another conversation's group is not made", async () => {
    const [alice, bob] = await room();
    const { made } = await commits(alice, {}, [bob]);
    const [eve] = realm.devices("eve");
    const elsewhere = `0003${"1".repeat(28)}` as typeof LOG;
    await expect(eve.host.joinExternally(elsewhere, { ...made, mid: MID })).rejects.toMatchObject({
      code: "other-group",
    });
  });

  it("with a tree that is not the group's is not made", async () => {
    const [alice, bob] = await room();
    const { made } = await commits(alice, {}, [bob]);
    const next = await commits(alice, {}, [bob]);
    const [eve] = realm.devices("eve");
    const wish = { groupInfo: made.groupInfo, tree: next.made.tree, mid: MID };
    await expect(eve.host.joinExternally(LOG, wish)).rejects.toMatchObject({ code: "group-info-unusable" });
  });
});

/** An external commit as only a liar makes it: the leaf it takes out is the victim's. */
async function thief(
  eve: TestDevice,
  { made, victim }: { readonly made: Proposed; readonly victim: DeviceId },
): Promise<Uint8Array> {
  const credentials = new Credentials(realm.realm, newPathCache());
  const engine = new Engine({ credentials, own: ownOf(eve.identity, eve.device), now: () => new Date() });
  const { publicPackage, privatePackage } = await engine.keyPackage(HYBRID);
  const honest = configFor(credentials, undefined);
  const config = {
    ...honest,
    keyPackageEqualityConfig: {
      ...honest.keyPackageEqualityConfig,
      compareKeyPackageToLeafNode: (_own: unknown, leaf: Parameters<typeof isVictim>[0]) => isVictim(leaf),
    },
  };
  function isVictim(leaf: {
    credential: Parameters<Credentials["peerOf"]>[0];
    signaturePublicKey: Uint8Array;
  }): boolean {
    return credentials.peerOf(leaf.credential, leaf.signaturePublicKey).device === victim;
  }
  const { publicMessage } = await joinGroupExternal(
    decodeGroupInfo(made.groupInfo),
    publicPackage,
    privatePackage,
    true,
    suite(HYBRID),
    treeOf(made.tree),
    config,
    new Uint8Array(bytesOf(MID)),
  );
  return encodeMessage({ version: "mls10", wireformat: "mls_public_message", publicMessage });
}

/** What Bob hears when Mallory brings in Carol's key package that says this suite, and has X-Wing keys whatever it says. */
async function heardOfAdding(said: SuiteName): Promise<readonly Outcome[]> {
  const [mallory, bob, carol] = realm.devices("mallory", "bob", "carol");
  const credentials = new Credentials(realm.realm, newPathCache());
  const engine = new Engine({ credentials, own: ownOf(mallory.identity, mallory.device), now: () => new Date() });
  const aad = new Uint8Array(bytesOf(MID));
  const alone = await engine.found({ log: LOG, founding: 0 }, roomTerms({ mallory: "owner" }), HYBRID);
  const made = await engine.commit(alone, { add: [await bob.keyPackage()], remove: [], aad });
  await bob.join(made);
  const own = ownOf(carol.identity, carol.device);
  const { publicPackage } = await newKeyPackage({ ...suite(HYBRID), name: said }, { own, now: new Date() });
  // The library looks at the suite before all else: it finds the group's there, once.
  const looks = [HYBRID];
  const keyPackage = Object.defineProperty({ ...publicPackage }, "cipherSuite", { get: () => looks.pop() ?? said });
  const { commit } = await createCommit(
    { state: { ...made.next.state, clientConfig: configFor(credentials, undefined) }, cipherSuite: suite(HYBRID) },
    { extraProposals: [{ proposalType: "add", add: { keyPackage } }], authenticatedData: aad },
  );
  const declared = { add: [carol.device], remove: [], terms: undefined, revoked: [], leaving: [] };
  const entry = { kind: "commit" as const, device: mallory.device, at: Date.now(), mid: MID, declared };
  return bob.hear({ ...entry, body: encodeMessage(commit) });
}
