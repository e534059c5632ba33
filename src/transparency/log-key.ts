// Whose key signs the heads of a realm's log: one that the realm's CA certified for this and nothing else, neither a device nor
// a server. On the way of every connection: must not import node-forge; certificates are made in log-issue.ts.

import type { KeyObject } from "node:crypto";
import { Fault } from "../model/fault.ts";
import { keyInWords } from "../pki/algorithms.ts";
import { titleOf, type Certificate } from "../pki/certificate.ts";
import { LOG_SIGNING, publicKeyOf } from "../pki/path.ts";
import { checkedPath, type CheckOptions } from "../pki/peer.ts";
import type { Realm } from "../pki/realm.ts";
import { isLogKey } from "./head.ts";

/** The one name of a log's certificate. */
export const LOG_URI = "urn:mutual-chat:log";

export type LogKey = { readonly publicKey: KeyObject; readonly notAfter: Date };

/**
 * The key of the log that `chain` (DER, leaf first) belongs to. Revocation is `if-known` unless said otherwise.
 * @throws Fault `certificate-*`, `crl-*`
 */
export function checkLogCertificate(chain: readonly Uint8Array[], realm: Realm, options: CheckOptions): LogKey {
  const [leaf] = checkedPath(chain, realm, {
    ...options,
    purpose: LOG_SIGNING,
    revocation: options.revocation ?? "if-known",
  });
  if (leaf === undefined) throw new Error("a path has a leaf");
  checkNames(leaf);
  checkUses(leaf);
  return { publicKey: publicKeyOf(leaf), notAfter: leaf.notAfter };
}

function checkNames(leaf: Certificate): void {
  const [name, ...others] = leaf.altNames;
  if (name?.kind === "uri" && name.value === LOG_URI && others.length === 0) return;
  throw new Fault(
    "certificate-identity",
    `the certificate ${titleOf(leaf)} does not name a transparency log and nothing else`,
    { hint: `it needs one name, the URI ${LOG_URI}; tell the administrator of this realm` },
  );
}

/** A key that could do more could be made to sign a head elsewhere. */
function checkUses(leaf: Certificate): void {
  const alone = leaf.purposes?.size === 1 && leaf.uses?.size === 1;
  if (!alone) throw usage(`the certificate ${titleOf(leaf)} is made for more than a transparency log`);
  const key = publicKeyOf(leaf);
  if (!isLogKey(key)) throw usage(`the key of the certificate ${titleOf(leaf)} is ${keyInWords(key)}, not ed25519`);
}

function usage(sentence: string): Fault {
  return new Fault("certificate-usage", sentence, { hint: "tell the administrator of this realm" });
}
