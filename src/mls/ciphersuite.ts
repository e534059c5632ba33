// The cipher suites in use, on node:crypto.
import { type CiphersuiteImpl, getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import { nodeCrypto } from "./provider.ts";
import { knownSuite, type SuiteName } from "./suite.ts";

/** There are few, they hold no key, and every entry that is opened asks for one. */
const suites = new Map<SuiteName, CiphersuiteImpl>();

/** The name may be a stranger's. @throws Fault `mls-suite` */
export function suite(name: string): CiphersuiteImpl {
  const known = knownSuite(name);
  const made = suites.get(known) ?? nodeCrypto(getCiphersuiteFromName(known));
  suites.set(known, made);
  return made;
}
