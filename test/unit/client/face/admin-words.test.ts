// What an owner types, as the request that the server takes.
import { describe, expect, test } from "vitest";
import { adminRequest } from "../../../../src/client/face/admin-words.ts";
import type { Fault } from "../../../../src/model/fault.ts";

const NOW = Date.UTC(2026, 10, 21, 8);
const DAY = 86_400_000;

const read = (line: string): unknown =>
  adminRequest(
    line.split(" ").filter((word) => word !== ""),
    NOW,
  );

describe("requests", () => {
  test.each<readonly [string, object]>([
    ["users", { do: "users" }],
    ["invite", { do: "invite" }],
    ["invite @bob", { do: "invite", user: "bob" }],
    ["invite user=123 uses=3", { do: "invite", user: "123", uses: 3 }],
    [
      "invite bob lastsMs=7d leaseUntil=2026-12-31",
      {
        do: "invite",
        user: "bob",
        lastsMs: 7 * DAY,
        leaseUntil: Date.UTC(2026, 11, 31, 23, 59, 59),
      },
    ],
    ["invite leaseUntil=2w", { do: "invite", leaseUntil: NOW + 14 * DAY }],
    [
      "invite leaseUntil=2026-12-31T18:00Z lastsMs=60000",
      {
        do: "invite",
        leaseUntil: Date.UTC(2026, 11, 31, 18),
        lastsMs: 60_000,
      },
    ],
    // A device id of digits alone is no number.
    ["revoke 12345678", { do: "revoke", target: "12345678" }],
    ["revoke target=1e234567 reason=superseded", { do: "revoke", target: "1e234567", reason: "superseded" }],
    ["rename bob name=Bob", { do: "rename", user: "bob", name: "Bob" }],
    ["role bob admin", { do: "role", user: "bob", role: "admin" }],
    ["limits messageRate=5", { do: "limits", messageRate: 5 }],
    ["limits message-rate=5", { do: "limits", messageRate: 5 }],
    ["maintenance on", { do: "maintenance", on: true }],
    ["maintenance off", { do: "maintenance", on: false }],
    ["maintenance", { do: "maintenance" }],
    ["registration open", { do: "registration", who: "open" }],
    ["motd the server moves", { do: "motd", text: "the server moves" }],
    ["motd true", { do: "motd", text: "true" }],
    ["motd -", { do: "motd", clear: true }],
    ["rename bob Bob Brown", { do: "rename", user: "bob", name: "Bob Brown" }],
    ["withdraw 1234abcd", { do: "withdraw", id: "1234abcd" }],
    ["invite uses=3 bob", { do: "invite", user: "bob", uses: 3 }],
    ["maintenance on=true", { do: "maintenance", on: true }],
    ["maintenance on=false", { do: "maintenance", on: false }],
    ['new-act list:=[1,"a"] text=a=b', { do: "new-act", list: [1, "a"], text: "a=b" }],
  ])("%s", (line, request) => {
    expect(read(line)).toStrictEqual(request);
  });

  test.each([
    ["", "the act is missing"],
    ["user=bob", "the act is missing"],
    ["users bob", '"bob" is no FIELD=VALUE'],
    ["invite bob carol", '"carol" is no FIELD=VALUE'],
    ["invite bob do=revoke", '"do=revoke" is no FIELD=VALUE'],
    ["constructor x", 'there is no act "constructor"'],
    ["usres", 'there is no act "usres"'],
    ["role bob", "role: the role is missing"],
    ["rename", "rename: the user is missing"],
    ["maintenance maybe", 'maintenance is on or off, not "maybe"'],
    ["invite user-name=x do=revoke", '"do=revoke" is no FIELD=VALUE'],
    ["invite uses=1e9", 'uses is not a number or a time: "1e9"'],
    ["invite lastsMs=soon", 'lastsMs is not a number or a time: "soon"'],
    ["invite leaseUntil=2026-02-31", 'leaseUntil is not a number or a time: "2026-02-31"'],
    ["invite uses:={", "uses is not JSON"],
    ["backup b1 passphrase=secret", "a passphrase is not said here: others could read it"],
    ['backup b1 passphrase:="secret"', "a passphrase is not said here: others could read it"],
    ["new-act passphrase=secret", "a passphrase is not said here: others could read it"],
  ])("%j is refused: %s", (line, sentence) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ code: "bad-command", message: sentence }) as Fault);
  });

  test.each([
    ["usres", /^one of: users, user, .*maintenance/],
    ["", /^one of: users/],
    ["role bob", /^role USER ROLE$/],
  ])("%j: the hint says what there is", (line, hint) => {
    expect(() => read(line)).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) as string }) as Fault);
  });

  test("a passphrase is not repeated, and the hint says how it is done", () => {
    let told: unknown;
    try {
      read("backup b1 passphrase=secret");
    } catch (error) {
      told = error;
    }
    const { message, hint = "" } = told as Fault;
    expect(`${message} ${hint}`).not.toContain("secret");
    expect(hint).toContain("--passphrase-file FILE");
    expect(read("backup b1")).toStrictEqual({ do: "backup", file: "b1" });
  });
});
