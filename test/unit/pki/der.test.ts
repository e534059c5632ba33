// The strict DER reader against hostile bytes.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import {
  boolean,
  elements,
  Fields,
  namedBits,
  oid,
  readDer,
  smallNumber,
  unsignedHex,
  wholeBits,
} from "../../../src/pki/der.ts";
import { text, time } from "../../../src/pki/der-values.ts";
import { readBundle } from "../../../src/pki/bundle-read.ts";
import { readCertificate } from "../../../src/pki/certificate.ts";
import { readCrl } from "../../../src/pki/crl.ts";
import { readRequest } from "../../../src/pki/request.ts";

const der = (hex: string) => readDer(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test.each([
  ["02 01 00", "00"],
  ["02 01 7f", "7f"],
  ["02 02 00 80", "80"],
  ["02 03 01 00 00", "010000"],
])("integer %s is %s", (hex, value) => expect(unsignedHex(der(hex))).toBe(value));

test.each([
  ["empty", ""],
  ["a tag alone", "02"],
  ["cut short", "02 02 01"],
  ["bytes after the end", "02 01 01 00"],
  ["indefinite length", "30 80 00 00"],
  ["long form of a short length", "04 81 01 00"],
  ["leading zero in a length", "04 82 00 81"],
  ["length of five bytes", "04 85 01 00 00 00 00"],
  ["length past the end", "04 84 7f ff ff ff 00"],
  ["tag of several bytes", "1f 81 00 00"],
  ["tag zero", "00 00"],
])("refuses %s", (_, hex) => expect(() => der(hex)).toThrow(Fault));

test.each([
  ["negative integer", () => unsignedHex(der("02 01 80"))],
  ["padded integer", () => unsignedHex(der("02 02 00 7f"))],
  ["empty integer", () => unsignedHex(der("02 00"))],
  ["large number", () => smallNumber(der("02 05 01 00 00 00 00"))],
  ["boolean of another value", () => boolean(der("01 01 01"))],
  ["boolean of two bytes", () => boolean(der("01 02 ff ff"))],
  ["bit string without its first byte", () => wholeBits(der("03 00"))],
  ["bit string with unused bits as bytes", () => wholeBits(der("03 02 01 80"))],
  ["eight unused bits", () => namedBits(der("03 02 08 00"))],
  ["unused bit that is set", () => namedBits(der("03 02 07 c0"))],
  ["empty oid", () => oid(der("06 00"))],
  ["oid cut short", () => oid(der("06 02 2a 86"))],
  ["padded oid", () => oid(der("06 03 2a 80 01"))],
  ["oid too large", () => oid(der("06 0b 2a ff ff ff ff ff ff ff ff ff 7f"))],
  ["elements of a primitive", () => [...elements(der("04 01 00"))]],
  ["a field too many", () => new Fields(der("30 03 02 01 00")).end()],
  ["a missing field", () => new Fields(der("30 00")).any()],
  ["31 April", () => time(der(`17 0d ${Buffer.from("260431000000Z").toString("hex")}`))],
  ["time without Z", () => time(der(`17 0c ${Buffer.from("260401000000").toString("hex")}`))],
  ["time with a fraction", () => time(der(`18 11 ${Buffer.from("20260401000000.5Z").toString("hex")}`))],
  ["string that is not UTF-8", () => text(der("0c 02 c3 28"))],
  ["control character in IA5", () => text(der("16 01 00"))],
  ["odd BMP string", () => text(der("1e 01 41"))],
])("refuses a %s", (_, run) => expect(run).toThrow(Fault));

test("named bits, oids and times are read as they are written", () => {
  expect([...namedBits(der("03 02 01 06"))]).toEqual([5, 6]);
  expect(oid(der("06 03 55 1d 13"))).toBe("2.5.29.19");
  expect(oid(der("06 08 2b 06 01 05 05 07 03 02"))).toBe("1.3.6.1.5.5.7.3.2");
  expect(oid(der("06 03 88 37 03"))).toBe("2.999.3");
  expect(time(der(`17 0d ${Buffer.from("491231235959Z").toString("hex")}`)).toISOString()).toBe(
    "2049-12-31T23:59:59.000Z",
  );
  expect(time(der(`17 0d ${Buffer.from("500101000000Z").toString("hex")}`)).getUTCFullYear()).toBe(1950);
  expect(text(der("1e 04 00 41 03 a9"))).toBe("AΩ");
});

test("any bytes are read or refused with a fault, never anything else", async () => {
  const readers = [readCertificate, readCrl, readRequest];
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      for (const read of readers) expect(() => read(bytes)).toThrow(Fault);
      await expect(readBundle(Buffer.from(bytes), "")).rejects.toThrow(Fault);
    }),
    { numRuns: 300, seed: 7 },
  );
});
