// The whole client as a value: a program or a test starts it, asks it, stops it. No argv, no terminal, no signals.
import type { Fault } from "../model/fault.ts";
import type { ClientFiles } from "../pki/load.ts";
import { App } from "./app/app.ts";
import type { Groups } from "../mls/groups.ts";
import { GroupsThread } from "../mls/thread/groups-thread.ts";
import { spawnGroups } from "../mls/thread/spawn.ts";
import { threadData } from "../mls/thread/thread-data.ts";
import type { FileDisk } from "./files/contract.ts";
import { localDisk } from "./files/disk/local.ts";
import { serverName, tlsLink } from "./link/dial.ts";
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
  const { peer, realm, certificatePem, keyPem, leaf } = files;
  const vault = world.vault ?? openVault(vaultFolder(config.home, realm.fingerprint, peer.device));
  const link = world.link ?? tlsLink({ host, port, realm, certificatePem, keyPem, leaf, clock: world.clock });
  const { clock, random, defer, note, face } = world;
  const failed = Promise.withResolvers<Fault>();
  const { groups, end } = groupsOf(files, world.groups, failed.resolve);
  const app = new App({
    peer,
    realm,
    link,
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
  return asClient(app, () => {
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
    leave: () => app.leave(),
    stop() {
      app.stop();
      end();
    },
  };
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
