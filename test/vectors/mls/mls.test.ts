// The official vectors of RFC 9420, all 16 files, through the corrected library on our own cryptography.
import { getCiphersuiteFromId, type CiphersuiteId, type CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { afterAll, describe, expect, it } from "vitest";
import { nodeCrypto } from "../../../src/mls/provider.ts";
import { basics } from "./basics.ts";
import { casesOf, WHERE_FROM } from "./data.ts";
import { groups } from "./groups.ts";
import type { Kind } from "./kind.ts";
import { messages } from "./messages.ts";
import { schedule } from "./schedule.ts";
import { trees } from "./trees.ts";

const KINDS = [...basics, ...schedule, ...trees, ...messages, ...groups];
const ALL = KINDS.reduce((sum, { count }) => sum + count, 0);

interface Run {
  readonly index: number;
  readonly suite: string;
  readonly check: () => Promise<void> | void;
}

/** What is not run, and why. */
const left: string[] = [];
const runs = new Map(KINDS.map((kind) => [kind, runsOf(kind)]));
const ran = new Map<string, number>();

function runsOf(kind: Kind): readonly Run[] {
  const cases = casesOf(kind.name);
  if (cases === undefined) left.push(`${kind.name} (no file, ${kind.count} cases)`);
  return (cases ?? []).flatMap((vector, index) => {
    const cs = suiteOf(vector);
    if (cs !== undefined) return [{ index, suite: cs.name, check: () => kind.check(vector, cs) }];
    left.push(`${kind.name} (case ${index}: its suite is not supported)`);
    return [];
  });
}

/** Undefined for a suite that this cryptography does not have. */
function suiteOf(vector: unknown): CiphersuiteImpl | undefined {
  const { cipher_suite: id = 1 } = vector as { readonly cipher_suite?: number };
  try {
    return nodeCrypto(getCiphersuiteFromId(id as CiphersuiteId));
  } catch {
    return undefined;
  }
}

// At once: where nothing is run, nothing is told at the end.
if (left.length > 0) console.log(`MLS vectors NOT run: ${left.join(", ")}.\nThey are in ${WHERE_FROM}`);

describe.each([...runs].filter(([, each]) => each.length > 0))("$0.name", (kind, each) => {
  it.each(each)("case $index, $suite", async ({ check }) => {
    ran.set(kind.name, (ran.get(kind.name) ?? 0) + 1);
    await expect(Promise.resolve(check())).resolves.toBeUndefined();
  });
});

it.skipIf(left.length > 0)("every case is run", () => {
  expect([...ran.values()].reduce((sum, each) => sum + each, 0)).toBe(ALL);
  expect(KINDS.map(({ name }) => ran.get(name))).toEqual(KINDS.map(({ count }) => count));
});

afterAll(() => {
  const sum = [...ran.values()].reduce((total, each) => total + each, 0);
  const each = [...ran].map(([name, number]) => `${name} ${number}`).join(", ");
  console.log(`MLS vectors: ${sum} of ${ALL} cases run (${each})`);
});
