// When messages are over.
import { describe, expect, it } from "vitest";
import { isOver, lasting } from "../../../../../src/client/app/expiry/expiry.ts";
import type { Opened } from "../../../../../src/client/app/payload/opened.ts";

const TEXT = { kind: "text", text: "hello", expire: 60 } as const;

describe("a message that disappears", () => {
  it("is kept with its time, counted from when the server took it", () => {
    expect(lasting(TEXT, { at: 1_000, now: 2_000 })).toEqual({ ...TEXT, expiresAt: 61_000 });
  });

  it("is kept as what is left where its time is over when it comes", () => {
    expect(lasting(TEXT, { at: 1_000, now: 60_999 })).toMatchObject({ kind: "text" });
    expect(lasting(TEXT, { at: 1_000, now: 61_000 })).toEqual({ kind: "expired" });
  });

  it.each<Opened>([
    { kind: "text", text: "hello" },
    { kind: "timer", expire: 60 },
    { kind: "deleted", by: "bob" as never },
  ])("%j is as it was", (opened) => {
    expect(lasting(opened, { at: 0, now: 1_000_000 })).toBe(opened);
    expect(isOver(opened, 1_000_000)).toBe(false);
  });

  it("is over from that moment on", () => {
    const kept = lasting(TEXT, { at: 1_000, now: 1_000 });
    expect(isOver(kept, 60_999)).toBe(false);
    expect(isOver(kept, 61_000)).toBe(true);
  });
});
