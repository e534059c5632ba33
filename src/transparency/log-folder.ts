// The key of the log in a realm folder as a server reads it: log.key, and log.crt by which the realm's CA says that it is. Both are made
// where the CA's key is: log-work.ts.

import { createPublicKey, type KeyObject } from "node:crypto";
import { join } from "node:path";
import { Fault } from "../model/fault.ts";
import { about, readIfThere } from "../pki/files.ts";
import { readPrivateKey, sameKey } from "../pki/keys.ts";
import { derBlocks } from "../pki/pem.ts";
import type { Realm } from "../pki/realm.ts";
import { checkLogCertificate } from "./log-key.ts";

export const LOG_KEY = "log.key";
export const LOG_CERTIFICATE = "log.crt";

export type LogSigner = {
  readonly key: KeyObject;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Buffer[];
  readonly notAfter: Date;
};

/** @throws Fault `certs-missing`, `key-mismatch`, `certificate-*`, `key-*`, `file-unreadable` */
export async function loadLogSigner(folder: string, realm: Realm, now: Date): Promise<LogSigner> {
  const [file, keyFile] = [join(folder, LOG_CERTIFICATE), join(folder, LOG_KEY)];
  const [certificates, keyBytes] = [await readIfThere(file), await readIfThere(keyFile)];
  if (certificates === undefined || keyBytes === undefined)
    throw missing(folder, [
      ...(keyBytes === undefined ? [LOG_KEY] : []),
      ...(certificates === undefined ? [LOG_CERTIFICATE] : []),
    ]);
  const key = await about(keyFile, () => readPrivateKey(keyBytes));
  return about(file, () => {
    const chain = derBlocks(certificates, ["CERTIFICATE"]);
    const { publicKey, notAfter } = checkLogCertificate(chain, realm, { now });
    if (sameKey(createPublicKey(key), publicKey)) return { key, chain, notAfter };
    throw new Fault("key-mismatch", `it is for another key than ${keyFile}`, {
      hint: "put the two together that were made together, or remove both and run `make certs`",
    });
  });
}

function missing(folder: string, names: readonly string[]): Fault {
  const are = names.length === 1 ? "is" : "are";
  return new Fault("certs-missing", `the realm's log has no key: ${names.join(" and ")} ${are} not in ${folder}`, {
    hint: "run `make certs` where the CA's key is, and put both beside server.key: without them clients cannot look over the server's shoulder",
  });
}
