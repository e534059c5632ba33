// BER made DER: the same values in another form, and what is no BER refused.
import { describe, expect, test } from "vitest";
import { definite } from "../../../src/pki/ber.ts";
import { readDer } from "../../../src/pki/der.ts";
import type { Fault } from "../../../src/model/fault.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const long = "ab".repeat(200);

describe("read", () => {
  test.each([
    ["what is DER already", "30 06 02 01 05 04 01 ff", "30 06 02 01 05 04 01 ff"],
    ["an end that is not known before", "30 80 02 01 05 00 00", "30 03 02 01 05"],
    ["one inside the other", "30 80 31 80 02 01 05 00 00 05 00 00 00", "30 07 31 03 02 01 05 05 00"],
    ["nothing in it", "30 80 00 00", "30 00"],
    ["a length in too many bytes", "30 82 00 03 02 01 05", "30 03 02 01 05"],
    ["a string in pieces", "24 80 04 01 aa 04 02 bb cc 00 00", "04 03 aa bb cc"],
    ["pieces in pieces, one empty", "24 80 24 80 04 01 aa 00 00 04 00 04 01 bb 00 00", "04 02 aa bb"],
    ["pieces with a length", "24 06 04 01 aa 04 01 bb", "04 02 aa bb"],
    ["a long one", `24 80 04 81 c8 ${long} 04 81 c8 ${long} 00 00`, `04 82 01 90 ${long} ${long}`],
    ["a context of its own", "a0 80 04 01 aa 00 00", "a0 03 04 01 aa"],
  ])("%s", (_what, ber, der) => {
    expect(definite(hex(ber)).toString("hex")).toBe(hex(der).toString("hex"));
    expect(readDer(definite(hex(ber))).raw.length).toBe(hex(der).length);
  });
});

test.each([
  ["nothing", ""],
  ["half a head", "30"],
  ["no end", "30 80 02 01 05"],
  ["half an end", "30 80 02 01 05 00"],
  ["bytes behind it", "30 80 00 00 05"],
  ["more than there is", "30 05 02 01 05"],
  ["a child beyond its parent", "30 03 04 05 aa bb cc dd ee"],
  ["a value without an end", "04 80 aa 00 00"],
  ["a piece that is no string", "24 80 02 01 05 00 00"],
  ["a tag of several bytes", "3f 81 01 00"],
  ["a length of five bytes", "30 85 00 00 00 00 00"],
  ["a length that ends early", "30 84 00"],
  ["many levels", `${"30 80 ".repeat(40)}${"00 00 ".repeat(40)}`],
])("refused: %s", (_what, ber) => {
  expect(() => definite(hex(ber))).toThrow(expect.objectContaining({ code: "der-malformed" }) as Fault);
});
