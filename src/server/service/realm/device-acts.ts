// The administrator's acts about devices and conversations: what is there, how old, how large. Nothing of what anybody said.
import { Fault } from "../../../model/fault.ts";
import { type DeviceId, type Handle, isHandle, isLogId } from "../../../model/ids.ts";
import type { CertificateRecord } from "../../port/realm-store.ts";
import type { Act, ActWorld } from "./act-world.ts";
import { pageIn } from "./pages.ts";

type World = Pick<ActWorld, "realm" | "connected" | "now">;

/** Of all users: more devices no realm of this kind has. */
const CERTIFICATES = 20_000;
const TEXT = 64;

export interface DeviceRow {
  readonly user: Handle;
  readonly device: DeviceId;
  /** Of its first certificate and of its newest one, in milliseconds. */
  readonly since: number;
  readonly until: number;
  /** How it came to its newest certificate: see docs/administration.md. */
  readonly how: string;
  readonly serial: string;
  readonly connected: boolean;
  /** No certificate of it is good any more, since then. */
  readonly revoked?: number;
}

/** By user and device; of one user, or of all. */
export const listDevices: Act = async (world, _by, wish) => {
  const user = wish.maybeText("user", TEXT);
  if (user !== undefined && !isHandle(user)) throw new Fault("bad-field", '"user" is not a name of a user');
  const { after, count } = pageIn(wish);
  const rows = (await devicesOf(world, user)).filter((row) => placeOf(row) > after);
  return { devices: rows.slice(0, count), more: rows.length > count };
};

export async function devicesOf({ realm, connected }: World, user: Handle | undefined): Promise<readonly DeviceRow[]> {
  // Newest first.
  const certificates = await realm.certificates(user === undefined ? {} : { user }, CERTIFICATES);
  const ways = await realm.ways(user);
  const here = connected();
  const rows = [...Map.groupBy(certificates, ({ device }) => device).values()].flatMap((all) => rowOf(all, ways, here));
  return rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

function rowOf(
  all: readonly CertificateRecord[],
  ways: ReadonlyMap<string, string>,
  here: ReadonlySet<DeviceId>,
): readonly DeviceRow[] {
  const [newest] = all;
  if (newest === undefined) return [];
  const { user, device, serial, expiresAt, revokedAt } = newest;
  return [
    {
      user,
      device,
      since: Math.min(...all.map(({ issuedAt }) => issuedAt)),
      until: expiresAt,
      how: ways.get(serial) ?? "outside",
      serial,
      connected: here.has(device),
      ...(revokedAt === undefined ? {} : { revoked: revokedAt }),
    },
  ];
}

/** What `after` of the next page is. */
function placeOf({ user, device }: DeviceRow): string {
  return `${user}/${device}`;
}

export const listConversations: Act = async ({ store }, _by, wish) => {
  const { after, count } = pageIn(wish);
  if (after !== "" && !isLogId(after)) throw new Fault("bad-field", '"after" is not the id of a conversation');
  const found = await store.conversations(isLogId(after) ? after : undefined, count + 1);
  // What is undefined is not there in JSON.
  const conversations = found.slice(0, count).map(({ log, kind, members, entries, bytes, epoch, closed, newestAt }) => {
    return { conversation: log, kind, members, entries, bytes, epoch, closed, newestAt };
  });
  return { conversations, more: found.length > count };
};
