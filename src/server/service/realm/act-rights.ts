// What an admin of the realm may do of what an owner may: look at everything, and look after its members. Nothing here makes somebody
// more than a member, or an admin somebody else than they are: whoever is invited for a name becomes a device of that user.
import { Fault } from "../../../model/fault.ts";
import type { Handle } from "../../../model/ids.ts";
import type { ActWorld } from "./act-world.ts";
import type { Wish } from "./wish.ts";

type World = Pick<ActWorld, "realm" | "revoking" | "now">;
type Check = (world: World, wish: Wish) => Promise<void>;

const TEXT = 64;

const anything: Check = () => Promise.resolve();

const member: Check = async (world, wish) => checkMembers(world, [wish.text("user", TEXT)]);

const CHECKS: Readonly<Record<string, Check>> = {
  users: anything,
  user: anything,
  devices: anything,
  conversations: anything,
  invitations: anything,
  stats: anything,
  info: anything,
  motd: anything,
  rename: member,
  disable: member,
  enable: member,
  // An address or a key may be an owner's.
  invite: async (world, wish) => {
    if ((wish.maybeText("role", TEXT) ?? "member") !== "member") throw tooMuch("invites members");
    for (const name of ["email", "openpgp"])
      if (wish.maybeText(name, 254) !== undefined) throw tooMuch("invites by name");
    const user = wish.maybeText("user", TEXT);
    if (user !== undefined) await checkMembers(world, [user]);
  },
  withdraw: async ({ realm, now }, wish) => {
    const id = wish.text("id", TEXT);
    const found = (await realm.invitations(now())).find((record) => record.id === id);
    if (found === undefined) return;
    if (found.role !== "member") throw tooMuch("withdraws invitations of members");
    if (found.user !== undefined) await checkMembers({ realm }, [found.user]);
  },
  revoke: async (world, wish) => {
    const found = await world.revoking.target(wish.text("target", TEXT));
    await checkMembers(
      world,
      found.map(({ user }) => user),
    );
  },
};

/** @throws Fault `not-an-owner`, and what the fields of the act are refused for */
export async function checkAdminMay(world: World, name: string, wish: Wish): Promise<void> {
  const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
  if (check === undefined) throw notAnOwner("only an owner of the realm may do this");
  await check(world, wish);
}

async function checkMembers({ realm }: Pick<World, "realm">, users: readonly string[]): Promise<void> {
  for (const user of new Set(users)) {
    const account = await realm.account(user as Handle);
    if (account !== undefined && account.role !== "member") throw tooMuch("looks after members");
  }
}

function tooMuch(does: string): Fault {
  return notAnOwner(`an admin ${does}: this is for an owner of the realm`);
}

export function notAnOwner(sentence: string): Fault {
  return new Fault("not-an-owner", sentence, {
    hint: "ask an owner of the realm; on the server: chat-server role USER owner",
  });
}
