// Members of a group agree, whatever they do, and who is out stays out. X-Wing.
import { expect, test } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { HYBRID } from "../../../src/mls/suite.ts";
import { seedOf } from "./seed.ts";
import { walk } from "./walk.ts";

const ROUNDS = 300;

test(`${ROUNDS} rounds in X-Wing`, { timeout: 300_000 }, async () => {
  const seed = seedOf("hybrid");
  const started = performance.now();
  const summary = await walk({ cs: suite(HYBRID), seed, rounds: ROUNDS, mostMembers: 8 });
  console.log(
    `agreement: ${ROUNDS} rounds in X-Wing, seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s: ${summary}`,
  );
  expect(summary).toContain("conflict");
});
