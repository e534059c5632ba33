// How the library is set up for one step: which credentials it takes, what it keeps, how it pads.
import type { ClientConfig } from "ts-mls/clientConfig.js";
import type { Credentials } from "./credentials.ts";
import { checkTime } from "./credentials.ts";

/** Epochs whose keys are kept for messages that were on their way: as many as the server lets a message be late. */
const EPOCHS_KEPT = 3;
/** Keys of messages that were skipped over, for each sender. The log has no gaps: this is for keys that a crash wasted. */
const GENERATIONS_KEPT = 64;
/** How far ahead a sender's key may be: as much as a device can waste without anybody's help, and no endless loop. */
const FORWARD_STEPS = 2000;

/**
 * `at`: the time that counts for new credentials (that of the log entry, so that all members agree). Undefined: leaves are
 * taken whose certificate has ended; so a newcomer is not kept out by a member who sleeps.
 */
export function configFor(credentials: Credentials, at: Date | undefined, padTo = 0): ClientConfig {
  return {
    authService: {
      async validateCredential(credential, signatureKey) {
        // Throws the reason; `false` would lose it.
        const peer = credentials.peerOf(credential, signatureKey);
        if (at !== undefined) checkTime(peer, at);
        return true;
      },
    },
    keyPackageEqualityConfig: {
      compareKeyPackages: (a, b) => sameDevice(credentials, a.leafNode, b.leafNode),
      compareKeyPackageToLeafNode: (a, b) => sameDevice(credentials, a.leafNode, b),
    },
    // Lifetimes are checked against the time of the entry, not of this clock (key-package.ts).
    lifetimeConfig: { maximumTotalLifetime: 0n, validateLifetimeOnReceive: false },
    keyRetentionConfig: {
      retainKeysForEpochs: EPOCHS_KEPT,
      retainKeysForGenerations: GENERATIONS_KEPT,
      maximumForwardRatchetSteps: FORWARD_STEPS,
    },
    paddingConfig: { kind: "padUntilLength", padUntilLength: padTo },
  };
}

type Leaf = { readonly credential: Parameters<Credentials["peerOf"]>[0]; readonly signaturePublicKey: Uint8Array };

/** A renewed certificate is still the same device. */
function sameDevice(credentials: Credentials, a: Leaf, b: Leaf): boolean {
  const one = credentials.peerOf(a.credential, a.signaturePublicKey);
  return one.device === credentials.peerOf(b.credential, b.signaturePublicKey).device;
}
