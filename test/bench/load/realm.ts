// A throw-away realm with a thousand devices, in a temporary folder.
import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newDeviceId } from "../../../src/pki/authority.ts";
import { readCertificate } from "../../../src/pki/certificate.ts";
import { derBlocks } from "../../../src/pki/pem.ts";
import { type TestIdentity, type TestRealm, makeRealm } from "../../kit/realm.ts";

export interface Identities {
  readonly ca: string;
  readonly clients: readonly Identity[];
}

export interface Identity {
  readonly device: string;
  readonly certPem: string;
  readonly keyPem: string;
}

/** As the tests have it. */
export function identityOf({ certPem, keyPem }: Identity): TestIdentity {
  const chain = derBlocks(Buffer.from(certPem), ["CERTIFICATE"]);
  const leaf = readCertificate(chain[0] ?? Buffer.alloc(0));
  return { leaf, chain, certPem, keyPem, key: createPrivateKey(keyPem) };
}

/** About a second for 1,000. Returns the realm and the file with its identities. */
export async function crowd(count: number): Promise<{ readonly realm: TestRealm; readonly file: string }> {
  const realm = await makeRealm({ clients: ["admin"] });
  const clients = Array.from({ length: count }, (_, at) => {
    const device = newDeviceId();
    const { certPem, keyPem } = realm.issueClient({ user: `u${at}`, device });
    return { device, certPem, keyPem };
  });
  const file = join(realm.dir, "identities.json");
  writeFileSync(file, JSON.stringify({ ca: realm.caPem(), clients } satisfies Identities));
  return { realm, file };
}
