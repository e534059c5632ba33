// The simpler chat, whole: people with certificates that openssl has made, in a room. Two of them are called the same and are told
// apart; nobody takes another's handle; who has a certificate of another CA stays outside.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";
import { EstByCurl } from "../kit/est.ts";
import { CLIENT, ClientProgram, type Json, run, ServerProgram } from "../kit/executables.ts";
import { openssl, sClient } from "../kit/openssl.ts";
import { OpensslRealm } from "../kit/openssl-realm.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { realmLogIn } from "../kit/realm-log.ts";

const LONG_MS = 60_000;
const ROOM = "#plans";
/** The display names of ann, kim and kim.lee. */
const NAMES = { ann: "Ann", kim: "Kim Lee", "kim.lee": "Kim Lee" };
type User = keyof typeof NAMES;
const USERS = Object.keys(NAMES) as readonly User[];

const newDevice = (): string => openssl(["rand", "-hex", "16"]).trim();

/** Where a server is, and the files by which people come to it. */
interface Place {
  readonly port: number;
  readonly ca: string;
  /** With homes in it. */
  readonly folder: string;
  file(user: string, kind: "certificate" | "key"): string;
}

/** Who somebody is: these files and nothing else. */
function filesOf(place: Place, user: string, ca = place.ca): readonly string[] {
  const own = ["--cert", place.file(user, "certificate"), "--key", place.file(user, "key")];
  return ["-ip", "127.0.0.1", "-p", `${place.port}`, ...own, "--ca", ca, "--home", join(place.folder, "homes", user)];
}

async function start(place: Place, user: User): Promise<ClientProgram> {
  const client = ClientProgram.start(filesOf(place, user));
  await client.event(({ event }) => event === "ready", LONG_MS);
  return client;
}

async function comesToTheRoom(client: ClientProgram): Promise<void> {
  await client.event(({ change, conversation }) => change === "listed" && conversation === ROOM, LONG_MS);
  await client.done({ do: "join", to: ROOM }, LONG_MS);
}

const sayings = (round: string): ReadonlyMap<User, string> =>
  new Map(USERS.map((user) => [user, `${round}, says ${user}`]));

/** All three in the room: everybody says something, and everybody else reads it as theirs. */
async function talk(clients: ReadonlyMap<User, ClientProgram>, round: string): Promise<void> {
  for (const [user, text] of sayings(round)) await clients.get(user)?.says(text, ROOM);
  for (const client of clients.values())
    for (const [user, text] of sayings(round))
      expect(await client.hears(text, LONG_MS)).toMatchObject({
        conversation: ROOM,
        from: { user, name: NAMES[user], verified: true },
        mine: client === clients.get(user),
      });
}

interface RunningPlace extends Place, AsyncDisposable {
  /** The server's log line with this code. */
  logged(code: string): Promise<Json>;
}

/** Keys and requests by openssl; the certificates come from the realm's door, by curl (RFC 7030). */
async function byEst(): Promise<RunningPlace & { readonly realm: OwnRealm; readonly byCurl: EstByCurl }> {
  const realm = await OwnRealm.init();
  await realm.start();
  const byCurl = new EstByCurl(realm);
  for (const user of USERS) {
    byCurl.newKey(user);
    const line = user === "ann" ? realm.line : await realm.invite(user);
    byCurl.enrolled(user, line, "-subj", `/CN=${NAMES[user]}`);
  }
  return {
    port: realm.port,
    ca: byCurl.ca,
    folder: realm.folder,
    file: (user, kind) => realm.file(`${user}.${kind === "key" ? "key" : "crt"}`),
    logged: (code) => realm.server.logged(code),
    realm,
    byCurl,
    [Symbol.asyncDispose]: () => realm[Symbol.asyncDispose](),
  };
}

/** Root, issuing CA, server and everybody's certificate by openssl: no program of ours signs anything. */
async function byOpenssl(): Promise<RunningPlace> {
  const folder = mkdtempSync(join(tmpdir(), "mutual-simpler-"));
  const realm = opensslRealm(join(folder, "certs"), USERS);
  const server = await ServerProgram.start(["--certs", realm.dir, "--data", join(folder, "data")]);
  return {
    port: server.port,
    ca: realm.file("ca.crt"),
    folder,
    file: filesIn(realm),
    logged: (code) => server.logged(code),
    async [Symbol.asyncDispose]() {
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function filesIn(realm: OpensslRealm): Place["file"] {
  return (user, kind) => realm.file(`${user}.${kind === "key" ? "key" : "pem"}`);
}

function opensslRealm(dir: string, users: readonly User[]): OpensslRealm {
  mkdirSync(dir);
  const realm = OpensslRealm.make(dir);
  for (const user of users) {
    realm.device({ user, device: newDevice(), name: NAMES[user], email: `${user}@example.org` });
  }
  return realm;
}

describe.each([
  ["that the door of the realm gives to curl", byEst],
  ["of a realm that openssl has made whole", byOpenssl],
])("with certificates %s", (_what, make) => {
  let place: RunningPlace;
  const clients = new Map<User, ClientProgram>();
  const clientOf = (user: User): ClientProgram => {
    const client = clients.get(user);
    if (client === undefined) throw new Error(`${user} is not here`);
    return client;
  };

  beforeAll(async () => {
    place = await make();
    for (const user of USERS) clients.set(user, await start(place, user));
    await clientOf("ann").done({ do: "create", name: ROOM, join: "open", listed: true });
    for (const user of ["kim", "kim.lee"] as const) await comesToTheRoom(clientOf(user));
  }, 180_000);
  afterAll(async () => {
    for (const client of clients.values()) await client.end();
    await place[Symbol.asyncDispose]();
  }, LONG_MS);

  it("people come to a room and talk, and everybody knows who it was", async () => {
    const rounds = ["at first", "once more"];
    for (const round of rounds) await talk(clients, round);
    const all = rounds.flatMap((round) => [...sayings(round).values()]);
    for (const client of clients.values()) expect(client.texts()).toEqual(all);
  }, 180_000);

  it("two of one name are told apart: in lists, on the screen, and where one of them is written to", async () => {
    const { members } = await clientOf("ann").done({ do: "members", to: ROOM });
    const seen = (members as readonly Json[]).map(({ user, name }) => [user, name]);
    expect(seen).toEqual(Object.entries(NAMES));
    // Between ann and kim: the other Kim gets what is said to all after it, and not this.
    await clientOf("ann").says("only for you, Kim", "@kim", LONG_MS);
    await clientOf("ann").says("and this is for all", ROOM);
    await clientOf("kim").hears("only for you, Kim", LONG_MS);
    await clientOf("kim.lee").hears("and this is for all", LONG_MS);
    expect(clientOf("kim.lee").texts()).not.toContain("only for you, Kim");
    // As a person reads it.
    await clientOf("ann").end();
    await clientOf("kim").says("it was me", ROOM);
    await clientOf("kim.lee").says("no, me", ROOM);
    const screen = await run(CLIENT, filesOf(place, "ann"));
    expect(screen).toMatchObject({ code: 0, stderr: "" });
    expect(screen.stdout).toMatch(/Kim Lee \(@kim\): it was me$/m);
    expect(screen.stdout).toMatch(/Kim Lee \(@kim\.lee\): no, me$/m);
    clients.set("ann", await start(place, "ann"));
  }, 180_000);

  it("who has a certificate of another CA is refused, though it says the same", async () => {
    const other = opensslRealm(join(place.folder, "other"), ["kim"]);
    const theirs: Place = { ...place, folder: other.dir, file: filesIn(other) };
    const own = ["-cert", theirs.file("kim", "certificate"), "-key", theirs.file("kim", "key")];
    // The server refuses it, and says no more than that.
    const shown = sClient(place, [...own, "-cert_chain", other.file("issuing.crt")]);
    expect(shown).toContain("Verify return code: 0 (ok)");
    expect(shown).toContain("certificate-untrusted");
    expect(shown).not.toContain("frame-too-large");
    expect(await place.logged("certificate-untrusted")).toMatchObject({ msg: "refused" });
    // The client refuses it before that; and with the other root, it refuses the server.
    const refused = { code: 3, stderr: expect.stringMatching(/^error: .*CA.*\nhint: /) as string };
    expect(await run(CLIENT, ["--json", ...filesOf(theirs, "kim")])).toMatchObject({ ...refused, stdout: "" });
    const astray = await run(CLIENT, ["--json", ...filesOf(theirs, "kim", other.file("ca.crt"))]);
    expect(astray).toMatchObject({ ...refused, stdout: expect.stringContaining("server-untrusted") as string });
    expect(astray.stdout).not.toContain("connected");
    // The others have heard nothing, and go on.
    const { devices } = await clientOf("ann").done({ do: "devices", user: "kim" });
    expect(devices).toHaveLength(1);
    await talk(clients, "among ourselves");
  }, 120_000);
});

it("nobody takes the other's handle", async () => {
  await using place = await byEst();
  const { realm, byCurl } = place;
  for (const name of ["plain", "impostor"]) byCurl.newKey(name);
  const names = ["user:kim", `device:${newDevice()}`].map((name) => `URI:urn:mutual-chat:${name}`);
  const asKim = byCurl.body("impostor", "-subj", `/CN=${NAMES.kim}`, "-addext", `subjectAltName=${names.join()}`);
  const asks = (who: readonly string[], body: readonly string[], operation = "simpleenroll") =>
    byCurl.curlStatus(...who, ...body, byCurl.url(operation));
  const by = (user: string, line: string) => ["--user", `${user}:${readInvitationLine(line).code}`];
  const refused = (sentence: string) => ({
    status: "400",
    body: expect.stringContaining(`error: ${sentence}\n`) as string,
  });
  // By an invitation for nobody in particular: asked for by name, or by a request that says it.
  const taken = refused("somebody of this realm is called @kim already");
  expect(asks(by("kim", await realm.invite()), byCurl.body("plain"))).toEqual(taken);
  expect(asks(by("", await realm.invite()), asKim)).toEqual(taken);
  // By what the other Kim has: an invitation of their own, a certificate of their own.
  const invited = by("kim.lee", await realm.invite("kim.lee"));
  expect(asks(invited, asKim)).toEqual(refused("the invitation is for kim.lee, the request for kim"));
  const own = ["--cert", place.file("kim.lee", "certificate"), "--key", place.file("kim.lee", "key")];
  expect(asks(own, asKim, "simplereenroll")).toEqual(refused("a renewal is for the same user and device"));
  // Nobody has one more than in the beginning.
  await realm.stop();
  const issued = (await realmLogIn(realm.data)).filter((entry) => entry.kind === "issued");
  expect(issued.map(({ user }) => user)).toEqual(USERS);
});
