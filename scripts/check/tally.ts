// Counts the tests of a vitest JSON report. What could not be counted is a failure: a silent run must not look green.

export interface Count {
  readonly passed: number;
  readonly failed: number;
  /** What a person should know beside the numbers. */
  readonly notes: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** `text`: the report, undefined when there is none. `ok`: vitest ended with 0. */
export function countTests(text: string | undefined, ok: boolean): Count {
  if (text === undefined) return { passed: 0, failed: 1, notes: ["the tests left no report"] };
  const report = JSON.parse(text) as Report;
  const notes: string[] = [];
  // A file that fails while it loads has no failed test in it.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.every((each) => each.status !== "failed"),
  );
  for (const { name } of broken) notes.push(`could not run: ${name}`);
  if (report.numPendingTests > 0) notes.push(`${report.numPendingTests} skipped`);
  let failed = report.numFailedTests + broken.length;
  if (report.numPassedTests + failed === 0) {
    notes.push("no test ran");
    failed = 1;
  } else if (failed === 0 && !ok) {
    notes.push("the test run failed outside of any test");
    failed = 1;
  }
  return { passed: report.numPassedTests, failed, notes };
}
