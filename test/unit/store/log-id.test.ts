// Log ids: fixed examples, so that other programs can be checked against the same.
import { hash } from "node:crypto";
import { expect, test } from "vitest";
import type { DeviceId, Handle, Sha256 } from "../../../src/model/ids.ts";
import { logKind } from "../../../src/model/ids.ts";
import { directLog, inboxLog, lobbyLog, newRoomLog } from "../../../src/wire/log-id.ts";

const DEVICE = "00112233445566778899aabbccddeeff" as DeviceId;

test("an inbox is 00 01 and the first 14 bytes of SHA-256(label ‖ device)", () => {
  const digest = hash("sha256", Buffer.concat([Buffer.from("mutual-chat/1 inbox"), Buffer.from(DEVICE, "hex")]), "hex");
  expect(inboxLog(DEVICE)).toBe(`0001${digest.slice(0, 28)}`);
  expect(inboxLog(DEVICE)).toBe("00012f1de0bd05d475c19c342dec518b");
  expect(logKind(inboxLog(DEVICE))).toBe("inbox");
});

test("a lobby is 00 02 and the first 14 bytes of SHA-256(label ‖ fingerprint)", () => {
  const fingerprint = "ab".repeat(32) as Sha256;
  const digest = hash("sha256", Buffer.concat([Buffer.from("mutual-chat/1 lobby"), Buffer.alloc(32, 0xab)]), "hex");
  expect(lobbyLog(fingerprint)).toBe(`0002${digest.slice(0, 28)}`);
  expect(logKind(lobbyLog(fingerprint))).toBe("lobby");
});

test("a direct conversation is 00 04 and the first 14 bytes of SHA-256(label ‖ fingerprint ‖ both handles), in either order", () => {
  const fingerprint = "ab".repeat(32) as Sha256;
  const [ann, bob] = ["ann" as Handle, "bob.b" as Handle];
  const handles = Buffer.concat([Buffer.of(3), Buffer.from("ann"), Buffer.of(5), Buffer.from("bob.b")]);
  const digest = hash("sha256", Buffer.concat([Buffer.from("mutual direct"), Buffer.alloc(32, 0xab), handles]), "hex");
  expect(directLog(fingerprint, ann, bob)).toBe(`0004${digest.slice(0, 28)}`);
  expect(directLog(fingerprint, bob, ann)).toBe(directLog(fingerprint, ann, bob));
  expect(directLog(fingerprint, ann, ann)).not.toBe(directLog(fingerprint, ann, bob));
  expect(() => directLog("00" as Sha256, ann, bob)).toThrow(RangeError);
});

test("a room takes 14 of its 16 random bytes; what has another length is refused", () => {
  expect(newRoomLog(Buffer.alloc(16, 0xcd))).toBe(`0003${"cd".repeat(14)}`);
  expect(() => newRoomLog(Buffer.alloc(15))).toThrow(RangeError);
  expect(() => inboxLog("00" as DeviceId)).toThrow(RangeError);
  expect(() => lobbyLog("00" as Sha256)).toThrow(RangeError);
});
