// The administrator's acts about people: who is there, what they are called, what they may do in the realm, and whether they come in.
import { Fault } from "../../../model/fault.ts";
import { type Handle, isHandle } from "../../../model/ids.ts";
import { isRealmRole } from "../../../model/realm-role.ts";
import { isDisplayName } from "../../../pki/alt-name.ts";
import type { ActEntry } from "../../../transparency/entry.ts";
import type { AccountRecord } from "../../port/realm-store.ts";
import type { Act, ActWorld } from "./act-world.ts";
import { devicesOf } from "./device-acts.ts";
import { pageIn } from "./pages.ts";
import type { Wish } from "./wish.ts";

type World = Pick<ActWorld, "realm" | "store" | "realmLog" | "revoking" | "now" | "connected">;

const TEXT = 64;
/** Certificates of one user: more nobody has. */
const CERTIFICATES = 1_000;
const DIRECTORY_PAGE = 200;

/** Everybody with an account or a certificate, in order of their handles. */
export const listUsers: Act = async (world, _by, wish) => {
  const { after, count } = pageIn(wish);
  const [accounts, listed] = [
    await world.realm.accounts(after, count + 1),
    await world.store.users("", after, count + 1),
  ];
  const byHandle = new Map<Handle, AccountRecord>();
  for (const { user, name } of listed) byHandle.set(user, newcomer(user, name, 0));
  for (const account of accounts) byHandle.set(account.user, account);
  const handles = [...byHandle.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const users: object[] = [];
  for (const account of handles.slice(0, count).flatMap((user) => byHandle.get(user) ?? []))
    users.push(await about(world, account));
  return { users, more: handles.length > count };
};

export const showUser: Act = async (world, _by, wish) => {
  const account = await known(world, userIn(wish));
  const stored = await world.realm.blobBytes(account.user);
  return { ...(await about(world, account)), blobBytes: stored, devices: await devicesOf(world, account.user) };
};

/** Certificates say the name: it is theirs with the next one. */
export const renameUser: Act = async (world, by, wish) => {
  const user = userIn(wish);
  const name = wish.text("name", TEXT);
  if (!isDisplayName(name))
    throw new Fault("bad-field", '"name" is not a display name: at most 64 characters, no space at its ends');
  await changeAccount(world, user, (account) => ({
    account: { ...account, name },
    entry: { kind: "act", at: world.now(), by, act: "user.rename", on: user, detail: name },
  }));
  return { user, name, from: "the next certificate" };
};

export const changeRole: Act = async (world, by, wish) => {
  const user = userIn(wish);
  const role = wish.text("role", TEXT);
  // A line that was made for a member, by whoever may invite members, makes nobody a device of somebody who is more.
  const lines = (await world.realm.invitations(world.now())).filter((line) => line.user === user && role !== "member");
  if (!isRealmRole(role))
    throw new Fault("role-unknown", `there is no role ${JSON.stringify(role)}`, { hint: "owner, admin or member" });
  await changeAccount(world, user, async (account) => {
    if (role !== "owner") await checkNotLast(world, account);
    if (account.role === role) return undefined;
    const entry = { kind: "act", at: world.now(), by, act: "user.role", on: user, detail: role } as const;
    return { account: { ...account, role }, entry, withdrawn: lines.map(({ id }) => id) };
  });
  return { user, role };
};

/** No device of theirs comes in any more, now and with any other certificate. */
export const disableUser: Act = async (world, by, wish) => {
  const { revoking, realm, now } = world;
  const user = userIn(wish);
  await changeAccount(world, user, async (account) => {
    await checkNotLast(world, account);
    if (account.disabled) return undefined;
    const entry = { kind: "act", at: now(), by, act: "user.disable", on: user } as const;
    return { account: { ...account, disabled: true }, entry };
  });
  const good = await realm.certificates({ user, goodAt: now() }, CERTIFICATES);
  await revoking.revoke(good, { by, reason: "cessationOfOperation" });
  return { user, disabled: true, revoked: good.map(({ device, serial }) => ({ user, device, serial })) };
};

/** They may be invited again; what was revoked stays so. */
export const enableUser: Act = async (world, by, wish) => {
  const user = userIn(wish);
  await changeAccount(world, user, (account) => {
    if (!account.disabled) return undefined;
    const entry = { kind: "act", at: world.now(), by, act: "user.enable", on: user } as const;
    return { account: { ...account, disabled: false }, entry };
  });
  return { user, disabled: false };
};

type Change =
  | { readonly account: AccountRecord; readonly entry: ActEntry; readonly withdrawn?: readonly string[] }
  | undefined;

/** `think` says what it shall be, by what it is at that moment; undefined: it is so already. */
async function changeAccount(
  world: World,
  user: Handle,
  think: (account: AccountRecord) => Change | Promise<Change>,
): Promise<void> {
  await world.realmLog.write(async () => {
    const change = await think(await known(world, user));
    if (change === undefined) return { entries: [] };
    const { account, entry, withdrawn = [] } = change;
    return { entries: [entry], accounts: [account], withdrawn };
  });
}

/** Who has only certificates of another program has no account before the first act about them. @throws Fault `no-such-user` */
async function known({ realm, store, now }: World, user: Handle): Promise<AccountRecord> {
  const account = await realm.account(user);
  if (account !== undefined) return account;
  const [certified] = await realm.certificates({ user }, 1);
  if (certified === undefined)
    throw new Fault("no-such-user", `there is no user ${user}`, { hint: "`chat-server users` lists them" });
  const listed = (await store.users(user, "", DIRECTORY_PAGE)).find((one) => one.user === user);
  return newcomer(user, listed?.name ?? user, now());
}

function newcomer(user: Handle, name: string, createdAt: number): AccountRecord {
  return { user, name, role: "member", disabled: false, email: undefined, openpgp: undefined, createdAt };
}

/** A realm that nobody owns is one that only its server's machine can mend. */
async function checkNotLast({ realm }: World, { user, role, disabled }: AccountRecord): Promise<void> {
  if (role !== "owner" || disabled || (await realm.owners()) > 1) return;
  throw new Fault("last-owner", `${user} is the last owner of this realm`, {
    hint: "make somebody else an owner first: chat-server role USER owner",
  });
}

async function about({ realm, now }: World, account: AccountRecord): Promise<object> {
  const { user, name, role, disabled, email, openpgp } = account;
  const good = await realm.certificates({ user, goodAt: now() }, CERTIFICATES);
  const until = Math.max(...good.map(({ expiresAt }) => expiresAt));
  return {
    user,
    name,
    role,
    disabled,
    deviceCount: new Set(good.map(({ device }) => device)).size,
    ...(email === undefined ? {} : { email }),
    ...(openpgp === undefined ? {} : { openpgp }),
    ...(good.length === 0 ? {} : { until }),
  };
}

function userIn(wish: Wish): Handle {
  const user = wish.text("user", TEXT);
  if (isHandle(user)) return user;
  throw new Fault("handle-invalid", `${JSON.stringify(user)} is not a valid name`, {
    hint: "use a-z, 0-9, dot, dash and underscore, at most 32, first a letter or digit",
  });
}
