// The key of the realm's log in a running server: what signs its heads, and the certificate by which clients believe them.
import { createPublicKey } from "node:crypto";
import { sameKey } from "../pki/keys.ts";
import { type SignedHead, signHead, verifyHead } from "../transparency/head.ts";
import type { LogSigner } from "../transparency/log-folder.ts";
import { logSignerIn } from "./ca-folder.ts";
import type { RealmConfig, RealmParts } from "./config.ts";

export class LogKey {
  readonly #config: RealmConfig;
  readonly #parts: RealmParts;
  #signer: LogSigner | undefined;

  private constructor(config: RealmConfig, parts: RealmParts, signer: LogSigner | undefined) {
    [this.#config, this.#parts, this.#signer] = [config, parts, signer];
  }

  /** Without a key the server runs, and says so in its log. */
  static async open(config: RealmConfig, parts: RealmParts): Promise<LogKey> {
    return new LogKey(config, parts, await logSignerIn(config, parts));
  }

  /** DER, leaf first, without the root. Empty: there is no key. */
  get chain(): readonly Uint8Array[] {
    return this.#signer?.chain ?? [];
  }

  get sign(): ((head: Omit<SignedHead, "signature">) => SignedHead) | undefined {
    const signer = this.#signer;
    return signer && ((head) => signHead(signer.key, head));
  }

  get isSigned(): ((head: SignedHead) => boolean) | undefined {
    const signer = this.#signer;
    return signer && ((head) => verifyHead(head, createPublicKey(signer.key)));
  }

  /** The certificate is issued anew before it ends. Another key is for the next start. */
  async look(): Promise<void> {
    const before = this.#signer;
    if (before === undefined) return;
    const now = await logSignerIn(this.#config, this.#parts);
    if (now !== undefined && sameKey(createPublicKey(now.key), createPublicKey(before.key))) this.#signer = now;
  }
}
