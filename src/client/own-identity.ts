// This device's identity in a running client: of files or of the vault, replaced when it is renewed.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { filesOf, type KeptIdentity } from "../pki/kept-identity.ts";
import { newKeyPair, plainKeyPem } from "../pki/keys.ts";
import type { ClientFiles } from "../pki/load.ts";
import type { AdoptedIdentity, AskedIdentity, OwnIdentity } from "./port/identity.ts";
import type { Clock } from "./port/clock.ts";

export class FilesIdentity implements OwnIdentity {
  readonly #clock: Clock;
  #files: ClientFiles;

  constructor(files: ClientFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  /** For the next connection. */
  get files(): ClientFiles {
    return this.#files;
  }

  get fingerprint(): ClientFiles["peer"]["fingerprint"] {
    return this.#files.peer.fingerprint;
  }

  get notBefore(): Date {
    return this.#files.peer.notBefore;
  }

  get notAfter(): Date {
    return this.#files.peer.notAfter;
  }

  kept(): KeptIdentity {
    const { peer, realm, keyPem, since, former } = this.#files;
    const crls = [...realm.crls.values()].map(({ der }) => der);
    return { keyPem, certificates: peer.certificates, root: realm.root.raw, crls, since, former };
  }

  async ask(keyPem = plainKeyPem(newKeyPair("ed25519").privateKey)): Promise<AskedIdentity> {
    // Building a request loads what nothing else here needs.
    const { makeRequest } = await import("../pki/request.ts");
    const privateKey = createPrivateKey(keyPem);
    const keys = { privateKey, publicKey: createPublicKey(keyPem) };
    return { keyPem, request: makeRequest({ subject: [], altNames: [] }, keys) };
  }

  adopt(kept: KeptIdentity): AdoptedIdentity {
    const files = filesOf(kept, { now: new Date(this.#clock.now()) });
    this.#files = files;
    const key = createPrivateKey(files.keyPem);
    return {
      fingerprint: files.peer.fingerprint,
      certificates: files.peer.certificates,
      signKey: new Uint8Array(key.export({ format: "raw-private" })),
      publicKey: new Uint8Array(createPublicKey(files.keyPem).export({ format: "raw-public" })),
    };
  }
}
