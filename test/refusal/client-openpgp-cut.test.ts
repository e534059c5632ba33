// A connection that breaks when the server has just said yes: the same line again, and the same device is in. Nothing is used up in vain.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CLIENT_COMMANDS } from "../../src/bin/client-flags.ts";
import { join as joinRealm, type JoinWorld } from "../../src/bin/client-join.ts";
import { defaultOf } from "../../src/bin/flags.ts";
import { readRealmLine, writeInvitationLine, writeRealmLine } from "../../src/wire/invitation-line.ts";
import { doorPort, invite, logged } from "../kit/door.ts";
import { entriesOf, setOpenpgp } from "../kit/pgp/applicant.ts";
import { KeyServer } from "../kit/pgp/key-server.ts";
import { goodKey } from "../kit/pgp/keys.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let keys: KeyServer;
let relay: Server;
let folder: string;
/** The relay breaks when the server has let so many in. */
let cutAt = Number.POSITIVE_INFINITY;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  keys = await KeyServer.start();
  server = await testServer(realm, { doorPort: 0 });
  await setOpenpgp(server, { email: "chat@example.org", allow: "example.org", servers: keys.hkp });
  folder = mkdtempSync(join(tmpdir(), "mutual-cut-"));
  relay = createServer(relayed).listen(0, "127.0.0.1");
  await once(relay, "listening");
});
afterAll(async () => {
  relay.close();
  await server[Symbol.asyncDispose]();
  await keys[Symbol.asyncDispose]();
  realm.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cutAt = Number.POSITIVE_INFINITY;
});

const cameIn = (): number => logged(server, "openpgp: came in").length;

function relayed(client: Socket): void {
  const door = connect(doorPort(server), "127.0.0.1");
  for (const socket of [client, door]) socket.on("error", () => undefined);
  client.on("data", (chunk) => door.write(chunk));
  client.on("close", () => door.destroy());
  door.on("close", () => client.destroy());
  door.on("data", (chunk) => {
    if (cameIn() >= cutAt) client.destroy();
    else client.write(chunk);
  });
}

/** By the relay. */
function through(line: string): string {
  const { code, ...where } = readRealmLine(line);
  const moved = { ...where, port: (relay.address() as AddressInfo).port };
  return code === undefined ? writeRealmLine(moved) : writeInvitationLine({ ...moved, code });
}

async function joins(line: string, name: string): ReturnType<typeof joinRealm> {
  const usual = Object.entries(CLIENT_COMMANDS.join.flags).map(([flag, meaning]) => [flag, defaultOf(meaning)]);
  const own = { pgp: `${name}@example.org`, "pgp-key": join(folder, `${name}.asc`), "trust-line": true };
  const values = { ...Object.fromEntries(usual), ...own, home: join(folder, name) } as JoinWorld["values"];
  const platform = { platform: "linux", env: {}, homedir: folder } as const;
  return joinRealm(through(line), { values, platform, person: undefined, input: Readable.from([]), say: () => {} });
}

test.each([
  ["an invitation that is used up by then", "ina", true],
  ["nothing but the allowance", "olo", false],
])("with %s", async (_, name, isInvited) => {
  const email = `${name}@example.org`;
  const key = await goodKey(email);
  await keys.add(key.shown);
  writeFileSync(join(folder, `${name}.asc`), key.secret);
  const { code: _code, ...where } = await invite(server, { email: "somebody@example.net" });
  const line = isInvited ? writeInvitationLine(await invite(server, { email })) : writeRealmLine(where);
  cutAt = cameIn() + 1;
  await expect(joins(line, name)).rejects.toThrow(/broke off/);
  expect(cameIn()).toBe(cutAt);
  cutAt = Number.POSITIVE_INFINITY;
  const profile = await joins(line, name);
  expect(profile.user).toBe(name);
  const issued = (await entriesOf(server)).filter((entry) => entry.kind === "issued" && entry.user === name);
  expect(issued).toMatchObject([{ device: profile.device, how: "openpgp", pgp: key.fingerprint, email }]);
});
