// The whole client as a value: a program or a test starts it, asks it, stops it. No argv, no terminal, no signals.
import type { Fault } from "../model/fault.ts";
import type { ClientFiles } from "../pki/load.ts";
import { EndingClock } from "./ending-clock.ts";
import { AccountDoor } from "./account-door.ts";
import { AccountKeeper } from "./account-keeper.ts";
import { ACCOUNT_SETTING } from "./account-kept.ts";
import { App } from "./app/app.ts";
import type { Groups } from "../mls/groups.ts";
import { GroupsThread } from "../mls/thread/groups-thread.ts";
import { spawnGroups } from "../mls/thread/spawn.ts";
import { threadData } from "../mls/thread/thread-data.ts";
import type { FileDisk } from "./files/contract.ts";
import { localDisk } from "./files/disk/local.ts";
import { tlsLink } from "./link/dial.ts";
import { serverName } from "./link/server-name.ts";
import type { DoorPlace } from "./link/door.ts";
import { askCertificate } from "./link/enrolling.ts";
import { FilesIdentity } from "./own-identity.ts";
import type { Client } from "./port/client.ts";
import type { Clock } from "./port/clock.ts";
import type { Face } from "./port/face.ts";
import type { Link } from "./port/link.ts";
import type { Note } from "./port/note.ts";
import type { Vault } from "./port/vault.ts";
import { vaultFolder } from "./vault/home.ts";
import { openVault } from "./vault/sqlite.ts";

export interface ClientConfig {
  readonly host: string;
  readonly port: number;
  readonly files: ClientFiles;
  /** Where vaults live; this device has its own folder in it. */
  readonly home: string;
  /** Program and version, for the server's log. */
  readonly agent: string;
  /** The port of the enrolment door, where it is known: archive keys are laid by there. */
  readonly door?: number | undefined;
}

export interface ClientWorld {
  readonly clock: Clock;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  /** Runs after everything that is ready now. */
  readonly defer: (run: () => void) => void;
  readonly note: Note;
  readonly face: Face;
  /** Opened before, where something is to be shown between; the client closes it. */
  readonly vault?: Vault;
  /** Another way to the server than TLS, for tests. */
  readonly link?: Link;
  /** Groups in another place than a thread of their own, for tests. */
  readonly groups?: Groups;
  /** Other files than those of this machine, for tests. */
  readonly disk?: FileDisk;
}

/** Opens the vault, if it is not open yet, and starts to connect. Throws Fault `vault-*`. */
export function startClient(config: ClientConfig, world: ClientWorld): Client {
  const { files, host, port, agent } = config;
  const { peer, realm } = files;
  const clock = new EndingClock(world.clock);
  const identity = new FilesIdentity(files, clock);
  const vault = world.vault ?? openVault(vaultFolder(config.home, realm.fingerprint, peer.device));
  const door = doorOf(config, identity, clock);
  const link = world.link ?? tlsLink({ host, port, realm, clock, identity: () => identity.files });
  const { random, defer, note, face } = world;
  const failed = Promise.withResolvers<Fault>();
  const { groups, end } = groupsOf(files, world.groups, failed.resolve);
  const app = new App({
    peer,
    realm,
    identity,
    link,
    byDoor: door && ((request) => askCertificate(door, { operation: "simplereenroll", request })),
    vault,
    face,
    clock,
    random,
    defer,
    agent,
    note,
    groups,
    disk: world.disk ?? localDisk,
    chance: () => chanceOf(random),
    server: serverName(host, port),
  });
  void failed.promise.then((fault) => app.fail(fault));
  app.start();
  const stopKeeping = keepAccount(files, { door, app, groups, vault, clock, note });
  return asClient(app, () => {
    stopKeeping();
    clock.end();
    end();
    vault.close();
  });
}

function asClient(app: App, end: () => void): Client {
  return {
    ask: (command) => app.ask(command),
    ended: app.ended,
    rest: (orAway) => app.rest(orAway),
    get isConnected() {
      return app.isConnected;
    },
    get waiting() {
      return app.waiting;
    },
    get fileBytes() {
      return app.fileBytes;
    },
    get isHanding() {
      return app.isHanding;
    },
    leave: () => app.leave(),
    stop() {
      app.stop();
      end();
    },
  };
}

/** With the certificate that this device has at that time. */
function doorOf(config: ClientConfig, identity: FilesIdentity, clock: Clock): DoorPlace | undefined {
  const { host, door: port, files } = config;
  if (port === undefined) return undefined;
  return {
    host,
    port,
    realm: files.realm.fingerprint,
    clock,
    get identity() {
      return identity.files;
    },
  };
}

interface Keeping extends Pick<ClientWorld, "clock" | "note"> {
  readonly app: App;
  readonly groups: Groups;
  readonly vault: Vault;
  readonly door: DoorPlace | undefined;
}

/** Where this device is one of an account with a password. Returns a function that stops it. */
function keepAccount({ peer, realm }: ClientFiles, { app, door, ...world }: Keeping): () => void {
  if (door === undefined || world.vault.setting(ACCOUNT_SETTING) === undefined) return () => undefined;
  const keeper = AccountKeeper.start({
    ...world,
    self: { realm: realm.fingerprint, user: peer.user, device: peer.device },
    door: new AccountDoor(door),
    isConnected: () => app.isConnected,
    laidBy: (log, called) => app.laidBy(log, called),
    aboutOf: (log) => app.aboutOf(log),
  });
  return () => keeper?.stop();
}

interface RunningGroups {
  readonly groups: Groups;
  readonly end: () => void;
}

function groupsOf(files: ClientFiles, instead: Groups | undefined, onFailed: (fault: Fault) => void): RunningGroups {
  if (instead !== undefined) return { groups: instead, end: () => {} };
  const thread = new GroupsThread(spawnGroups(threadData(files)), onFailed);
  return { groups: thread, end: () => void thread.end() };
}

function chanceOf(random: ClientWorld["random"]): number {
  const [a = 0, b = 0] = random(2);
  return (a * 256 + b) / 65_536;
}
