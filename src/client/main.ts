// The whole client as a value: a program or a test starts it, asks it, stops it. No argv, no terminal, no signals.
import type { ClientFiles } from "../pki/load.ts";
import { App } from "./app/app.ts";
import { openSeal, type Seal } from "./app/seal.ts";
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
  readonly seal?: Seal;
}

/** Opens the vault, if it is not open yet, and starts to connect. Throws Fault `vault-*`. */
export function startClient(config: ClientConfig, world: ClientWorld): Client {
  const { files, host, port, agent } = config;
  const { peer, realm, certificatePem, keyPem, leaf } = files;
  const vault = world.vault ?? openVault(vaultFolder(config.home, realm.fingerprint, peer.device));
  const link = world.link ?? tlsLink({ host, port, realm, certificatePem, keyPem, leaf, clock: world.clock });
  const { clock, random, defer, note, face } = world;
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
    seal: world.seal ?? openSeal,
    chance: () => chanceOf(random),
    server: serverName(host, port),
  });
  app.start();
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
    stop() {
      app.stop();
      vault.close();
    },
  };
}

function chanceOf(random: ClientWorld["random"]): number {
  const [a = 0, b = 0] = random(2);
  return (a * 256 + b) / 65_536;
}
