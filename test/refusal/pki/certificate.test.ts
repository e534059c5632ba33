// Certificates and lists that the CA's key really signed, but with contents that must be refused.

import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import {
  boolean,
  context,
  integer,
  octets,
  oid,
  raw,
  sequence,
  set,
  string,
  toDer,
  type Asn1,
} from "../../../src/pki/asn1.ts";
import { elements, readDer, type Der } from "../../../src/pki/der.ts";
import { extensionItem, extensionToAsn1, type Extension } from "../../../src/pki/extension-values.ts";
import { issueUnder, signed, validFor, type Signer } from "../../../src/pki/issue.ts";
import { newKeyPair, publicKeyInfo } from "../../../src/pki/keys.ts";
import { checkDevice } from "../../../src/pki/peer.ts";
import { realmOf, type Realm } from "../../../src/pki/realm.ts";
import { issueCrl } from "../../../src/pki/revoke.ts";
import { makeRealm, type TestRealm } from "../../kit/realm.ts";

let kit: TestRealm;
let realm: Realm;
beforeAll(async () => {
  kit = await makeRealm({ clients: ["alice"] });
  realm = await kit.load();
});
afterAll(() => kit.remove());

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

interface Edit {
  readonly subject?: Asn1;
  readonly key?: KeyObject;
  readonly add?: readonly Asn1[];
}

/** Alice's certificate with other contents, signed again by the issuing CA: version, serial, algorithm, issuer, dates, subject, key, extensions. */
function forged(edit: Edit): Buffer {
  const [tbs] = elements(readDer(kit.client("alice").leaf.der));
  const fields = tbs === undefined ? [] : [...elements(tbs)];
  const parts = fields.slice(0, 7).map((field) => raw(field.raw));
  if (edit.subject !== undefined) parts[5] = edit.subject;
  if (edit.key !== undefined) parts[6] = raw(publicKeyInfo(edit.key));
  const items = inner(fields[7]).map((item) => raw(item.raw));
  return signed(sequence(...parts, context(3, sequence(...items, ...(edit.add ?? [])))), kit.authority.issuing.key);
}

function inner(wrapper: Der | undefined): Der[] {
  const [list] = wrapper === undefined ? [] : elements(wrapper);
  return list === undefined ? [] : [...elements(list)];
}

const check = (leaf: Buffer, others: readonly Buffer[] = []): string =>
  codeOf(() => checkDevice([leaf, ...others], realm, { now: new Date() }));

const cn = (...names: Asn1[]): Asn1 => sequence(...names.map((name) => set(sequence(oid("2.5.4.3"), name))));

test("the forging itself is accepted, so the refusals below are for what was changed", () => {
  expect(check(forged({}))).toBe("accepted");
  expect(check(forged({ add: [extensionItem("1.2.3.4", false, integer(1))] }))).toBe("accepted");
  expect(check(forged({ subject: cn(string("bmp", "Zoë Ω")) }))).toBe("accepted");
});

test.each([
  ["an unknown critical extension", () => [extensionItem("1.2.3.4", true, integer(1))]],
  ["name constraints, also when not critical", () => [extensionItem("2.5.29.30", false, sequence())]],
  [
    "an extension twice",
    () => [extensionToAsn1({ kind: "extendedKeyUsage", critical: false, purposes: ["1.3.6.1.5.5.7.3.2"] })],
  ],
  [
    "DER's default written out as false",
    () => [sequence(oid("1.2.3.4"), boolean(true), boolean(false), octets(Buffer.alloc(1)))],
  ],
])("%s is malformed", (_, add) => {
  expect(check(forged({ add: add() }))).toBe("certificate-malformed");
});

test("weak and foreign keys are refused", () => {
  const keys = [
    generateKeyPairSync("rsa", { modulusLength: 1024 }),
    generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    generateKeyPairSync("ed448"),
  ];
  for (const { publicKey } of keys) expect(check(forged({ key: publicKey }))).toBe("certificate-usage");
});

test("a name that is ambiguous or not one line is no identity", () => {
  expect(check(forged({ subject: cn(string("utf8", "a"), string("utf8", "b")) }))).toBe("certificate-identity");
  expect(check(forged({ subject: cn(string("utf8", "a\u001b[2Jb")) }))).toBe("certificate-identity");
  expect(check(forged({ subject: cn(string("utf8", "a\nb")) }))).toBe("certificate-identity");
  expect(check(forged({ subject: sequence() }))).toBe("accepted");
});

/** A device below a CA with these extensions, signed by the root. */
function below(extensions: readonly Extension[]): string {
  const keys = newKeyPair("ed25519");
  const validity = validFor(1, new Date());
  const subject = [{ type: "CN", value: "other issuing" }];
  const certificate = issueUnder(kit.rootSigner, { subject, extensions, publicKey: keys.publicKey, validity });
  const signer: Signer = { certificate, key: keys.privateKey };
  const { publicKey } = newKeyPair("ed25519");
  const device = { user: "eve", device: "0".repeat(32), name: "eve" } as Parameters<
    typeof kit.authority.templates.device
  >[0];
  const leaf = issueUnder(signer, { ...kit.authority.templates.device(device), publicKey, validity });
  const options = { now: new Date(), revocation: "if-known" } as const;
  return codeOf(() => checkDevice([leaf.der, certificate.der], realm, options));
}

test("an issuer must be a CA, may sign certificates, and may issue for this use", () => {
  const ca: Extension = { kind: "basicConstraints", critical: true, ca: true, pathLength: 0 };
  const leaf: Extension = { kind: "basicConstraints", critical: true, ca: false, pathLength: undefined };
  const sign: Extension = { kind: "keyUsage", critical: true, uses: ["keyCertSign"] };
  const crlOnly: Extension = { kind: "keyUsage", critical: true, uses: ["cRLSign"] };
  const servers: Extension = { kind: "extendedKeyUsage", critical: false, purposes: ["1.3.6.1.5.5.7.3.1"] };
  const anyUse: Extension = { kind: "extendedKeyUsage", critical: false, purposes: ["2.5.29.37.0"] };
  expect(below([ca, sign])).toBe("accepted");
  expect(below([ca, sign, anyUse])).toBe("accepted");
  expect(below([leaf, sign])).toBe("certificate-untrusted");
  expect(below([sign])).toBe("certificate-untrusted");
  expect(below([ca])).toBe("certificate-untrusted");
  expect(below([ca, crlOnly])).toBe("certificate-untrusted");
  expect(below([ca, sign, servers])).toBe("certificate-usage");
});

test("a list with a critical extension is only a part of one, and is refused", () => {
  const crl = issueCrl(kit.authority.issuing, { now: new Date(), days: 90 });
  const [tbs] = elements(readDer(crl.der));
  const fields = tbs === undefined ? [] : [...elements(tbs)];
  const items = inner(fields.at(-1)).map((item) => raw(item.raw));
  const relisted = (...more: Asn1[]): Buffer =>
    signed(
      sequence(...fields.slice(0, -1).map((field) => raw(field.raw)), context(0, sequence(...items, ...more))),
      kit.authority.issuing.key,
    );
  const load = (list: Buffer): string =>
    codeOf(() => realmOf({ root: realm.root.raw, issuers: realm.issuers.map((ca) => ca.raw), crls: [list] }));
  expect(load(relisted())).toBe("accepted");
  expect(load(relisted(extensionItem("2.5.29.28", true, sequence())))).toBe("crl-untrusted");
  expect(load(Buffer.concat([toDer(sequence())]))).toBe("crl-untrusted");
});

test("a list by a CA that may not sign lists is refused", () => {
  const keys = newKeyPair("ed25519");
  const extensions: Extension[] = [
    { kind: "basicConstraints", critical: true, ca: true, pathLength: 0 },
    { kind: "keyUsage", critical: true, uses: ["keyCertSign"] },
  ];
  const wish = {
    subject: [{ type: "CN", value: "no lists" }],
    extensions,
    publicKey: keys.publicKey,
    validity: validFor(1, new Date()),
  };
  const certificate = issueUnder(kit.rootSigner, wish);
  const crl = issueCrl({ certificate, key: keys.privateKey }, { now: new Date(), days: 90 });
  expect(codeOf(() => realmOf({ root: realm.root.raw, issuers: [certificate.der], crls: [crl.der] }))).toBe(
    "crl-untrusted",
  );
});
