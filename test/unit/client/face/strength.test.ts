import { expect, test } from "vitest";
import { strengthOf } from "../../../../src/client/face/strength.ts";

test.each([
  ["password", "weak"],
  ["Passw0rd!", "weak"],
  ["aaaaaaaaaaaaaaaaaaaaaaaa", "weak"],
  ["abcdefghijklmnopqrstuvwxyz", "weak"],
  ["12345678901234567890", "weak"],
  ["alice1990", "weak"],
  ["word word word word word", "weak"],
  ["        ", "weak"],
  ["two words 1984", "fair"],
  ["three plain words", "fair"],
  ["correct horse battery staple", "good"],
  ["k3v9x0q2mapw7", "fair"],
  ["k3v9x0q2mapw7w85zt", "good"],
  ["пять слов выбранных совсем случайно", "good"],
])("%j is %s", (passphrase, verdict) => {
  const strength = strengthOf(passphrase);
  expect(strength.verdict).toBe(verdict);
  expect(strength.advice).toMatch(/^[a-z].*[^.]$/);
});
