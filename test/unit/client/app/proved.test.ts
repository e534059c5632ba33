// What is shown of somebody beside the name: only what a certificate that holds and the realm's log say together.
import { describe, expect, it } from "vitest";
import { Proved } from "../../../../src/client/app/proved.ts";
import type { MemberView } from "../../../../src/mls/groups.ts";
import type { DeviceId, Handle, Sha256 } from "../../../../src/model/ids.ts";
import type { IssuedEntry } from "../../../../src/transparency/entry.ts";

const ADA = "ada" as Handle;
const EMAIL = "ada@example.org";
const [FIRST, SECOND] = ["11".repeat(16), "22".repeat(16)] as [DeviceId, DeviceId];
const [OLD, NEW] = ["AA".repeat(20), "BB".repeat(20)] as [string, string];

function device(id: DeviceId, more: Partial<MemberView> = {}): MemberView {
  const base = { device: id, user: ADA, name: "Ada", certificate: "", key: "", serial: "01", until: 0 };
  return { ...base, suspect: undefined, ...more };
}

function entry(id: DeviceId, more: Partial<IssuedEntry>): IssuedEntry {
  const base = { kind: "issued", at: 0, user: ADA, device: id, serial: "01", cert: "00".repeat(32) as Sha256 } as const;
  return { ...base, until: 1, how: "openpgp", ...more };
}

function proved(members: readonly MemberView[], entries: readonly IssuedEntry[]): Proved {
  return new Proved({ members: () => members, entriesOf: (user) => entries.filter((one) => one.user === user) });
}

describe("of a user", () => {
  it("the address of the certificate, and the newest key that was proved with it", () => {
    const entries = [
      entry(FIRST, { pgp: OLD, email: EMAIL }),
      entry(SECOND, { pgp: NEW, email: EMAIL }),
      entry(SECOND, { how: "renewal" }),
    ];
    const both = proved([device(FIRST, { email: EMAIL }), device(SECOND, { email: EMAIL })], entries);
    expect(both.of("ada")).toEqual({ email: EMAIL, openpgp: NEW });
    expect(both.ofDevice("ada", FIRST)).toEqual({ email: EMAIL, openpgp: OLD });
    expect(both.ofDevice("ada", SECOND)).toEqual({ email: EMAIL, openpgp: NEW });
  });

  it("an address without a key stands alone; without an address there is nothing", () => {
    expect(proved([device(FIRST, { email: EMAIL })], [entry(FIRST, { how: "invitation" })]).of("ada")).toEqual({
      email: EMAIL,
    });
    expect(proved([device(FIRST)], [entry(FIRST, { pgp: OLD, email: EMAIL })]).of("ada")).toEqual({});
    expect(proved([], []).of("ada")).toEqual({});
  });

  it("a key that was proved with another address is not this one's, and a device that must go says nothing", () => {
    const entries = [entry(FIRST, { pgp: OLD, email: "old@example.org" })];
    expect(proved([device(FIRST, { email: EMAIL })], entries).of("ada")).toEqual({ email: EMAIL });
    expect(proved([device(FIRST, { email: EMAIL, suspect: "revoked" })], []).of("ada")).toEqual({});
    expect(proved([device(FIRST, { email: EMAIL })], []).of("bob")).toEqual({});
  });
});
