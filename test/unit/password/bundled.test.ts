// Both password threads in one script, as the executables have them: nothing is read from a folder, because there is none.
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle } from "../../../scripts/executable/bundle.ts";

const SIDES = join(import.meta.dirname, "both-sides.ts");
const PHRASE = join(import.meta.dirname, "../../../src/password/phrase.ts");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-bundle-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a login works in a bundle that stands alone in an empty folder", async () => {
  const entry = join(folder, "entry.ts");
  writeFileSync(
    entry,
    `import { ALICE, BothSides } from ${JSON.stringify(SIDES)};
     import { readPhrase } from ${JSON.stringify(PHRASE)};
     async function run() {
       const sides = await BothSides.start();
       const { record } = await sides.register(ALICE, "right");
       const { client, server } = await sides.login({ owner: ALICE, password: "right", record });
       console.log(Buffer.compare(client.sessionKey, server.sessionKey), server.sessionKey.length);
       const wrong = await sides.login({ owner: ALICE, password: "wrong", record });
       console.log(wrong.client, readPhrase("abandon ".repeat(23) + "art").length);
       await sides[Symbol.asyncDispose]();
     }
     void run();`,
  );
  const { code: script } = await bundle(entry);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  // From standard input, without a file of its own, and without a way to what is installed here.
  const said = execFileSync(process.execPath, ["-"], { input: script, cwd: empty, env: {}, encoding: "utf8" });
  expect(said).toBe("0 64\nundefined 32\n");
  expect(readdirSync(empty)).toEqual([]);
});
