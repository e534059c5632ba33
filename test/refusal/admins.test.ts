// What an admin of the realm may do from their client, and what only an owner may: nobody becomes more than they are by way of an admin.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { codeOf, come, type Fields, overWire } from "../kit/acts.ts";
import { administer } from "../kit/door.ts";
import type { RawClient } from "../kit/raw-client.ts";
import { makeRealm, type TestRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
let admin: RawClient;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice", "bob"] });
});
/** Olga owns it, Adam and Anna are admins, Bob is a member. */
beforeEach(async () => {
  server = await testServer(realm, { doorPort: 0 });
  for (const user of ["olga", "anna", "bob"]) (await come(server, user)).close();
  admin = await come(server, "adam");
  await administer(server, { do: "role", user: "olga", role: "owner" });
  for (const user of ["adam", "anna"]) await administer(server, { do: "role", user, role: "admin" });
  return () => server[Symbol.asyncDispose]();
});
afterAll(() => realm.remove());

const MAY: readonly Fields[] = [
  { do: "users" },
  { do: "user", user: "olga" },
  { do: "devices" },
  { do: "conversations" },
  { do: "invitations" },
  { do: "stats" },
  { do: "info" },
  { do: "motd", text: "tea at four" },
  { do: "rename", user: "bob", name: "Robert" },
  { do: "revoke", target: "bob" },
  { do: "disable", user: "bob" },
  { do: "enable", user: "bob" },
  { do: "invite" },
  { do: "invite", user: "carol", role: "member", uses: 2 },
  { do: "invite", user: "bob" },
];

const MAY_NOT: readonly Fields[] = [
  { do: "role", user: "adam", role: "owner" },
  { do: "role", user: "bob", role: "admin" },
  { do: "limits" },
  { do: "maintenance" },
  { do: "backup", file: "mine" },
  { do: "examine" },
  { do: "registration", who: "open" },
  { do: "openpgp" },
  ...["olga", "anna", "adam"].flatMap((user) => [
    { do: "rename", user, name: "Somebody" },
    { do: "disable", user },
    { do: "enable", user },
    { do: "revoke", target: user },
    { do: "invite", user },
  ]),
  { do: "invite", user: "carol", role: "owner" },
  { do: "invite", role: "admin" },
  { do: "invite", email: "olga@example.org" },
  { do: "invite", user: "carol", openpgp: "0123456789ABCDEF0123456789ABCDEF01234567" },
];

async function refused(wishes: readonly Fields[]): Promise<readonly (readonly [Fields, unknown])[]> {
  const codes: [Fields, unknown][] = [];
  for (const given of wishes) codes.push([given, codeOf(await overWire(admin, given))]);
  return codes;
}

test("looks at everything, and after members", async () => {
  expect(await refused(MAY)).toEqual(MAY.map((given) => [given, undefined]));
});

test("does nothing to the realm as a whole, nor to who is more than a member", async () => {
  expect(await refused(MAY_NOT)).toEqual(MAY_NOT.map((given) => [given, "not-an-owner"]));
});

test("a device of an owner is out of reach by its digits, too", async () => {
  const { devices } = await administer(server, { do: "user", user: "olga" });
  const [{ device } = { device: "" }] = devices as readonly { readonly device: string }[];
  expect(device).toMatch(/^[0-9a-f]{32}$/);
  expect(codeOf(await overWire(admin, { do: "revoke", target: device.slice(0, 8) }))).toBe("not-an-owner");
});

test("withdraws what was made for members, and nothing else", async () => {
  const invited = async (given: Fields): Promise<unknown> =>
    (await administer(server, { do: "invite", ...given }))["id"];
  const [free, owner, ofOlga] = [await invited({}), await invited({ role: "owner" }), await invited({ user: "olga" })];
  const withdrawn = [];
  for (const id of [free, owner, ofOlga, "deadbeef"])
    withdrawn.push(codeOf(await overWire(admin, { do: "withdraw", id })));
  expect(withdrawn).toEqual([undefined, "not-an-owner", "not-an-owner", "no-such-invitation"]);
});

test("a line made for a member is good for nothing once they are more than that", async () => {
  const open = async (): Promise<readonly string[]> => {
    const { invitations } = await administer(server, { do: "invitations" });
    return (invitations as readonly { readonly user?: string }[]).map(({ user = "" }) => user);
  };
  for (const user of ["bob", "carol"]) await overWire(admin, { do: "invite", user });
  expect((await open()).toSorted()).toEqual(["bob", "carol"]);
  await administer(server, { do: "role", user: "bob", role: "owner" });
  expect(await open()).toEqual(["carol"]);
});

test("is asked anew each time, and others are told who may", async () => {
  await administer(server, { do: "role", user: "adam", role: "member" });
  expect(codeOf(await overWire(admin, { do: "users" }))).toBe("not-an-owner");
  await administer(server, { do: "role", user: "adam", role: "admin" });
  await administer(server, { do: "disable", user: "adam" });
  const again = await come(server, "bob");
  expect(codeOf(await overWire(again, { do: "users" }))).toBe("not-an-owner");
});
