// The OpenSSL configuration parser: what config(5) says, and everything hostile.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../src/model/fault.ts";
import type { DeviceId, Handle } from "../../../src/model/ids.ts";
import { parseConfig, settingOf, type ConfigSource } from "../../../src/pki/cnf.ts";
import { extensionsOf, nameOf } from "../../../src/pki/extensions.ts";
import { builtInTemplates, configTemplates } from "../../../src/pki/templates.ts";
import { parseHosts } from "../../../src/pki/wishes.ts";

const parse = (text: string, more: Partial<ConfigSource> = {}) =>
  parseConfig({ file: "x.cnf", text, env: {}, ...more });
const value = (text: string, more: Partial<ConfigSource> = {}) => settingOf(parse(text, more), "s", "x")?.value;

test.each([
  ["plain", "[s]\nx = a b", "a b"],
  ["spaces around", "[ s ]\n  x   =   a b  \t", "a b"],
  ["empty value", "[s]\nx =", ""],
  ["an equals sign in the value", "[s]\nx = a=b", "a=b"],
  ["comment", "[s] # here\nx = a # and here\n# x = b", "a"],
  ["quoted hash", '[s]\nx = "a # b"', "a # b"],
  ["escaped hash", "[s]\nx = a \\# b", "a # b"],
  ["single quotes", "[s]\nx = 'a $y b'", "a $y b"],
  ["quotes within a word", "[s]\nx = a\" b\"'c'", "a bc"],
  ["escape in quotes", '[s]\nx = "a\\"b"', 'a"b'],
  ["escapes", "[s]\nx = a\\tb\\\\c\\q", "a\tb\\cq"],
  ["continuation", "[s]\nx = a \\\n  b", "a   b"],
  ["escaped backslash at the end", "[s]\nx = a\\\\\ny = b", "a\\"],
  ["CRLF and BOM", "\ufeff[s]\r\nx = a\r\n", "a"],
  ["later wins", "[s]\nx = a\nx = b", "b"],
  ["default section", "x = a\n[s]\ny = b", "a"],
  ["$var of the section", "y = 0\n[s]\ny = 1\nx = $y-2", "1-2"],
  ["$var of the default section", "y = 0\n[s]\nx = ${y}2", "02"],
  ["$(var)", "y = 0\n[s]\nx = $(y)2", "02"],
  ["${sec::var}", "[t]\ny = 0\n[s]\nx = ${t::y}2", "02"],
  ["$sec::var", "[t]\ny = 0\n[s]\nx = $t::y", "0"],
  ["section::name", "s::x = 1", "1"],
  ["environment", "[s]\nx = $ENV::HOME", "/home"],
  ["environment with a default, as in OpenSSL", "NONE = d\n[s]\nx = $ENV::NONE", "d"],
  ["escaped dollar", "[s]\nx = \\$y", "$y"],
  ["section opened twice", "[s]\nx = 1\n[t]\n[s]\ny = 2", "1"],
])("%s", (_, text, expected) => expect(value(text, { env: { HOME: "/home" } })).toBe(expected));

test.each([
  ["no equals sign", "[s]\nx", 2],
  ["no name", "= a", 1],
  ["open quote", '[s]\nx = "a', 2],
  ["open bracket", "[s", 1],
  ["empty section", "[ ]", 1],
  ["undefined variable", "\n\n[s]\nx = $y", 4],
  ["undefined environment", "x = $ENV::HOME", 1],
  ["environment by another name", "x = $ENV::__proto__", 1],
  ["open brace", "x = ${y", 1],
  ["dollar alone", "x = $", 1],
  ["empty braces", "x = ${}", 1],
  ["itself", "x = $x", 1],
  ["unknown directive", ".pragma = dollarid:on", 1],
  ["include without a reader", ".include a.cnf", 1],
  ["NUL", "a = 1\nx = \0", 2],
  ["escape character", "x = \u001b[2J", 1],
  ["backslash at the end of the file", "x = a\\", 1],
])("refuses %s with its line", (_, text, line) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({ code: "cnf-malformed", message: expect.stringContaining(`x.cnf:${line}:`) as string }),
  );
});

test("variables that double each other, endless includes and endless files end in a fault", () => {
  const bomb = [
    "a0 = 0123456789",
    ...Array.from({ length: 40 }, (_, index) => `a${index + 1} = $a${index}$a${index}`),
  ].join("\n");
  expect(() => parse(bomb)).toThrow("more than 65536 characters");
  const read = (file: string) => ({ file, text: ".include x.cnf\n.include x.cnf" });
  expect(() => parse(".include x.cnf", { read })).toThrow("more than 8 deep");
  expect(() => parse("# ".padEnd(300_000, "x"))).toThrow("more than");
  expect(() => parse("a = 1\n".repeat(11_000))).toThrow("more than 10000 settings");
});

test("an included file goes on in the present section, and is named in its faults", () => {
  const files: Record<string, string> = { "a.cnf": "x = 1\n[t]\ny = $ENV::V", "b.cnf": "\nnonsense" };
  const read = (path: string) => ({ file: path, text: files[path] ?? "" });
  const config = parse("[s]\n.include = a.cnf\nz = 3", { read, env: { V: "v" } });
  expect(settingOf(config, "s", "x")?.value).toBe("1");
  expect(settingOf(config, "t", "y")?.value).toBe("v");
  expect(settingOf(config, "t", "z")?.value).toBe("3");
  expect(() => parse(".include b.cnf", { read })).toThrow("b.cnf:2:");
});

function outcome(run: () => unknown): string {
  try {
    run();
    return "parsed";
  } catch (error) {
    return error instanceof Fault ? "Fault" : String(error);
  }
}

test("any text is parsed or refused with a fault", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "s",
    "x",
    "=",
    "$",
    "{",
    "}",
    "::",
    "ENV",
    '"',
    "'",
    "\\",
    "\n",
    "#",
    " ",
    ".include",
    "\0",
    "é",
    "\ufffd",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      expect(outcome(() => parse(parts.join("")))).toMatch(/^(parsed|Fault)$/);
    }),
    { numRuns: 2000, seed: 7 },
  );
});

const extension = (line: string, rest = "") => extensionsOf(parse(`[e]\n${line}\n${rest}`), "e");

test("extensions are read to their values", () => {
  expect(extension("basicConstraints = critical, CA:true, pathlen:0")).toEqual([
    { kind: "basicConstraints", critical: true, ca: true, pathLength: 0 },
  ]);
  expect(extension("keyUsage = digitalSignature, cRLSign")).toEqual([
    { kind: "keyUsage", critical: false, uses: ["digitalSignature", "cRLSign"] },
  ]);
  expect(extension("extendedKeyUsage = clientAuth, 1.2.3.4")).toEqual([
    { kind: "extendedKeyUsage", critical: false, purposes: ["1.3.6.1.5.5.7.3.2", "1.2.3.4"] },
  ]);
  const names = extension(
    "subjectAltName = DNS:A.example, @alt, email:a@b.c",
    "[alt]\nIP.1 = ::0001\nURI.2 = urn:x:y\nDNS = *.example.org",
  );
  expect(names).toEqual([
    {
      kind: "subjectAltName",
      critical: false,
      names: [
        { kind: "dns", value: "a.example" },
        { kind: "ip", value: "::1" },
        { kind: "uri", value: "urn:x:y" },
        { kind: "dns", value: "*.example.org" },
        { kind: "email", value: "a@b.c" },
      ],
    },
  ]);
  expect(extension("subjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid, issuer")).toEqual([]);
  expect(extension("crlDistributionPoints = URI:http://ca.example/x.crl")).toEqual([
    { kind: "crlDistributionPoints", critical: false, uris: ["http://ca.example/x.crl"] },
  ]);
});

test.each([
  "nsComment = x",
  "1.2.3.4 = ASN1:NULL",
  "nameConstraints = permitted;DNS:x",
  "basicConstraints = CA:MAYBE",
  "basicConstraints = CA:FALSE, pathlen:1",
  "basicConstraints = CA:TRUE, CA:FALSE",
  "basicConstraints = pathlen:-1",
  "basicConstraints =",
  "basicConstraints = critical",
  "keyUsage = digitalsignature",
  "keyUsage = digitalSignature, critical",
  "extendedKeyUsage = client",
  "extendedKeyUsage = 1.2",
  "subjectAltName = host",
  "subjectAltName = DNS:a b",
  "subjectAltName = DNS:",
  "subjectAltName = DNS:1.2.3.4",
  "subjectAltName = IP:1.2.3",
  "subjectAltName = IP:fe80::1%eth0",
  "subjectAltName = email:copy",
  "subjectAltName = URI:no-scheme",
  "subjectAltName = URI:urn:é",
  "subjectAltName = dirName:x",
  "subjectAltName = otherName:1.2.3;UTF8:x",
  "subjectAltName = @none",
  "subjectKeyIdentifier = none",
  "authorityKeyIdentifier = issuer:always",
  "authorityKeyIdentifier = critical, keyid",
  "crlDistributionPoints = dp",
  "crlDistributionPoints = URI:ldap://x",
])("refuses the extension %s", (line) => {
  expect(() => extension(line)).toThrow(
    expect.objectContaining({ code: "cnf-malformed", message: expect.stringMatching(/^x\.cnf(:2)?: /) as string }),
  );
});

test("names are read by short and long names, in order, and refused where they cannot be written", () => {
  const name = (text: string) => nameOf(parse(`[dn]\n${text}`), "dn");
  expect(name("C = DE\n1.OU = a\n2.OU = b\ncommonName = Zoë")).toEqual([
    { type: "C", value: "DE" },
    { type: "OU", value: "a" },
    { type: "OU", value: "b" },
    { type: "CN", value: "Zoë" },
  ]);
  for (const bad of [
    "C = DEU",
    "C = Ü",
    "CN =",
    `CN = ${"x".repeat(65)}`,
    "CN = a\\nb",
    "XX = y",
    "emailAddress = é",
    "",
  ]) {
    expect(() => name(bad)).toThrow(Fault);
  }
});

test("the shipped configuration says the same as the built-in templates", () => {
  const file = (name: string) => {
    const path = join(import.meta.dirname, "../../../certs", name);
    return { file: path, text: readFileSync(path, "utf8") };
  };
  const shipped = configTemplates(
    { ca: file("ca.cnf"), server: file("server.cnf"), client: file("client.cnf") },
    { CHAT_REALM: "Choir" },
  );
  const builtIn = builtInTemplates("Choir");
  const hosts = parseHosts("localhost ::1 10.0.0.1");
  const wish = { user: "alice" as Handle, device: "0".repeat(32) as DeviceId, name: 'A, "B" = $c\\' };
  expect(shipped.root()).toEqual(builtIn.root());
  expect(shipped.issuing()).toEqual(builtIn.issuing());
  expect(shipped.server(hosts)).toEqual(builtIn.server(hosts));
  expect(shipped.device(wish)).toEqual(builtIn.device(wish));
  expect(shipped.device({ ...wish, email: "a@b.example" })).toEqual(builtIn.device({ ...wish, email: "a@b.example" }));
});
