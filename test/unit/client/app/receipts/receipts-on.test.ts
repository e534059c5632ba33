// Where receipts are sent and shown.
import { describe, expect, it } from "vitest";
import { receiptsOn } from "../../../../../src/client/app/receipts/receipts-on.ts";

describe("receipts", () => {
  it.each([
    { kind: "direct", users: 2, wish: undefined, on: true },
    { kind: "direct", users: 2, wish: false, on: false },
    { kind: "room", users: 20, wish: undefined, on: true },
    { kind: "room", users: 21, wish: undefined, on: false },
    { kind: "room", users: 21, wish: true, on: true },
    { kind: "room", users: 20, wish: false, on: false },
    { kind: "room", users: 100, wish: true, on: true },
    { kind: "room", users: 101, wish: true, on: false },
    { kind: "lobby", users: 2, wish: undefined, on: false },
    { kind: "lobby", users: 2, wish: true, on: false },
    { kind: "inbox", users: 1, wish: true, on: false },
    { kind: undefined, users: 2, wish: true, on: false },
  ] as const)("%j", ({ on, ...place }) => {
    expect(receiptsOn(place)).toBe(on);
  });
});
