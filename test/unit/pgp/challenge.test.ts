// The challenge as text: one spelling, taken whole or refused.

import { expect, test } from "vitest";
import { isSha256, type Sha256 } from "../../../src/model/ids.ts";
import {
  checkChallenge,
  CHALLENGE_LIFE_MS,
  decodeChallenge,
  encodeChallenge,
  newChallenge,
  signedText,
  type Enrolment,
} from "../../../src/pgp/challenge.ts";
import { faultOf } from "../../kit/pgp/refusal.ts";

function sha(digit: string): Sha256 {
  const text = digit.repeat(64);
  if (!isSha256(text)) throw new Error(digit);
  return text;
}
const NOW = 1_800_000_000_000;
const ABOUT: Enrolment = { realm: sha("a"), server: "chat.example.org", email: "Ada@example.org", request: sha("b") };
const NONCE = Buffer.alloc(32, 7).toString("base64url");
const TEXT = `{"v":1,"realm":"${sha("a")}","server":"chat.example.org","email":"Ada@example.org","request":"${sha("b")}","nonce":"${NONCE}","until":${NOW}}`;

test("the spelling is fixed", () => {
  const challenge = { ...ABOUT, nonce: NONCE, untilMs: NOW };
  expect(encodeChallenge(challenge)).toBe(TEXT);
  expect(decodeChallenge(TEXT)).toEqual(challenge);
  expect(signedText(challenge)).toBe(`mutual-chat openpgp enrolment v1\n${TEXT}`);
});

test("a new one ends after its life, and no two are the same", () => {
  const [one, two] = [newChallenge(ABOUT, NOW), newChallenge(ABOUT, NOW)];
  expect(one.untilMs).toBe(NOW + CHALLENGE_LIFE_MS);
  expect(Buffer.from(one.nonce, "base64url")).toHaveLength(32);
  expect(one.nonce).not.toBe(two.nonce);
});

const SPOILT: readonly (readonly [what: string, text: string])[] = [
  ["nothing", ""],
  ["no JSON", "{"],
  ["another kind of value", "[]"],
  ["null", "null"],
  ["a space", TEXT.replace(",", ", ")],
  ["a line end", `${TEXT}\n`],
  ["another order", TEXT.replace('"v":1,', "").replace("}", ',"v":1}')],
  ["a field more", TEXT.replace("}", ',"more":1}')],
  ["a field twice", TEXT.replace('"v":1', '"v":1,"v":1')],
  ["another version", TEXT.replace('"v":1', '"v":2')],
  ["a realm in capitals", TEXT.replace(sha("a"), "A".repeat(64))],
  ["a realm that is no hex", TEXT.replace(sha("a"), "g".repeat(64))],
  ["a host in capitals", TEXT.replace("chat.", "Chat.")],
  ["a host with a space", TEXT.replace("chat.", "chat .")],
  ["no address", TEXT.replace("Ada@", "Ada")],
  ["a short hash", TEXT.replace(sha("b"), "b".repeat(63))],
  ["a short nonce", TEXT.replace(NONCE, NONCE.slice(1))],
  ["a time as text", TEXT.replace(`${NOW}`, `"${NOW}"`)],
  ["a time before all time", TEXT.replace(`${NOW}`, "-1")],
  ["half a millisecond", TEXT.replace(`${NOW}`, `${NOW}.5`)],
  ["too much", TEXT.replace("chat.", `${"a".repeat(2_000)}.`)],
];
test.each(SPOILT)("%s is refused", async (_, text) => {
  expect(text).not.toBe(TEXT);
  expect((await faultOf(() => decodeChallenge(text))).code).toBe("pgp-malformed");
});

test("the client answers only what is about its own enrolment, and in time", async () => {
  const challenge = newChallenge(ABOUT, NOW);
  const own = { ...ABOUT, nowMs: NOW };
  checkChallenge(challenge, own);
  checkChallenge(challenge, { ...own, email: "ada@example.org", server: "CHAT.example.org" });
  for (const [other, word] of [
    [{ realm: sha("c") }, "realm"],
    [{ server: "other.example.org" }, "server"],
    [{ email: "bob@example.org" }, "address"],
    [{ request: sha("c") }, "request"],
    [{ nowMs: NOW + CHALLENGE_LIFE_MS }, "old"],
  ] as const) {
    const fault = await faultOf(() => checkChallenge(challenge, { ...own, ...other }));
    expect(fault.code).toBe("pgp-challenge");
    expect(fault.message).toContain(word);
  }
});
