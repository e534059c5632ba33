// An account that was begun in a window and never reached the server: it is begun anew, with other words.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { firstContents, openAccount, pendingFor, requestFor } from "../../src/bin/client-account.ts";
import { Registration } from "../../src/bin/client-first-register.ts";
import { prepareAccount } from "../../src/client/account.ts";
import type { Handle } from "../../src/model/ids.ts";
import { readInvitationLine } from "../../src/wire/invitation-line.ts";
import { AccountRealm, OTHER, PASSWORD } from "../kit/account-realm.ts";

let realm: AccountRealm;
beforeAll(async () => {
  realm = await AccountRealm.start();
});
afterAll(() => realm[Symbol.asyncDispose]());

/** As it is on the disk when the program is killed before the server was told. */
async function cutOff(line: string, home: string): Promise<void> {
  const where = readInvitationLine(line);
  await using account = await openAccount(home, where, "ivy" as Handle);
  const pending = await pendingFor(home, `register ${where.realm} ${where.code}`);
  const contents = await firstContents(account, where, undefined);
  const request = await requestFor(pending.keys, undefined);
  const entropy = randomBytes(32);
  const { code } = where;
  const { body, vaultKey } = await prepareAccount(account, { password: OTHER, entropy, contents, code, request });
  await pending.keep(JSON.stringify({ body, vaultKey: Buffer.from(vaultKey).toString("base64") }));
}

it("what was begun holds while the server knows it; then it is over, and the next try has words of its own", async () => {
  const line = await realm.own.invite("ivy");
  const home = realm.file("ivy");
  await cutOff(line, home);
  await realm.own.stop();
  await realm.own.start();
  const platform = { platform: "linux", env: {}, homedir: home } as const;
  const registration = new Registration({ home, profile: undefined, platform, input: process.stdin });
  const over = { code: "registration-expired" };
  await expect(registration.finish([])).rejects.toMatchObject(over);
  expect(await registration.begin({ line, password: PASSWORD })).toEqual({ words: [], asked: [] });
  await expect(registration.finish([])).rejects.toMatchObject(over);
  const { words, asked } = await registration.begin({ line, password: PASSWORD });
  expect([words.length, asked.length]).toEqual([24, 3]);
  await expect(registration.finish(["able", "able", "able"])).rejects.toMatchObject({ code: "phrase-differs" });
  await registration.finish(asked.map((position) => words[position - 1] ?? ""));
  await expect(registration.finish([])).rejects.toMatchObject(over);
  expect(existsSync(realm.file("ivy/joining"))).toBe(false);
  expect(await realm.logIn("ivy", "ivy-2")).toMatchObject({ code: 0 });
});
