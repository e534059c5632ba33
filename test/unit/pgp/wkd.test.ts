// Where the Web Key Directory keeps a key: the example of the specification, and both methods.

import { expect, test } from "vitest";
import { parseAddress, sameAddress } from "../../../src/pgp/address.ts";
import { wkdHash, wkdPages, zBase32 } from "../../../src/pgp/wkd.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

// draft-koch-openpgp-webkey-service §3.1
test("the example of the specification", () => {
  expect(wkdHash("Joe.Doe")).toBe("iy9q119eutrkn8s1mk4r39qejnbu3n5q");
  const pages = wkdPages(parseAddress("Joe.Doe@Example.ORG"));
  expect(pages.advanced.href).toBe(
    "https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
  );
  expect(pages.direct.href).toBe(
    "https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
  );
});

// RFC 6189 §5.1.6: the bits left over are followed by zeros.
test.each([
  ["", ""],
  ["00", "yy"],
  ["f0bfc7", "6n9hq"],
  ["d47a04", "4t7ye"],
])("z-base-32 of %s", (hex, text) => {
  expect(zBase32(Buffer.from(hex, "hex"))).toBe(text);
});

test("a local part with signs in it is escaped in the page's address", () => {
  expect(wkdPages(parseAddress("a+b&c=d@example.org")).direct.search).toBe("?l=a%2Bb%26c%3Dd");
});

test("an address that is none, or not of plain letters", async () => {
  for (const text of [
    "",
    "ada",
    "@example.org",
    "ada@",
    "ada@127.0.0.1",
    "ada@[127.0.0.1]",
    "ada@-example.org",
    "ada@example..org",
    "ada@example.org/x",
    "ada@example.org:8080",
    "a da@example.org",
    "<ada@example.org>",
    "\u212Aate@example.org",
    `${"a".repeat(65)}@example.org`,
  ]) {
    expect((await faultOf(() => parseAddress(text))).code).toBe("pgp-malformed");
  }
});

test("capital letters make no other address, letters of other alphabets do", () => {
  expect(sameAddress("Ada@Example.org", "ada@example.ORG")).toBe(true);
  expect(sameAddress("\u212Aate@example.org", "kate@example.org")).toBe(false);
});
