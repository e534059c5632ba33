// The realm's issuing CA at work in the server. Loaded only where its key is there: building certificates needs node-forge.
import { hexOf, type Sha256 } from "../model/ids.ts";
import { Fault } from "../model/fault.ts";
import { sha256 } from "../pki/algorithms.ts";
import { claimsIdentity, identityOf, isDisplayName } from "../pki/alt-name.ts";
import { type Authority, chainUnder, issueDevice, newDeviceId } from "../pki/authority.ts";
import { publicKeyInfo } from "../pki/keys.ts";
import { certsOnly } from "../pki/pkcs7.ts";
import { keyFingerprint } from "../pki/realm.ts";
import { readRequest } from "../pki/request.ts";
import type { AskedCertificate, IssuedCertificate, Issuer, IssueWish } from "./port/issuer.ts";

/** A machine whose clock is behind the CA's would otherwise refuse a certificate made just now. */
const BACKDATE_MS = 5 * 60_000;

export function issuerOf(authority: Authority): Issuer {
  return { read, issue: (asked, wish) => issue(authority, asked, wish), newDevice: newDeviceId, bag: certsOnly };
}

function read(request: Uint8Array): AskedCertificate {
  const { publicKey, commonName, altNames } = readRequest(request);
  const claim = claimsIdentity(altNames) ? identityOf(altNames) : undefined;
  if (typeof claim === "string") {
    throw new Fault("request-identity", `the request does not name a device: ${claim}`, {
      hint: "leave the names out of it: the server knows them from the invitation",
    });
  }
  return {
    key: keyFingerprint(publicKeyInfo(publicKey)),
    user: claim?.user,
    device: claim?.device,
    name: commonName !== undefined && isDisplayName(commonName) ? commonName : undefined,
    email: altNames.find(({ kind }) => kind === "email")?.value,
    request,
  };
}

function issue(authority: Authority, { request }: AskedCertificate, wish: IssueWish): IssuedCertificate {
  const { user, device, name, email, now, expiresAt } = wish;
  // A certificate does not outlive its CA.
  const end = Math.min(expiresAt, authority.issuing.certificate.notAfter.getTime());
  const validity = { notBefore: new Date(now - BACKDATE_MS), notAfter: new Date(Math.floor(end / 1000) * 1000) };
  const { publicKey } = readRequest(request);
  const leaf = issueDevice(authority, {
    wish: { user, device, name, email },
    publicKey,
    terms: { now: new Date(now), validity },
  });
  return {
    serial: leaf.serial,
    fingerprint: hexOf(sha256(leaf.der)) as Sha256,
    expiresAt: leaf.notAfter.getTime(),
    certificates: chainUnder(authority, leaf),
  };
}
