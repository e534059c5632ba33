// The cipher suites in use, on node:crypto.
import { type CiphersuiteImpl, getCiphersuiteFromName } from "ts-mls/crypto/ciphersuite.js";
import { nodeCrypto } from "./provider.ts";
import { knownSuite } from "./suite.ts";

/** The name may be a stranger's. @throws Fault `mls-suite` */
export function suite(name: string): CiphersuiteImpl {
  return nodeCrypto(getCiphersuiteFromName(knownSuite(name)));
}
