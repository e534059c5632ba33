// Each kind of test is a project of its own: `npx vitest run --project unit`. Benchmarks are run by `npm run bench`.
import { cpus } from "node:os";
import { defineConfig } from "vitest/config";

/** Whole programs and faults run one file at a time, after the rest, so that nothing else disturbs what they time. */
const ALONE = { fileParallelism: false, sequence: { groupOrder: 1 } };

function project(name: string, timeoutMs: number, more: object = {}) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...more,
    },
  };
}

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: Math.min(2, cpus().length),
    restoreMocks: true,
    // A busy machine is slower than the usual second.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      project("unit", 10_000),
      project("vectors", 60_000),
      project("refusal", 20_000),
      project("contract", 30_000),
      project("story", 30_000),
      project("e2e", 60_000, { ...ALONE, globalSetup: "scripts/executable/before-tests.ts" }),
      project("fault", 120_000, { ...ALONE, globalSetup: "scripts/executable/before-tests.ts" }),
    ],
  },
});
