// Changes that come before what they change: in the end it is as if they had come in their order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LateChanges,
  type Late,
  type LateChange,
  withLate,
  withNewer,
  withOlder,
} from "../../../../../src/client/app/past/late.ts";
import type { Opened } from "../../../../../src/client/app/payload/opened.ts";
import type { ChangePayload } from "../../../../../src/client/app/payload/payload.ts";
import { applied } from "../../../../../src/client/app/payload/projection.ts";
import type { Change, Vault } from "../../../../../src/client/port/vault.ts";
import type { Handle, LogId, MessageId } from "../../../../../src/model/ids.ts";

const LOG = `0003${"0".repeat(28)}` as LogId;
const TARGET = "ab".repeat(16) as MessageId;
const [ALICE, BOB] = ["alice" as Handle, "bob" as Handle];
const MESSAGE: Opened = { kind: "text", text: "as it was" };

const change: fc.Arbitrary<ChangePayload> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 5 }).map((text): ChangePayload => ({ kind: "edit", target: TARGET, text })),
  fc.tuple(fc.constantFrom("👍", "🎉"), fc.boolean()).map(([emoji, on]): ChangePayload => {
    return { kind: "react", target: TARGET, emoji, on };
  }),
  fc.constant<ChangePayload>({ kind: "delete", target: TARGET }),
);
const changes: fc.Arbitrary<Late> = fc
  .array(fc.record({ change, user: fc.constantFrom(ALICE, BOB), mayDelete: fc.boolean() }), { maxLength: 12 })
  .map((all) => all.map((one, at) => ({ ...one, at: 100 + at })));

function inOrder(late: Late): Opened {
  return late.reduce((opened, { change: one, user, mayDelete, at }) => {
    const result = applied(opened, one, { user, isAuthor: user === ALICE, mayDelete, at });
    return "refused" in result ? opened : result.opened;
  }, MESSAGE);
}

/** Which reaction was first is not remembered where it was taken back and set again. */
function comparable(opened: Opened): unknown {
  if (opened.kind !== "text" || opened.reactions === undefined) return opened;
  return { ...opened, reactions: new Map(opened.reactions.map(([emoji, users]) => [emoji, users.toSorted()])) };
}

describe("changes that wait", () => {
  it("do together what they would have done one after the other, whether they came from above or from below", () => {
    fc.assert(
      fc.property(changes, (late) => {
        const expected = comparable(inOrder(late));
        const up = late.reduce<Late>((all, one) => withNewer(all, one), []);
        const down = late.reduceRight<Late>((all, one) => withOlder(all, one), []);
        expect(comparable(withLate(MESSAGE, ALICE, up))).toEqual(expected);
        expect(comparable(withLate(MESSAGE, ALICE, down))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("do not undo an edit that is newer", () => {
    const edited: Opened = { kind: "text", text: "newest", edited: { at: 500 } };
    const late: Late = [
      { change: { kind: "edit", target: TARGET, text: "older" }, user: ALICE, mayDelete: false, at: 400 },
    ];
    expect(withLate(edited, ALICE, late)).toBe(edited);
    expect(withLate({ ...edited, edited: { at: 300 } }, ALICE, late)).toMatchObject({ text: "older" });
  });

  it("of one message are a few hundred at most", () => {
    const react = (at: number): LateChange => {
      return {
        change: { kind: "react", target: TARGET, emoji: "👍", on: true },
        user: `user${at}` as Handle,
        mayDelete: false,
        at,
      };
    };
    const all = Array.from({ length: 700 }, (_, at) => react(at));
    expect(all.reduce<Late>((late, one) => withNewer(late, one), [])).toHaveLength(500);
    expect(all.reduceRight<Late>((late, one) => withOlder(late, one), [])).toHaveLength(500);
  });
});

/** The rows that a vault would hold. */
class Rows {
  readonly pending = new Map<string, Uint8Array>();
  readonly vault: Pick<Vault, "pending"> = { pending: () => this.pending };

  put(all: readonly Change[]): void {
    for (const one of all) {
      if ("put" in one && one.put === "pending") this.pending.set(one.name, one.value);
      else if ("drop" in one && one.drop === "pending") this.pending.delete(one.name);
    }
  }
}

describe("the place where they wait", () => {
  const edit = (text: string, at: number): LateChange => {
    return { change: { kind: "edit", target: TARGET, text }, user: ALICE, mayDelete: false, at };
  };

  it("is the same after a restart, and empty when their message has come", () => {
    const rows = new Rows();
    const late = new LateChanges(rows.vault);
    rows.put(late.add(LOG, edit("new", 9), { older: false }));
    rows.put(late.add(LOG, edit("old", 5), { older: true }));
    const again = new LateChanges(rows.vault);
    expect(again.targets(LOG)).toEqual([TARGET]);
    const taken = again.take(LOG, TARGET);
    expect(taken.late).toEqual([edit("new", 9)]);
    rows.put(taken.changes);
    expect([rows.pending.size, again.targets(LOG), again.take(LOG, TARGET)]).toEqual([
      0,
      [],
      { late: [], changes: [] },
    ]);
  });

  it("has its limit: beyond it only deletes are remembered", () => {
    const rows = new Rows();
    const late = new LateChanges(rows.vault);
    const target = (at: number): MessageId => at.toString(16).padStart(32, "0") as MessageId;
    const long = "x".repeat(60_000);
    let kept = 0;
    for (let at = 0; at < 200; at += 1)
      kept += late.add(
        LOG,
        { ...edit(long, at), change: { kind: "edit", target: target(at), text: long } },
        { older: true },
      ).length;
    expect(kept).toBeLessThan(200);
    expect(kept).toBeGreaterThan(100);
    const gone: LateChange = { change: { kind: "delete", target: target(500) }, user: ALICE, mayDelete: false, at: 1 };
    expect(late.add(LOG, gone, { older: true })).toHaveLength(1);
    late.take(LOG, target(0));
    late.take(LOG, target(1));
    expect(late.add(LOG, edit("room again", 1), { older: true })).toHaveLength(1);
  });
});
