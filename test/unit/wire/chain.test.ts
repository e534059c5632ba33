// The chain by hand: fixed bytes, so that other programs can be checked against the same.
import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { CHAIN_START, nextChain } from "../../../src/wire/chain.ts";

const sha256 = (bytes: Uint8Array): Buffer => hash("sha256", bytes, "buffer");
const link = {
  log: Buffer.alloc(16, 1),
  sender: Buffer.alloc(16, 2),
  mid: Buffer.alloc(16, 3),
  seq: 5,
  at: 7,
  kind: 2,
  epoch: 9,
  body: Buffer.from("body"),
};
const u64 = (value: number): Buffer => Buffer.from(value.toString(16).padStart(16, "0"), "hex");
const parts = [CHAIN_START, link.log, u64(5), u64(7), link.sender, link.mid, Buffer.of(2), u64(9), sha256(link.body)];

test("an entry without a note has a hash of its body at the end", () => {
  const expected = sha256(Buffer.concat(parts));
  expect(Buffer.from(nextChain(CHAIN_START, link))).toEqual(expected);
  expect(Buffer.from(nextChain(CHAIN_START, { ...link, note: Buffer.alloc(0) }))).toEqual(expected);
  expect(expected.toString("hex")).toBe("47c45a3fef400c47b64b1ded7d6843db53a607c47c57de4cb4754b314c5fd43f");
});

test("an entry with a note has one of the note behind it", () => {
  const note = Buffer.from("note");
  const expected = sha256(Buffer.concat([...parts, sha256(note)]));
  expect(Buffer.from(nextChain(CHAIN_START, { ...link, note }))).toEqual(expected);
});
