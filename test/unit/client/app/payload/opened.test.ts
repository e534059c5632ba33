// What the vault keeps: everything comes back, also what an older version wrote; what is sent of it again is a payload.
import { describe, expect, test } from "vitest";
import {
  type Message,
  type Opened,
  payloadOf,
  readOpened,
  settled,
  writeOpened,
} from "../../../../../src/client/app/payload/opened.ts";
import { decodePayload, encodePayload } from "../../../../../src/client/app/payload/payload.ts";
import type { DeviceId, Handle } from "../../../../../src/model/ids.ts";
import { FULL, MID } from "./samples.ts";

const [alice, bob] = ["alice" as Handle, "bob" as Handle];
const happened = {
  edited: { at: 1_800_000_000_000 },
  reactions: [
    ["👍", [alice, bob]],
    ["__proto__", [bob]],
  ],
  expiresAt: 1_800_000_060_000,
} satisfies Partial<Message>;
const device = { device: "0d".repeat(16) as DeviceId, user: bob, name: "Bob \u202e" };

const OPENED: readonly Opened[] = [
  ...Object.values(FULL),
  { ...FULL.text, ...happened },
  { ...FULL.file, ...happened },
  { kind: "settled", of: "edit", target: MID },
  { kind: "settled", of: "archive-ask" },
  { kind: "deleted", by: alice },
  { kind: "expired" },
  {
    kind: "commit",
    by: alice,
    isExternal: false,
    isRenewed: true,
    added: [device],
    removed: [],
    terms: { roles: [{ user: bob, was: "member", role: "admin" }], named: [bob], closed: true },
  },
  { kind: "newer" },
  { kind: "unreadable", code: "undecryptable" },
];

describe("what is kept", () => {
  test.each(OPENED.map((opened) => [opened.kind, opened] as const))("%s comes back", (_, opened) => {
    expect(readOpened(writeOpened(opened))).toStrictEqual(opened);
  });

  test("of an older version is read", () => {
    expect(readOpened('{"kind":"text","text":"hi"}')).toStrictEqual({ kind: "text", text: "hi" });
    expect(readOpened(`{"kind":"text","text":"hi","replyTo":"${MID}"}`)).toStrictEqual({
      kind: "text",
      text: "hi",
      replyTo: MID,
    });
    expect(readOpened('{"kind":"newer"}')).toStrictEqual({ kind: "newer" });
    expect(readOpened('{"kind":"unreadable","code":"payload-malformed"}')).toStrictEqual({
      kind: "unreadable",
      code: "payload-malformed",
    });
  });

  test.each(['{"kind":"poll","q":1}', '{"kind":"toString"}', "{}"])("%s of a newer one is shown as such", (kept) => {
    expect(readOpened(kept)).toStrictEqual({ kind: "newer" });
  });
});

describe("what is sent of it", () => {
  test.each(Object.values(FULL).map((payload) => [payload.kind, payload] as const))("%s", (_, payload) => {
    expect(payloadOf(payload)).toStrictEqual(payload);
  });

  test("is without what happened to it", () => {
    for (const said of [FULL.text, FULL.file]) {
      const kept: Message = { ...said, ...happened };
      const payload = payloadOf(readOpened(writeOpened(kept)));
      expect(payload).toStrictEqual(said);
      expect(decodePayload(encodePayload(payload ?? { kind: "text", text: "none" }))).toStrictEqual(said);
      expect(kept.edited).toBeDefined();
    }
  });

  test.each(["settled", "deleted", "expired", "commit", "newer", "unreadable"])("%s: nothing", (kind) => {
    const all = OPENED.filter((opened) => opened.kind === kind);
    expect(all.length).toBeGreaterThan(0);
    expect(all.map(payloadOf)).toEqual(all.map(() => undefined));
  });
});

describe("what is left of an entry that has done its work", () => {
  test("is no text, and no key", () => {
    expect(settled(FULL.edit)).toStrictEqual({ kind: "settled", of: "edit", target: MID });
    expect(settled(FULL["archive-ask"])).toStrictEqual({ kind: "settled", of: "archive-ask" });
    expect(settled(FULL["archive-grant"])).toStrictEqual({ kind: "settled", of: "archive-grant" });
  });

  test("is all of it elsewhere", () => {
    const others = OPENED.filter(({ kind }) => !["edit", "archive-ask", "archive-grant"].includes(kind));
    expect(others.length).toBeGreaterThan(10);
    for (const opened of others) expect(settled(opened)).toBe(opened);
  });
});
