// The realm's own OpenPGP key: a file in the realm's folder, behind the passphrase of the CA's keys where they have one. Made when an
// owner says under which address.
import { join } from "node:path";
import type { X509Certificate } from "node:crypto";
import { about, readIfThere, writeAll } from "../pki/files.ts";
import { readCertificate } from "../pki/certificate.ts";
import { armorOf, generateServerKey, openSecretKey, type SecretKey } from "../pgp/keys.ts";
import { publish } from "../pgp/publish.ts";
import { parseSource, serverOf } from "../pgp/source.ts";
import type { RealmKey, RealmKeyKeeper } from "./port/openpgp.ts";

export interface RealmKeyWorld {
  /** Of the realm. */
  readonly folder: string;
  readonly passphrase: string | undefined;
  readonly root: X509Certificate;
}

interface Opened {
  readonly secret: SecretKey;
  readonly shown: RealmKey;
}

const FILE = "openpgp.key";
/** As `init` and `make certs` call the root. */
const ROOT_WORDS = / root CA$/;
const NAME_CHARS = 100;

export class RealmKeyFile implements RealmKeyKeeper {
  readonly #world: RealmKeyWorld;
  #opened: Promise<Opened | undefined> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: RealmKeyWorld) {
    this.#world = world;
  }

  async key(): Promise<RealmKey | undefined> {
    return (await this.#open())?.shown;
  }

  /** With its secret half, for the challenge. */
  async secret(): Promise<SecretKey | undefined> {
    return (await this.#open())?.secret;
  }

  keyFor(email: string): Promise<RealmKey> {
    const made = this.#turn.then(() => this.#keyFor(email));
    this.#turn = made.catch(() => undefined);
    return made;
  }

  async publish({ armored }: RealmKey, server: string): Promise<void> {
    await publish(serverOf(server), armored);
  }

  checkSource(source: string): void {
    parseSource(source);
  }

  async #keyFor(email: string): Promise<RealmKey> {
    const known = await this.#open();
    if (known?.shown.email === email) return known.shown;
    const { passphrase, root } = this.#world;
    const wish = { name: nameOf(root), email };
    const content = await generateServerKey(passphrase === undefined ? wish : { ...wish, passphrase });
    // What was signed with the old one may still be looked at by somebody.
    if (known !== undefined) await this.#keepOld(known.shown);
    await writeAll([{ path: this.#path(FILE), content, secret: true }]);
    this.#opened = undefined;
    const made = await this.#open();
    if (made === undefined) throw new Error(`${FILE} is gone`);
    return made.shown;
  }

  async #keepOld({ fingerprint }: RealmKey): Promise<void> {
    const content = await readIfThere(this.#path(FILE));
    if (content !== undefined)
      await writeAll([{ path: this.#path(`openpgp-${fingerprint.toLowerCase()}.key`), content, secret: true }]);
  }

  #open(): Promise<Opened | undefined> {
    this.#opened ??= this.#read().then(
      (read) => {
        // Another process may make it: chat-server openpgp while no server runs.
        if (read === undefined) this.#opened = undefined;
        return read;
      },
      (error: unknown) => {
        this.#opened = undefined;
        throw error;
      },
    );
    return this.#opened;
  }

  async #read(): Promise<Opened | undefined> {
    const path = this.#path(FILE);
    const bytes = await readIfThere(path);
    if (bytes === undefined) return undefined;
    return about(path, async () => {
      const secret = await openSecretKey(bytes, this.#world.passphrase);
      const { fingerprint, userIds } = secret.key;
      const email = userIds.find((id) => id.email !== undefined)?.email?.toLowerCase() ?? "";
      return { secret, shown: { fingerprint, email, armored: await armorOf(secret.key) } };
    });
  }

  #path(name: string): string {
    return join(this.#world.folder, name);
  }
}

/** What the realm is called, without what a user id may not have in it (RFC 2822 §3.4). */
function nameOf(root: X509Certificate): string {
  const [name = ""] = readCertificate(root.raw).commonNames;
  const plain = name
    .replace(ROOT_WORDS, "")
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, " ")
    .trim();
  return plain === "" ? "chat" : plain.slice(0, NAME_CHARS);
}
