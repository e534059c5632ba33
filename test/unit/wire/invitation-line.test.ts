// The line of an invitation: written and read again, and everything that is not quite one refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import { isSha256, type Sha256 } from "../../../src/model/ids.ts";
import {
  type InvitationLine,
  isInvitationCode,
  readInvitationLine,
  writeInvitationLine,
} from "../../../src/wire/invitation-line.ts";

const REALM = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" as Sha256;
const CODE = "AbCdEfGhIjKlMnOpQrSt_-";
const LINE = `chat://chat.example.org:12346/#ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8zd7v8.${CODE}`;

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((all) => Buffer.from(all));
const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6().filter((one) => !one.includes(".")),
  fc.constant("localhost"),
);
const invitation: fc.Arbitrary<InvitationLine> = fc.record({
  host,
  port: fc.integer({ min: 1, max: 65_535 }),
  realm: bytes(32).map((all) => all.toString("hex") as Sha256),
  code: bytes(16).map((all) => all.toString("base64url")),
});

function read(text: string): InvitationLine | Fault {
  try {
    return readInvitationLine(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

describe("a line that is one", () => {
  test("says host, port, realm and code", () => {
    const parts = { host: "chat.example.org", port: 12_346, realm: REALM, code: CODE };
    expect(writeInvitationLine(parts)).toBe(LINE);
    expect(readInvitationLine(LINE)).toEqual(parts);
  });

  test("whatever is written is read again", () => {
    fc.assert(
      fc.property(invitation, (parts) => {
        const line = writeInvitationLine(parts);
        expect(readInvitationLine(line)).toEqual({ ...parts, host: parts.host.toLowerCase() });
        expect(writeInvitationLine(readInvitationLine(line))).toBe(
          line.toLowerCase().slice(0, 7) + line.slice(7).replace(parts.host, parts.host.toLowerCase()),
        );
      }),
    );
  });

  test("an IPv6 address stands in brackets and comes out without", () => {
    const line = writeInvitationLine({ host: "2001:db8::7", port: 1, realm: REALM, code: CODE });
    expect(line.startsWith("chat://[2001:db8::7]:1/#")).toBe(true);
    expect(readInvitationLine(line).host).toBe("2001:db8::7");
  });

  test("as people send it: with space around it, without the slash, in capitals up to the #", () => {
    const parts = readInvitationLine(LINE);
    for (const text of [`\n  ${LINE}\r\n`, LINE.replace("/#", "#"), LINE.replace("chat.example", "CHAT.Example")])
      expect(readInvitationLine(text)).toEqual(parts);
  });
});

describe("a line that is none", () => {
  test.each([
    ["nothing", ""],
    ["a word", "bob"],
    ["another scheme", LINE.replace("chat:", "https:")],
    ["without a port", LINE.replace(":12346", "")],
    ["port 0", LINE.replace("12346", "0")],
    ["port 65536", LINE.replace("12346", "65536")],
    ["a negative port", LINE.replace("12346", "-1")],
    ["a path", LINE.replace("/#", "/a#")],
    ["a query", LINE.replace("/#", "/?a#")],
    ["a user", LINE.replace("chat.", "bob@chat.")],
    ["an address without brackets", LINE.replace("chat.example.org", "2001:db8::7")],
    ["brackets that do not close", LINE.replace("chat.example.org", "[2001:db8::7")],
    ["brackets around a name", LINE.replace("chat.example.org", "[chat]")],
    ["brackets around an IPv4 address", LINE.replace("chat.example.org", "[192.0.2.7]")],
    ["brackets around no address", LINE.replace("chat.example.org", "[::::]")],
    ["no host", LINE.replace("chat.example.org", "")],
    ["dots for a host", LINE.replace("chat.example.org", "..")],
    ["a host that looks like a flag", LINE.replace("chat.example.org", "-ip")],
    ["a number too large for an address", LINE.replace("chat.example.org", "300.1.1.1")],
    ["the part behind the # lost, as by a shell", LINE.slice(0, LINE.indexOf("#"))],
    ["the code cut short", LINE.slice(0, -1)],
    ["something behind the code", `${LINE}A`],
    ["a full stop behind it", `${LINE}.`],
    ["the fingerprint cut short", LINE.replace("#A", "#")],
    ["bits in the fingerprint that no byte has", LINE.replace("7v8.", "7v9.")],
    ["a code of other letters", LINE.replace("_-", "+/")],
    ["two lines", `${LINE}\n${LINE}`],
    ["a space in the middle", LINE.replace("#", "# ")],
    ["letters that look like others", LINE.replace("chat.", "сhat.")],
    ["a thousand letters", LINE.replace("chat.", "a".repeat(1_000))],
  ])("%s", (_what, text) => {
    const error = read(text);
    expect(error).toBeInstanceOf(Fault);
    expect(error).toMatchObject({ code: "invitation-malformed", hint: expect.stringContaining("quotes") as string });
  });

  test("the fault never repeats what was read: a code may be in it", () => {
    const error = read(`${LINE}A`);
    expect(error instanceof Fault ? `${error.message} ${error.hint ?? ""}` : LINE).not.toContain(CODE.slice(0, 6));
  });

  test("whatever is changed in it: refused, or another whole invitation", () => {
    const at = fc.integer({ min: 0, max: LINE.length });
    fc.assert(
      fc.property(at, fc.string({ maxLength: 4, unit: "grapheme" }), fc.nat(3), (from, text, gone) => {
        const parts = read(LINE.slice(0, from) + text + LINE.slice(from + gone));
        const isGood =
          parts instanceof Fault
            ? parts.code === "invitation-malformed"
            : isSha256(parts.realm) && isInvitationCode(parts.code) && parts.port > 0 && parts.host.length > 0;
        expect(isGood).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
