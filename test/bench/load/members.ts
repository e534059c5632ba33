// A process full of members: real clients with vaults and groups of their own, over real TLS, that only listen. Their groups live in
// this thread: two hundred threads would measure the machine. Started by remote.ts, ordered over IPC.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Groups } from "../../../src/mls/groups.ts";
import { TestClient } from "../../kit/client.ts";
import type { MembersOrder, MembersReport, MembersSetup } from "./member-orders.ts";
import type { Answer } from "./orders.ts";
import { type Identities, identityOf } from "./realm.ts";
import { WatchedFace, withoutLobby } from "./watch.ts";

/** One is claimed. A full stock for everybody takes longer than all that is measured. */
const KEY_PACKAGES = 1;

const setup = JSON.parse(process.argv[2] ?? "") as MembersSetup;
const clients: TestClient[] = [];
const faces: WatchedFace[] = [];

function withFewPackages(groups: Groups): Groups {
  const make = groups.keyPackages.bind(groups);
  const few: typeof make = (suite, count, lastResorts) => make(suite, Math.min(count, KEY_PACKAGES), lastResorts);
  return Object.assign(groups, { keyPackages: few });
}

async function connect(): Promise<MembersReport> {
  const { ca, clients: identities } = JSON.parse(readFileSync(setup.identities, "utf8")) as Identities;
  for (const one of identities.slice(setup.from, setup.to)) {
    const face = new WatchedFace();
    const client = new TestClient({
      realm: { caPem: () => ca },
      identity: identityOf(one),
      port: setup.port,
      home: join(setup.homes, one.device),
      suite: setup.suite,
      hears: withoutLobby,
      bend: withFewPackages,
      face,
    });
    clients.push(client);
    faces.push(face);
    await client.ready();
  }
  return { seen: [], cpuMs: 0 };
}

async function watch(name: string): Promise<MembersReport> {
  const before = process.cpuUsage();
  const seen = await Promise.all(faces.map((face) => face.watch(name)));
  const { user, system } = process.cpuUsage(before);
  const [alarm] = faces.flatMap((face) => face.of("alarm"));
  if (alarm !== undefined) throw new Error(alarm.message);
  return { seen, cpuMs: (user + system) / 1000 };
}

async function leave(keep: number): Promise<MembersReport> {
  for (const { client } of clients.splice(keep)) client.stop();
  faces.splice(keep);
  return { seen: [], cpuMs: 0 };
}

function obey(order: MembersOrder): Promise<MembersReport> {
  if (order.do === "connect") return connect();
  return order.do === "leave" ? leave(order.keep) : watch(order.name);
}

const answer = (value: Answer<MembersReport>): void => void process.send?.(value);
process.on("message", (order: MembersOrder) => {
  obey(order).then(
    (report) => answer({ report }),
    (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on("disconnect", () => process.exit(0));
