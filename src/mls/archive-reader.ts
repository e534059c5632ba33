// Archived copies as one reads them who was not there: each under the key of its day and with the signature of its writer.
import { type KeyObject, X509Certificate } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { hexOf, type LogId } from "../model/ids.ts";
import { openCopy, placeOf } from "./archive.ts";
import type { Archives } from "./archives.ts";
import { publicKeyOf } from "./archivist.ts";
import { credentialOf, rawKeyOf, type Credentials, type LeafPeer } from "./credentials.ts";
import { openEnvelope } from "./envelope.ts";
import type { Archived } from "./groups.ts";

export interface ReaderWorld {
  readonly log: LogId;
  readonly archives: Archives;
  readonly credentials: Credentials;
}

export interface ReadCopy {
  readonly plaintext: Uint8Array;
  readonly from: LeafPeer;
  /** Of the group. */
  readonly epoch: number;
}

interface Writer {
  readonly peer: LeafPeer;
  readonly publicKey: KeyObject;
}

/** For one handful of entries: a few devices write most of them. */
export class ArchiveReader {
  readonly #world: ReaderWorld;
  readonly #writers = new Map<string, Writer>();

  constructor(world: ReaderWorld) {
    this.#world = world;
  }

  /** @throws Fault `no-archive-copy`, `no-archive-key`, `archive-*`, `envelope-malformed`, `credential-*`, `certificate-*`, `sender-mismatch` */
  open({ body, mid, device, chains }: Archived): ReadCopy {
    const { copy } = openEnvelope(body);
    if (copy === undefined) throw new Fault("no-archive-copy", "the message was not archived");
    const place = placeOf(copy);
    const key = this.#world.archives.keyOf(place);
    if (key === undefined)
      throw new Fault("no-archive-key", "the message is of before, and there is no archive key for it here");
    const as = { log: this.#world.log, mid, device };
    let fault: unknown = new Fault("sender-mismatch", "nobody is known to have written an archived message");
    for (const chain of chains) {
      try {
        const { peer, publicKey } = this.#writer(chain);
        if (peer.device !== device)
          throw new Fault("sender-mismatch", `an archived message comes with the certificate of ${peer.device}`);
        return { plaintext: openCopy(copy, { as, key, publicKey }), from: peer, epoch: place.epoch };
      } catch (error) {
        // It may be of the key that the device had before. What is told is what speaks against the first.
        if (chain === chains[0]) fault = error;
      }
    }
    throw fault;
  }

  #writer(certificates: readonly Uint8Array[]): Writer {
    const [leaf] = certificates;
    if (leaf === undefined) throw new Fault("sender-mismatch", "nobody is known to have written an archived message");
    const name = certificates.map(hexOf).join();
    const known = this.#writers.get(name);
    if (known !== undefined) return known;
    const signatureKey = rawKeyOf(readLeaf(leaf));
    const peer = this.#world.credentials.peerOf(credentialOf(certificates), signatureKey);
    const writer = { peer, publicKey: publicKeyOf(signatureKey) };
    this.#writers.set(name, writer);
    return writer;
  }
}

function readLeaf(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new Fault("certificate-malformed", "a certificate cannot be read", { cause: error });
  }
}
