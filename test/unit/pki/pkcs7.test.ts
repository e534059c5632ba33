// Bags of certificates (PKCS#7 certs-only): written here and read by openssl, written by openssl and read here, and hostile bytes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { context, integer, oid, raw, sequence, set, toDer } from "../../../src/pki/asn1.ts";
import { derBlocks, toPem } from "../../../src/pki/pem.ts";
import { certsOnly } from "../../../src/pki/pkcs7.ts";
import { readCertsOnly } from "../../../src/pki/pkcs7-read.ts";
import { openssl } from "../../kit/openssl.ts";
import { makeRealm, type TestRealm } from "../../kit/realm.ts";

const DATA = "1.2.840.113549.1.7.1";
const SIGNED_DATA = "1.2.840.113549.1.7.2";

let realm: TestRealm;
let folder: string;
beforeAll(async () => {
  realm = await makeRealm({ clients: ["alice"] });
  folder = mkdtempSync(join(tmpdir(), "mutual-bag-"));
});
afterAll(() => {
  realm.remove();
  rmSync(folder, { recursive: true, force: true });
});

function fault(run: () => unknown): Fault | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

describe("a bag", () => {
  test("is read by openssl: the same certificates in the same order", () => {
    const chain = [...realm.client("alice").chain, realm.authority.root.der];
    const file = join(folder, "bag.p7");
    writeFileSync(file, certsOnly(chain));
    const printed = openssl(["pkcs7", "-inform", "DER", "-in", file, "-print_certs"]);
    expect(derBlocks(Buffer.from(printed), ["CERTIFICATE"])).toEqual(chain);
    expect(openssl(["asn1parse", "-inform", "DER", "-in", file])).toContain("pkcs7-signedData");
  });

  test("comes back as it was, one certificate or sixteen", () => {
    const [leaf = Buffer.alloc(0), issuing = Buffer.alloc(0)] = realm.client("alice").chain;
    for (const all of [[leaf], [leaf, issuing], [issuing, leaf], Array.from({ length: 16 }, () => leaf)])
      expect(readCertsOnly(certsOnly(all))).toEqual(all);
  });

  test("of openssl is read here", () => {
    const from = ["-certfile", realm.file("clients/alice.crt"), "-certfile", realm.file("ca.crt")];
    const file = join(folder, "theirs.p7");
    openssl(["crl2pkcs7", "-nocrl", ...from, "-outform", "DER", "-out", file]);
    const read = readCertsOnly(readFileSync(file)).map((der) => der.toString("hex"));
    const wanted = [...realm.client("alice").chain, realm.authority.root.der].map((der) => der.toString("hex"));
    expect(read.toSorted()).toEqual(wanted.toSorted());
  });
});

interface Bent {
  readonly type?: string;
  readonly version?: number;
  readonly algorithms?: ReturnType<typeof set>;
  readonly content?: ReturnType<typeof sequence>;
  readonly signers?: ReturnType<typeof set>;
  readonly bag?: ReturnType<typeof context>;
}

/** Right in everything that is not given. */
function bent({ type = SIGNED_DATA, version = 1, algorithms = set(), signers = set(), ...more }: Bent): Buffer {
  const { content = sequence(oid(DATA)), bag = context(0, raw(realm.authority.root.der)) } = more;
  return toDer(sequence(oid(type), context(0, sequence(integer(version), algorithms, content, bag, signers))));
}

describe("bytes that are no bag are refused", () => {
  test("the one that is bent in nothing is read", () => {
    expect(readCertsOnly(bent({}))).toEqual([realm.authority.root.der]);
  });

  test.each<readonly [string, () => Uint8Array]>([
    ["none at all", () => Buffer.alloc(0)],
    ["a certificate", () => realm.authority.root.der],
    ["PEM", () => Buffer.from(toPem("CERTIFICATE", bent({})))],
    ["other content", () => bent({ type: DATA })],
    ["another version", () => bent({ version: 3 })],
    ["a digest algorithm", () => bent({ algorithms: set(sequence(oid("2.16.840.1.101.3.4.2.1"))) })],
    ["something that is signed", () => bent({ content: sequence(oid(SIGNED_DATA)) })],
    ["content of its own", () => bent({ content: sequence(oid(DATA), context(0, integer(1))) })],
    ["a signer", () => bent({ signers: set(sequence(integer(1))) })],
    ["no certificate", () => bent({ bag: context(0) })],
    ["revocation lists in the place of certificates", () => bent({ bag: context(1, raw(realm.authority.root.der)) })],
    ["a number in the place of a certificate", () => bent({ bag: context(0, integer(1)) })],
    ["an attribute certificate", () => bent({ bag: context(0, context(1, integer(1))) })],
    ["seventeen certificates", () => certsOnly(Array.from({ length: 17 }, () => realm.authority.root.der))],
    ["a byte behind it", () => Buffer.concat([bent({}), Buffer.of(0)])],
    ["a byte too few", () => bent({}).subarray(0, -1)],
    ["more than 128 KiB", () => Buffer.alloc(128 * 1024 + 1, 0x30)],
    ["an indefinite length", () => Buffer.from("30800000", "hex")],
  ])("%s", (_what, bytes) => {
    expect(fault(() => readCertsOnly(bytes()))).toMatchObject({
      code: "certificate-malformed",
      message: expect.stringMatching(/^the answer holds no certificates: /) as string,
    });
  });

  test("whatever is changed in one: a fault, or certificates", () => {
    const good = certsOnly(realm.client("alice").chain);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(good);
        bytes[at] = byte;
        const error = fault(() => expect(readCertsOnly(bytes)).toHaveLength(2));
        expect(error?.code ?? "certificate-malformed").toBe("certificate-malformed");
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fault(() => readCertsOnly(bytes))?.code).toBe("certificate-malformed");
      }),
    );
  });
});
