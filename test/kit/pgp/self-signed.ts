// A certificate that no authority stands behind, for a test's own HTTPS server.

import { toPem } from "../../../src/pki/pem.ts";
import { issueSelfSigned, validFor } from "../../../src/pki/issue.ts";
import { newKeyPair, plainKeyPem } from "../../../src/pki/keys.ts";

export function selfSigned(host: string): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = newKeyPair("p256");
  const subject = [{ type: "CN", value: host }];
  const names = [{ kind: "dns", value: host }] as const;
  const extensions = [{ kind: "subjectAltName", critical: false, names }] as const;
  const wish = { subject, publicKey, extensions, validity: validFor(1, new Date()) };
  return { key: plainKeyPem(privateKey), cert: toPem("CERTIFICATE", issueSelfSigned(wish, privateKey).der) };
}
