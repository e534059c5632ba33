// The first run in a terminal: what was not copied whole is asked for again, before anything else is.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { firstSteps } from "../../../src/bin/client-first-steps.ts";

const REALM = `chat://127.0.0.1:7444/#${Buffer.alloc(32, 7).toString("base64url")}`;
const BAD = [
  ["cut short in the code", `${REALM}.abc`],
  ["cut short in the fingerprint", REALM.slice(0, -3)],
  ["only where the realm is", "chat://127.0.0.1:7444"],
  ["its beginning was not copied", `${REALM.slice(3)}.abc`],
  ["of something else", "https://chat.example.org/#abc"],
] as const;

const AWAY = REALM.replace(":7444", ":1");

/** Types one answer to each question, and then Enter. */
async function typed(answers: readonly string[]) {
  const rest = [...answers];
  const input = new PassThrough();
  const output = new PassThrough();
  const questions: string[] = [];
  output.on("data", (chunk: Buffer) => {
    const question = chunk.toString();
    if (!question.endsWith(": ")) return;
    questions.push(question);
    setImmediate(() => input.write(`${rest.shift() ?? ""}\n`));
  });
  const said: string[] = [];
  const platform = { env: { LANG: "C" }, homedir: "/nowhere", platform: "linux" } as const;
  const say = (sentence: string): void => void said.push(sentence);
  const came = await firstSteps({ home: "/nowhere", person: { input, output }, platform, input, now: new Date(), say });
  return { came, questions, said };
}

test.each(BAD)("a line that is bad is asked for again: %s", async (_what, line) => {
  const { came, questions, said } = await typed([line]);
  expect(came).toBeUndefined();
  expect(said).toEqual([expect.stringMatching(/^this is not an invitation: .*copy the whole line/)]);
  expect(questions).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/^the line of the invitation/) as string),
  );
});

test("as often as it is bad", async () => {
  const lines = BAD.map(([, line]) => line);
  const { came, said } = await typed(lines);
  expect([came, said.length]).toEqual([undefined, lines.length]);
});

test("files that are not there are asked for until they leave", async () => {
  const names = ["/nowhere/x.p12", "/nowhere/y.p12", "/nowhere/z.p12", "hello"];
  const { came, said } = await typed(names);
  expect(came).toBeUndefined();
  expect(said).toEqual(names.map((name) => expect.stringContaining(name) as string));
});

test("a server that is not there is told before a passphrase is asked for", async () => {
  const line = `chat://127.0.0.1:1/#${Buffer.alloc(32, 7).toString("base64url")}.${"a".repeat(22)}`;
  const { came, questions, said } = await typed([line, ""]);
  expect(came).toBeUndefined();
  expect(said).toEqual([expect.stringContaining("127.0.0.1")]);
  expect(questions.filter((question) => question.includes("passphrase"))).toEqual([]);
});

test.each([
  ["a line without a code", AWAY, [/^this line is of a realm, and no invitation/]],
  ["the command that register has shown", `chat-client login '${AWAY}' --user bob`, []],
  ["the word, and a line of an invitation", `login ${AWAY}.${"a".repeat(22)}`, []],
  ["who has lost theirs", `recover ${AWAY}`, []],
])("a password is asked for only where the server is there: %s", async (_what, line, before) => {
  const { came, questions, said } = await typed([line]);
  expect(came).toBeUndefined();
  const away = /^nothing listens at 127\.0\.0\.1:1: .* while nobody of the realm has a password$/;
  expect(said).toEqual([...before, away].map((pattern) => expect.stringMatching(pattern) as string));
  expect(questions).toHaveLength(2);
});

test("who writes register is asked for the line of the invitation, and for a password only where the server is there", async () => {
  const { came, questions, said } = await typed(["register", `${REALM}.abc`, `${AWAY}.${"a".repeat(22)}`]);
  expect(came).toBeUndefined();
  expect(said).toEqual([
    expect.stringMatching(/^this is not an invitation: .*copy the whole line/),
    expect.stringMatching(/^nothing listens at 127\.0\.0\.1:1/),
  ]);
  expect(
    questions.filter((question) => question.startsWith("the line of the invitation (Enter: another")),
  ).toHaveLength(3);
  expect(questions.filter((question) => question.includes("password"))).toEqual([]);
});

test("who writes login is asked for the line of the realm, as often as it is none; Enter leads to the other ways", async () => {
  const { came, questions, said } = await typed(["login", REALM.slice(0, -3), "login chat.example.org", "login"]);
  expect(came).toBeUndefined();
  expect(said).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/^this is not the whole line of a realm: /) as string),
  );
  expect(questions.filter((question) => question.startsWith("the line of the realm"))).toHaveLength(2);
  expect(questions).toHaveLength(6);
});
