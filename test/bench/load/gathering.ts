// How so many come into one room: a founder without a client of its own adds them, fifty in a commit, and is not needed after it.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DeviceId, Handle, LogId } from "../../../src/model/ids.ts";
import { encodeTerms } from "../../../src/model/terms.ts";
import type { GroupWish } from "../../../src/client/app/plan.ts";
import type { Replies } from "../../../src/client/port/replies.ts";
import type { SuiteName } from "../../../src/mls/suite.ts";
import { newRoomLog } from "../../../src/wire/log-id.ts";
import { CircleDevice } from "../../kit/circle.ts";
import { TestClient, type TestClientWish } from "../../kit/client.ts";
import { roomTerms } from "../../kit/mls.ts";
import { RawClient } from "../../kit/raw-client.ts";
import type { TestIdentity, TestRealm } from "../../kit/realm.ts";
import { Committer } from "./committer.ts";
import { type Identity, identityOf } from "./realm.ts";

/** What a commit has room for. */
const AT_ONCE = 50;
const LOOK_MS = 20;

export interface Gathering {
  /** With a client `admin`, who founds the room. */
  readonly realm: TestRealm;
  /** u0, u1, … */
  readonly identities: readonly Identity[];
  readonly suite: SuiteName;
  readonly port: number;
  /** A folder for their vaults. */
  readonly homes: string;
}

interface Gathered {
  /** u0, an owner. */
  readonly committer: Committer;
  /** The last of them: not in it, and can be added. */
  readonly newcomer: TestClient;
}

/** A room of the founder, who is away then, and of all but the last. They are connected before, u0 and the last one are not. */
export async function gather(gathering: Gathering): Promise<Gathered> {
  const { realm, identities, suite, port } = gathering;
  const log = newRoomLog(randomBytes(16));
  const wishOf = (one: Identity): TestClientWish => {
    return { realm, port, suite, identity: identityOf(one), home: join(gathering.homes, one.device) };
  };
  const [first, last] = [identities.at(0), identities.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nobody is there");
  const committer = new Committer(wishOf(first), log);
  await committer.client.ready();
  const newcomer = new TestClient(wishOf(last));
  await newcomer.ready();
  const users = identities.slice(0, -1).map((_, at) => `u${at}` as Handle);
  await bringIn(await founderOf(gathering), { log, users });
  await knows(committer.client, log, users.length + 1);
  return { committer, newcomer };
}

async function founderOf({ realm, identities, suite, port }: Gathering): Promise<CircleDevice> {
  const people = new Map(identities.map(({ device }, at) => [device as DeviceId, `u${at}` as Handle]));
  const founder = new CircleDevice(await realm.load(), realm.client("admin"), { people, suite });
  const ca = realm.caPem();
  const connect = ({ certPem: cert, keyPem: key }: Partial<TestIdentity> = {}): Promise<RawClient> =>
    RawClient.connect({ host: "127.0.0.1", port, ca, cert, key });
  await founder.connect({ connect });
  return founder;
}

async function bringIn(
  founder: CircleDevice,
  { log, users }: { readonly log: LogId; readonly users: readonly Handle[] },
): Promise<void> {
  await founder.create(log, encodeTerms(roomTerms({ admin: "owner" })));
  const wish = async (one: GroupWish): Promise<void> => {
    const done = founder.circle(log).wish(one);
    // It reads the log only when it is told to, and its own commit is true when it has read it.
    while ((await Promise.race([done.then(() => "done"), sleep(LOOK_MS)])) !== "done") await founder.sync();
  };
  // While there is nobody else to hear of it.
  await wish({ want: "add", users: users.slice(0, 1) });
  await wish({ want: "role", user: "u0" as Handle, role: "owner" });
  for (let at = 1; at < users.length; at += AT_ONCE) await wish({ want: "add", users: users.slice(at, at + AT_ONCE) });
  founder.cut();
}

/** Waits until it sees so many in the room. */
async function knows(client: TestClient, log: LogId, members: number): Promise<void> {
  for (;;) {
    const reply = await client.ask({ do: "conversations" });
    const { conversations } = reply as unknown as Replies["conversations"];
    if (conversations.find(({ id }) => id === log)?.members === members) return;
    await sleep(LOOK_MS);
  }
}
