// Members of a group agree, whatever they do, and who is out stays out. Suite 1.
import { expect, test } from "vitest";
import { suite } from "../../../src/mls/ciphersuite.ts";
import { CLASSIC } from "../../../src/mls/suite.ts";
import { seedOf } from "./seed.ts";
import { walk } from "./walk.ts";

const ROUNDS = 700;

test(`${ROUNDS} rounds in suite 1`, { timeout: 300_000 }, async () => {
  const seed = seedOf("classic");
  const started = performance.now();
  const summary = await walk({ cs: suite(CLASSIC), seed, rounds: ROUNDS, mostMembers: 10 });
  console.log(
    `agreement: ${ROUNDS} rounds in suite 1, seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s: ${summary}`,
  );
  expect(summary).toContain("conflict");
});
