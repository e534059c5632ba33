// A key from a passphrase (Argon2id, RFC 9106): what a guess costs, and the same key for every way to type the same passphrase.
import { argon2, argon2Sync } from "node:crypto";

export const KEY_BYTES = 32;

/** What a guess costs. */
export interface Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** More than RFC 9106 §4 recommends second (64 MiB): half a second on a small machine, and nobody types more often than once a day. */
export const COST: Cost = { memoryKiB: 128 * 1024, passes: 3, lanes: 4 };

/** A file that asks for more was not written by us. */
const MOST = { memoryKiB: 4 * 1024 * 1024, passes: 64, lanes: 64 } as const;

/** Undefined: nobody wrote this who meant well. */
export function costOf({ memoryKiB, passes, lanes }: Readonly<Record<string, unknown>>): Cost | undefined {
  if (!isCount(memoryKiB, MOST.memoryKiB) || !isCount(passes, MOST.passes) || !isCount(lanes, MOST.lanes))
    return undefined;
  return { memoryKiB, passes, lanes };
}

export function stretch(passphrase: string, salt: Uint8Array, cost: Cost): Buffer {
  return argon2Sync("argon2id", parameters(passphrase, salt, cost));
}

/** What a passphrase has become, and of what. */
export interface Stretched {
  readonly salt: Uint8Array;
  readonly cost: Cost;
  readonly key: Uint8Array;
}

/** The same in a thread of its own: for a program that has others to serve. */
export function stretchAside(passphrase: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, refuse) => {
    argon2("argon2id", parameters(passphrase, salt, cost), (error, key) =>
      error === null ? resolve(key) : refuse(error),
    );
  });
}

function parameters(passphrase: string, salt: Uint8Array, { memoryKiB, passes, lanes }: Cost) {
  return {
    // The same passphrase is the same in every way to type it (RFC 8265 §4.2.2: NFC).
    message: Buffer.from(passphrase.normalize("NFC")),
    nonce: salt,
    memory: memoryKiB,
    passes,
    parallelism: lanes,
    tagLength: KEY_BYTES,
  };
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1 && value <= most;
}
