// The sum at the end of a run: nothing that went wrong may look green.
import { expect, test } from "vitest";
import { countTests } from "../../../scripts/check/tally.ts";

function report(passed: number, failed: number, more: object = {}): string {
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: 0,
    testResults: [],
    ...more,
  });
}

test("counts what passed and what failed", () => {
  expect(countTests(report(7, 0), true)).toEqual({ passed: 7, failed: 0, notes: [] });
  expect(countTests(report(7, 2), false)).toEqual({ passed: 7, failed: 2, notes: [] });
});

test("a file that does not load is one failure", () => {
  const testResults = [
    { name: "a.test.ts", status: "failed", assertionResults: [] },
    { name: "b.test.ts", status: "failed", assertionResults: [{ status: "failed" }] },
  ];
  expect(countTests(report(3, 1, { testResults }), false)).toEqual({
    passed: 3,
    failed: 2,
    notes: ["could not run: a.test.ts"],
  });
});

test("no report, no test, or a failure outside of any test is a failure", () => {
  expect(countTests(undefined, true)).toMatchObject({ passed: 0, failed: 1 });
  expect(countTests(report(0, 0), true)).toMatchObject({ passed: 0, failed: 1 });
  expect(countTests(report(5, 0), false)).toMatchObject({ passed: 5, failed: 1 });
});

test("skipped tests are told", () => {
  expect(countTests(report(5, 0, { numPendingTests: 2 }), true).notes).toEqual(["2 skipped"]);
});
