// Tickets and records: what was written can be read, and comes out the same.
import { expect, test } from "vitest";
import type { DownloadRecord, UploadRecord } from "../../../../src/client/files/record.ts";
import {
  readDownloadRecord,
  readUploadRecord,
  writeDownloadRecord,
  writeUploadRecord,
} from "../../../../src/client/files/record.ts";
import { type FileKey, type FileTicket, readTicket, writeTicket } from "../../../../src/client/files/ticket.ts";
import type { Sha256 } from "../../../../src/model/ids.ts";

const TICKET: FileTicket = {
  blob: "ab".repeat(32) as Sha256,
  key: "cd".repeat(32) as FileKey,
  size: 70_000,
  sha256: "ef".repeat(32) as Sha256,
  name: "photo.png",
  type: "image/png",
};
const PLACE = { folder: "/home/bob", name: "photo.png", partial: "/home/bob/.0.part", file: "1 2", replace: false };

test("a ticket through JSON", () => {
  expect(readTicket(JSON.parse(JSON.stringify(writeTicket(TICKET))))).toEqual(TICKET);
  expect(readTicket(writeTicket({ ...TICKET, size: 0 })).size).toBe(0);
});

test("name and type are made safe on the way out and on the way in", () => {
  const odd = { ...TICKET, name: "../x\u202e.png", type: "Text/HTML;x" };
  expect(writeTicket(odd)).toMatchObject({ name: "_x.png", type: "application/octet-stream" });
  expect(readTicket({ ...odd })).toMatchObject({ name: "_x.png", type: "application/octet-stream" });
});

test("records through the vault", () => {
  const up: UploadRecord = { path: "/home/alice/photo.png", ticket: TICKET };
  expect(readUploadRecord(writeUploadRecord(up))).toEqual(up);
  const down: DownloadRecord = { ticket: TICKET, place: PLACE, offset: 65_536 };
  expect(readDownloadRecord(writeDownloadRecord(down))).toEqual(down);
});

test.each([
  ["not JSON", "{"],
  ["of a newer version", JSON.stringify({ v: 2, ticket: writeTicket(TICKET), place: PLACE, offset: 0 })],
  ["an offset inside a chunk", JSON.stringify({ v: 1, ticket: writeTicket(TICKET), place: PLACE, offset: 5 })],
  ["an offset after the end", JSON.stringify({ v: 1, ticket: writeTicket(TICKET), place: PLACE, offset: 131_072 })],
  [
    "an offset before the beginning",
    JSON.stringify({ v: 1, ticket: writeTicket(TICKET), place: PLACE, offset: -65_536 }),
  ],
  ["no place", JSON.stringify({ v: 1, ticket: writeTicket(TICKET), offset: 0 })],
  ["a ticket without a key", JSON.stringify({ v: 1, ticket: { ...TICKET, key: "" }, place: PLACE, offset: 0 })],
])("a record that is %s is refused", (_, text) => {
  expect(() => readDownloadRecord(text)).toThrow(expect.objectContaining({ code: "transfer-record" }) as Error);
  expect(() => readUploadRecord(text)).toThrow(expect.objectContaining({ code: "transfer-record" }) as Error);
});
