// The key of the realm's log over the years of a server that is not restarted: its certificate is another one in time, it is the same key.
import { afterAll, beforeAll, expect, test } from "vitest";
import { LogKey } from "../../../src/server/log-key.ts";
import { checkLogCertificate } from "../../../src/transparency/log-key.ts";
import { DoorClock } from "../../kit/door.ts";
import { DAY_MS, makeRealm, type TestRealm } from "../../kit/realm.ts";
import { type TestServer, testServer } from "../../kit/server.ts";

let realm: TestRealm;
let server: TestServer;
beforeAll(async () => {
  realm = await makeRealm();
  // It makes the key.
  server = await testServer(realm);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  realm.remove();
});

test("is believed at each time, by the same public key", async () => {
  const clock = new DoorClock();
  const files = { realm: await realm.load() };
  const said: unknown[] = [];
  const say = (...words: unknown[]): void => void said.push(words);
  const log = { info: say, warn: say, error: say, debug: say };
  const parts = { clock, files, log, pid: process.pid, isAlive: () => true } as never;
  const key = await LogKey.open({ certs: realm.dir } as never, parts);
  const keys = new Set<string>();
  const ends = new Set<number>();
  for (let year = 0; year < 4; year += 1) {
    const { publicKey, notAfter } = checkLogCertificate(key.chain, files.realm, { now: new Date(clock.now()) });
    keys.add(publicKey.export({ format: "der", type: "spki" }).toString("hex"));
    ends.add(notAfter.getTime());
    clock.turn(300 * DAY_MS);
    await key.look();
  }
  expect([keys.size, ends.size, said]).toEqual([1, 4, []]);
});
