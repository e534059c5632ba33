// The parts of coming in by OpenPGP that need no server: how much is looked up, whose turn a ticket is, and what an owner may write.
import { describe, expect, test } from "vitest";
import type { Sha256 } from "../../../src/model/ids.ts";
import { LookUps, LOOK_UP_LIMITS } from "../../../src/server/door/openpgp/look-ups.ts";
import { type Application, Tickets } from "../../../src/server/door/openpgp/tickets.ts";
import { addressIn, allowedIn, isAllowed, sourcesIn } from "../../../src/server/service/realm/openpgp-rules.ts";
import { nameByAddress, openpgpFingerprint } from "../../../src/server/service/realm/proved.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

const FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567";
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe("look-ups", () => {
  const stranger = (at: number): { address: string; isInvited: false } => ({ address: `a${at}`, isInvited: false });

  test("so many of one address at once, and so many of all strangers", () => {
    const lookUps = new LookUps();
    const one = stranger(0);
    expect(many(LOOK_UP_LIMITS.ofAddress + 1).map(() => lookUps.enter(one, 0))).toEqual(
      many(LOOK_UP_LIMITS.ofAddress + 1).map((at) => at < LOOK_UP_LIMITS.ofAddress),
    );
    lookUps.leave(one);
    expect([lookUps.enter(one, 0), lookUps.enter(one, 0)]).toEqual([true, false]);
    const left = LOOK_UP_LIMITS.inAll - LOOK_UP_LIMITS.ofAddress;
    expect(many(left + 1).map((at) => lookUps.enter(stranger(at + 1), 0))).toEqual(
      many(left + 1).map((at) => at < left),
    );
  });

  test("who is invited does not wait for strangers, and has an own count", () => {
    const lookUps = new LookUps({ ...LOOK_UP_LIMITS, inAll: 1 });
    expect(lookUps.enter(stranger(0), 0)).toBe(true);
    expect(lookUps.enter(stranger(1), 0)).toBe(false);
    expect(lookUps.enter({ address: "a0", isInvited: true }, 0)).toBe(true);
    expect(lookUps.enter({ address: "a1", isInvited: true }, 0)).toBe(false);
  });

  test("so many within a window, those that are over among them; then anew, also when the clock is put back", () => {
    const lookUps = new LookUps({ ...LOOK_UP_LIMITS, ofStrangersInWindow: 3, ofAddressInWindow: 2 });
    const once = (at: number, now: number): boolean => {
      const isIn = lookUps.enter(stranger(at), now);
      if (isIn) lookUps.leave(stranger(at));
      return isIn;
    };
    expect([once(0, 1), once(0, 2), once(0, 3), once(1, 4), once(2, 5)]).toEqual([true, true, false, true, false]);
    expect([once(2, LOOK_UP_LIMITS.windowMs - 1), once(2, LOOK_UP_LIMITS.windowMs)]).toEqual([false, true]);
    expect([once(0, 0), once(0, 0), once(0, 0)]).toEqual([true, true, false]);
  });
});

describe("tickets", () => {
  const application = (address: string): Application => ({
    address,
    email: "ada@example.org",
    code: undefined,
    request: Buffer.alloc(0),
    requestHash: "00".repeat(32) as Sha256,
    server: "chat.example.org",
    isInvited: false,
  });

  test("so many of one address; those that are over make room", () => {
    const tickets = new Tickets();
    const opened = many(33).map(() => tickets.open(application("a"), 0));
    expect(opened.filter((one) => one === undefined)).toHaveLength(1);
    expect(tickets.open(application("b"), 0)).toBeDefined();
    expect(tickets.open(application("a"), 600_000)).toBeDefined();
  });

  test("found for ten minutes, by nobody who guesses", () => {
    const tickets = new Tickets();
    const ticket = tickets.open(application("a"), 0);
    expect(ticket?.id).toMatch(/^[\w-]{22}$/);
    expect(tickets.find(ticket?.id ?? "", 599_999)).toBe(ticket);
    expect(tickets.find(ticket?.id ?? "", 600_000)).toBeUndefined();
    expect(tickets.find("", 0)).toBeUndefined();
    // No challenge yet: nothing to be answered.
    expect(tickets.take(ticket?.id ?? "", 0)).toBeUndefined();
  });
});

describe("what an owner writes", () => {
  test("domains and addresses, in any case, with blanks or commas; none is nobody", () => {
    expect(allowedIn("Example.org, ada@Example.com example.org")).toEqual(["example.org", "ada@example.com"]);
    expect(allowedIn("none")).toEqual([]);
    expect(sourcesIn("wkd hkps://Keys.example.net")).toEqual(["wkd", "hkps://keys.example.net"]);
    expect(addressIn("Chat@Example.org")).toBe("chat@example.org");
  });

  test.each(["ada@", "@example.org", "a b@c@d", "exa mple.org <x>"])("%j is refused", async (text) => {
    expect((await faultOf(() => allowedIn(text))).code).toBe("openpgp-list");
  });

  test("an allowed domain is neither the one below nor the one beside it", () => {
    const rules = { allowed: ["example.org", "eve@example.com"], sources: [], email: undefined };
    const is = (email: string): boolean => isAllowed(rules, email);
    expect(["a@example.org", "eve@example.com"].map(is)).toEqual([true, true]);
    expect(["a@b.example.org", "a@xexample.org", "adam@example.com", "example.org"].map(is)).toEqual([
      false,
      false,
      false,
      // Not an address; nobody comes so far with it.
      true,
    ]);
  });

  test("a fingerprint as gpg shows it", async () => {
    expect(openpgpFingerprint("0123 4567 89ab CDEF 0123  4567 89AB CDEF 0123 4567")).toBe(FINGERPRINT);
    expect(openpgpFingerprint(`0x${FINGERPRINT}`)).toBe(FINGERPRINT);
    expect((await faultOf(() => openpgpFingerprint(FINGERPRINT.slice(1)))).code).toBe("openpgp-fingerprint");
  });

  test("a name by the mailbox", () => {
    expect(nameByAddress({ email: "ada@example.org", fingerprint: FINGERPRINT })).toBe("ada");
  });
});
