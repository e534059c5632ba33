// Every exit code of the table, reached by the packaged client in a script.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EXIT, type ExitName } from "../../src/bin/exit-codes.ts";
import { CLIENT, HOME, Program, run } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";

let realm: OwnRealm;
beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  writeFileSync(realm.file("pass.txt"), "five words chosen by chance\n");
  await realm.join(realm.line, "ann", "--user", "ann");
  const secret = ["--new-passphrase-file", realm.file("pass.txt")];
  await realm.join(await realm.invite("bob"), "bob", ...secret);
});
afterAll(() => realm[Symbol.asyncDispose]());

const at = (home: string): readonly string[] => ["--home", realm.file(home)];
const REACHED = new Set<ExitName>();

it.each<readonly [ExitName, string, () => readonly string[], RegExp]>([
  ["ok", "a message", () => ["send", "lobby", "hello", ...at("ann")], /^$/],
  [
    "usage",
    "a flag that is none",
    () => ["send", "lobby", "hello", "--loud", ...at("ann")],
    /^error: unknown argument: loud/,
  ],
  ["usage", "nobody to send to", () => ["send", ...at("ann")], /^error: send needs a TO/],
  ["usage", "an empty text", () => ["send", "lobby", "", ...at("ann")], /^error: the text is empty/],
  [
    "usage",
    "a file that is not there",
    () => ["send", "lobby", "--file", "/nonexistent", ...at("ann")],
    /^error: there is no file/,
  ],
  ["usage", "no act", () => ["admin", "no act", ...at("ann")], /^error: the act is missing/],
  [
    "usage",
    "a passphrase among the arguments",
    () => ["admin", "backup", "b1", "passphrase=secret", ...at("ann")],
    /^error: a passphrase is not said here: others could read it\nhint: .*--passphrase-file FILE/,
  ],
  ["usage", "a shell that is none", () => ["completion", "tcsh"], /^error: there is no completion for "tcsh"/],
  [
    "configuration",
    "a profile that is none",
    () => ["read", "--profile", "eve", ...at("ann")],
    /^error: there is no profile "eve"/,
  ],
  [
    "network",
    "no server",
    () => ["send", "lobby", "x", "-p", "1", "--timeout", "1s", ...at("ann")],
    /^error: the server was not reached within 1 s: /,
  ],
  ["refused", "nobody of that name", () => ["send", "@nobody", "hello", ...at("ann")], /^error: there is no user/],
  ["refused", "no such room", () => ["read", "nowhere", ...at("ann")], /^error: there is no conversation "#nowhere"/],
  ["refused", "no such act", () => ["admin", "dance", "step=1", ...at("ann")], /^error: there is no "dance"/],
  ["usage", "an act that is not known here", () => ["admin", "dance", ...at("ann")], /^error: there is no act "dance"/],
  [
    "usage",
    "a field that is missing",
    () => ["admin", "role", "bob", ...at("ann")],
    /^error: role: the role is missing/,
  ],
  ["usage", "nothing to show", () => ["read", "--limit", "0", ...at("ann")], /^error: --limit 0 shows nothing/],
  ["refused", "somebody else's device", () => ["revoke", "00000000", ...at("ann")], /^error: no device of yours/],
  ["passphrase", "no passphrase", () => ["read", ...at("bob")], /^error: .*passphrase/],
])("%s: %s", async (...[name, , args, error]) => {
  const { code, stdout, stderr } = await run(CLIENT, args());
  expect([code, stdout, stderr]).toEqual([EXIT[name], "", expect.stringMatching(error)]);
  expect(stderr === "" || /^error: [^\n]+(?:\nhint: [^\n]+)?$/.test(stderr)).toBe(true);
  REACHED.add(name);
});

it("storage: the identity is open in another one; nothing but that one is disturbed", async () => {
  await using first = new Program(CLIENT, ["read", "lobby", "--follow", ...at("ann")]);
  await first.until(() => first.stdout.find((line) => line.endsWith("hello")));
  const { code, stderr } = await run(CLIENT, ["send", "lobby", "again", ...at("ann")]);
  expect([code, stderr]).toEqual([
    EXIT.storage,
    expect.stringMatching(/^error: this identity is open in another chat-client/),
  ]);
  first.kill("SIGTERM");
  expect(await first.exited).toEqual({ code: EXIT.ok, signal: null });
  REACHED.add("storage");
});

it("network: a signal before it was done is no success", async () => {
  // Somebody who listens and never answers.
  await using server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using waiting = new Program(CLIENT, ["send", "lobby", "never", "-p", String(port), ...at("ann")]);
  const [socket] = (await once(server, "connection")) as [Socket];
  waiting.kill("SIGTERM");
  expect(await waiting.exited).toEqual({ code: EXIT.network, signal: null });
  expect(waiting.stderr).toEqual(["error: stopped before it was done"]);
  socket.destroy();
});

it("internal: a second signal does not wait for a reader that does not read", async () => {
  const text = "x".repeat(60_000);
  for (let count = 0; count < 12; count += 1)
    expect((await run(CLIENT, ["send", "lobby", ...at("ann")], { input: text })).code).toBe(0);
  const child = spawn(CLIENT, ["read", "lobby", "--follow", ...at("ann")], { env: { PATH: "/usr/bin:/bin", HOME } });
  await once(child.stdout, "readable");
  child.kill("SIGTERM");
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([EXIT.internal, null]);
  child.stdout.destroy();
  REACHED.add("internal");
});

it("no code of the table is left out", () => {
  expect([...REACHED].toSorted()).toEqual((Object.keys(EXIT) as ExitName[]).toSorted());
});
