// What is written to somebody who has no device any more: it waits, it is said, and nothing else waits for it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { CLIENT, run } from "../kit/executables.ts";
import { OwnRealm, type Ran } from "../kit/own-realm.ts";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  await realm.join(realm.line, "ann", "--user", "ann");
  await realm.join(await realm.invite("carol"), "carol");
  for (const who of ["ann", "carol"]) await once(who, "read");
  await realm.asked("disable", "carol");
});
afterAll(() => realm[Symbol.asyncDispose]());

function once(home: string, word: string, ...args: readonly string[]): Promise<Ran> {
  return run(CLIENT, [word, "--home", realm.file(home), ...args]);
}

it("one command says that it waits, and ends", async () => {
  expect(await once("ann", "send", "@carol", "hi")).toEqual({
    code: 6,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: @carol has no device that could read it: .*waits until they are here\nhint: do not send it again/,
    ) as string,
  });
});

it("what is asked afterwards is answered, and ends as ever", async () => {
  expect(await once("ann", "send", "#lobby", "anybody else?")).toMatchObject({ code: 0, stderr: "" });
  expect(await once("ann", "devices")).toMatchObject({ code: 0 });
  await using chat = realm.client("ann");
  await chat.ready();
  await chat.event(({ event, code }) => event === "notice" && code === "awaited");
  chat.send("and again", "@carol");
  chat.child.stdin?.end();
  expect(await chat.exited).toMatchObject({ code: 6 });
});

it("comes to them when they are back", async () => {
  await realm.asked("enable", "carol");
  expect(await realm.join(await realm.invite("carol"), "carol-again")).toMatchObject({ code: 0 });
  await using ann = realm.client("ann");
  await using carol = realm.client("carol-again");
  await carol.until(() => (["hi", "and again"].every((text) => carol.texts().includes(text)) ? true : undefined));
  await ann.ready();
});
