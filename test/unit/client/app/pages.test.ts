// Pages of a conversation and what a list shows of it, over a real vault.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ViewWorld } from "../../../../src/client/app/names.ts";
import { pageOf, previewOf } from "../../../../src/client/app/pages.ts";
import type { People } from "../../../../src/client/app/people.ts";
import type { Vault } from "../../../../src/client/port/vault.ts";
import { openVault } from "../../../../src/client/vault/sqlite.ts";
import type { DeviceId, Handle, Seq } from "../../../../src/model/ids.ts";
import { BOB, chain, entry, fault, keep, LASTING, LOG, ME, mid, withLog } from "../../../kit/vault.ts";

let folder: string;
let vault: Vault;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-pages-"));
  vault = withLog(openVault(folder));
  keep(vault, ...Array.from({ length: 20 }, (_, at) => entry(at + 1, at % 5 === 4 ? { aside: true } : {})));
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true });
});

const page = (wanted: Partial<Parameters<typeof pageOf>[1]>): Seq[] =>
  pageOf(LOG, { before: undefined, limit: 4, ...wanted }, vault).map(({ seq }) => seq);

const people = {
  sender: (device: DeviceId) => ({ user: device === BOB ? "bob" : "me", device, name: "", verified: true }),
  userOf: (device: DeviceId) => (device === BOB ? "bob" : "me"),
} as unknown as People;
const view: ViewWorld = {
  nameOf: () => "#lobby",
  self: ME,
  user: "me" as Handle,
  people,
  now: () => 0,
  isMuted: () => false,
};

describe("a page", () => {
  test("is the newest, those before, those after, or those around, without what is no message", () => {
    expect(page({})).toEqual([16, 17, 18, 19]);
    expect(page({ before: 16 })).toEqual([11, 12, 13, 14]);
    expect(page({ after: 0 })).toEqual([1, 2, 3, 4]);
    expect(page({ after: 18 })).toEqual([19]);
    expect(page({ after: 19 })).toEqual([]);
    expect(page({ around: mid(8), limit: 5 })).toEqual([6, 7, 8, 9, 11]);
    expect(page({ around: mid(8), limit: 4 })).toEqual([6, 7, 8, 9]);
    expect(page({ around: mid(1), limit: 4 })).toEqual([1, 2, 3, 4]);
    expect(page({ around: mid(19), limit: 4 })).toEqual([17, 18, 19]);
    expect(page({ around: mid(8), limit: 1 })).toEqual([8]);
  });

  test("around nothing is refused", () => {
    expect(fault(() => page({ around: mid(99) })).code).toBe("no-such-message");
  });
});

describe("a preview", () => {
  const preview = () => {
    const [held] = vault.logs();
    if (held === undefined) throw new Error("no log");
    return previewOf(held, vault.unread(LOG, ME), { vault, view });
  };

  test("says what was said last, what was read, and how often this user is named since", () => {
    const called = { payload: JSON.stringify({ kind: "text", text: "@me please" }), text: "@me please" };
    keep(vault, entry(21, called), entry(22, called), entry(23, { ...called, sender: ME }), entry(24));
    vault.commit([{ put: "read", log: LOG, seq: 21 }], LASTING);
    expect(preview()).toMatchObject({ read: 21, mentions: 1, last: { seq: 24, text: "24" } });
    vault.commit([{ put: "read", log: LOG, seq: 24 }], LASTING);
    expect(preview()).toMatchObject({ read: 24, mentions: 0, last: { seq: 24 } });
  });

  test("of an empty conversation has nothing that was said last", () => {
    const empty = { log: LOG.replace(/^00/, "01") as typeof LOG, kind: "room", seq: 0, chain: chain(0) } as const;
    expect(previewOf({ ...empty, epoch: 0, read: 0, members: 0 }, 0, { vault, view })).toEqual({
      read: 0,
      mentions: 0,
    });
  });
});
