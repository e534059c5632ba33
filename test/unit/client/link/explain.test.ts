// What is said of a connection that failed: what can be looked at is another thing for the chat and for the door of newcomers.
import { describe, expect, test } from "vitest";
import { explain, timedOut, type Where } from "../../../../src/client/link/explain.ts";
import type { Fault } from "../../../../src/model/fault.ts";

const at = (kind: Where["at"]): Where => ({ server: "chat.example.org:12346", host: "chat.example.org", at: kind });

const NETWORK = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN"].concat([
  "EADDRNOTAVAIL",
  "EACCES",
  "ETIMEDOUT",
  "ECONNRESET",
  "EPIPE",
  "ESOMETHING",
]);
const TLS = ["WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "BAD_RECORD_TYPE"].concat([
  "UNEXPECTED_MESSAGE",
  "TLSV1_ALERT_PROTOCOL_VERSION",
  "UNSUPPORTED_PROTOCOL",
  "TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
  "NO_APPLICATION_PROTOCOL",
  "TLSV13_ALERT_CERTIFICATE_REQUIRED",
  "TLSV1_ALERT_UNKNOWN_CA",
  "SSLV3_ALERT_CERTIFICATE_REVOKED",
  "SOMETHING",
]);

/** Everything that can be said. */
function all(where: Where): readonly Fault[] {
  const codes = [...NETWORK, ...TLS.map((name) => `ERR_SSL_${name}`)];
  const faults = codes.map((code) => explain(Object.assign(new Error(code), { code }), where, "handshake"));
  return [...faults, timedOut(where, "dial", 1_000), timedOut(where, "handshake", 1_000)];
}

/** Of the programs, for people: `-ip`, `-p`, `--as`. */
const FLAG = /(?:^|\s)--?[a-z]+\b/;

describe("what failed", () => {
  test("at the door is never mended by a flag: `join` has none for it, its place is in the line", () => {
    const faults = all(at("door"));
    expect(faults.filter(({ hint }) => hint === undefined || FLAG.test(hint))).toEqual([]);
    const told = new Set(faults.filter(({ hint }) => hint?.includes("in the line") === true).map(({ code }) => code));
    for (const code of ["connect-refused", "connect-host-unknown", "connect-unreachable", "connect-timeout"])
      expect(told).toContain(code);
    for (const code of ["connect-reset", "server-not-tls", "server-old-tls", "server-no-alpn"])
      expect(told).toContain(code);
  });

  test("at the chat has the same code, and names the flags", () => {
    const [chat, door] = [all(at("chat")), all(at("door"))];
    expect(chat.map(({ code }) => code)).toEqual(door.map(({ code }) => code));
    const flagged = chat.filter(({ hint = "" }) => FLAG.test(hint)).map(({ code }) => code);
    expect(flagged).toContain("connect-refused");
    expect(chat.some(({ hint = "" }) => hint.includes("in the line"))).toBe(false);
  });

  test("a door that is shut may be so because the line was used already", () => {
    const fault = all(at("door")).find(({ code }) => code === "connect-refused");
    expect(fault?.hint).toMatch(/used already, or be too old; then ask for a new one$/);
  });

  test("the port of the chat in the place of the door's is told as that", () => {
    const fault = explain(
      Object.assign(new Error(""), { code: "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL" }),
      at("door"),
      "handshake",
    );
    expect(fault.message).toContain("is not the door of a chat-server");
    expect(fault.hint).toContain("a port of its own");
  });
});
