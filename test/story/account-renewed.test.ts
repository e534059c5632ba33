// A device of an account whose certificate has been renewed since it started: it goes on laying its archive keys by, with the new one.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { prepareAccount, register } from "../../src/client/account.ts";
import { writeContents } from "../../src/client/account-contents.ts";
import { ACCOUNT_SETTING, writeKept } from "../../src/client/account-kept.ts";
import { vaultFolder } from "../../src/client/vault/home.ts";
import { openVault } from "../../src/client/vault/sqlite.ts";
import { newAsk } from "../../src/mls/grant.ts";
import { newKeyPair } from "../../src/pki/keys.ts";
import { doorFrom, freshAddress, newRequest, Somebody } from "../kit/accounts.ts";
import { TestClient } from "../kit/client.ts";
import { doorPort, identityOf, invite } from "../kit/door.ts";
import { deviceOf, makeRealm, type TestIdentity, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

const LIFE_MS = 12_000;

interface Account {
  readonly identity: TestIdentity;
  readonly vaultKey: Uint8Array;
}

async function registered(server: TestServer, user: string): Promise<Account> {
  await using somebody = new Somebody(server, user);
  const { code } = await invite(server, { user });
  const world = await somebody.world();
  const contents = writeContents({
    user: somebody.user,
    root: server.realm.authority.root.der,
    host: "127.0.0.1",
    port: server.port,
    door: doorPort(server),
    displayName: undefined,
    archiveKey: await newAsk(),
    archive: new Map(),
  });
  const keys = newKeyPair("ed25519");
  const { password, entropy } = somebody;
  const asked = { password, entropy, contents, code, request: newRequest(keys) };
  const { body, vaultKey } = await prepareAccount(world, asked);
  return { identity: identityOf(keys, [...(await register(doorFrom(server, freshAddress()), body))]), vaultKey };
}

/** A device that keeps the account, as `chat-client register` leaves it. */
function starts(server: TestServer, realm: TestRealm, { identity, vaultKey }: Account): TestClient {
  const home = mkdtempSync(join(tmpdir(), "mutual-home-"));
  const vault = openVault(vaultFolder(home, realm.fingerprint, deviceOf(identity)));
  vault.commit([{ put: "setting", name: ACCOUNT_SETTING, value: writeKept({ vaultKey }) }], { durable: true });
  return new TestClient({ realm, identity, home, port: server.port, door: doorPort(server), world: { vault } });
}

test("keys of a later epoch are laid by after the first certificate has ended", { timeout: 60_000 }, async () => {
  using realm = await makeRealm();
  await using server = await testServer(realm, { doorPort: 0, lifetimeMs: LIFE_MS });
  const account = await registered(server, "alice");
  using alice = starts(server, realm, account);
  await alice.ready();
  const laidBy = (): number =>
    server.lines.filter(
      ({ sentence, fields }) =>
        sentence === "door" &&
        fields["path"] === "/mutual/v1/vault" &&
        fields["method"] === "POST" &&
        fields["status"] === 200,
    ).length;
  await expect.poll(laidBy, { timeout: 10_000 }).toBeGreaterThan(0);
  const end = account.identity.leaf.notAfter.getTime();
  await new Promise((resolve) => setTimeout(resolve, end + 500 - Date.now()));
  const before = laidBy();
  await alice.ask({ do: "create", name: "later", join: "invite", listed: false, history: "all" });
  await expect.poll(laidBy, { timeout: 15_000 }).toBeGreaterThan(before);
  expect(alice.notes.filter((note) => note.includes("could not be laid by"))).toEqual([]);
});
