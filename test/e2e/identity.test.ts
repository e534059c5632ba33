// Who somebody is, with the packaged client: the files that an administrator hands out, in every way they can be given.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encryptedKeyPem, writeBundle } from "../../src/pki/bundle.ts";
import { CLIENT, Program, run, ServerProgram } from "../kit/executables.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";

const PASSPHRASE = "correct horse ü";

let realm: TestRealm;
let folder: string;
let server: ServerProgram;

/** What carol was given, and nothing else: loose files in one folder. */
beforeAll(async () => {
  realm = await makeRealm({ clients: ["carol"] });
  folder = mkdtempSync(join(tmpdir(), "mutual-given-"));
  for (const name of ["carol.crt", "carol.key", "carol.p12"]) copyFileSync(realm.file(`clients/${name}`), own(name));
  copyFileSync(realm.file("ca.crt"), own("ca.crt"));
  const { leaf, key } = realm.client("carol");
  const certificates = [leaf, realm.authority.issuing.certificate, realm.authority.root];
  const sealed = writeBundle({ key, certificates, friendlyName: "carol", passphrase: PASSPHRASE });
  writeFileSync(own("sealed.p12"), sealed, { mode: 0o600 });
  writeFileSync(own("sealed.key"), encryptedKeyPem(key, PASSPHRASE), { mode: 0o600 });
  writeFileSync(own("right.txt"), `${PASSPHRASE}\n`);
  writeFileSync(own("wrong.txt"), "something else\n");
  server = await ServerProgram.start(["--certs", realm.dir, "--data", join(folder, "data")]);
});
afterAll(async () => {
  await server.end();
  rmSync(folder, { recursive: true, force: true });
  realm.remove();
});

function own(name: string): string {
  return join(folder, name);
}

/** From the folder with the files, with nothing to say: it takes what was missed and leaves. */
async function start(...flags: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(CLIENT, ["-p", String(server.port), "--home", own("home"), ...flags], { cwd: folder });
}

describe("the files that carol was given", () => {
  it.each([
    ["a folder", ["--certs", "."]],
    ["a folder and a name", ["--certs", ".", "--as", "carol"]],
    ["one by one", ["--cert", "carol.crt", "--key", "carol.key", "--ca", "ca.crt"]],
    ["the key beside its certificate", ["--cert", "carol.crt", "--ca", "ca.crt"]],
    ["the certificate, and the rest beside it", ["--cert", "carol.crt"]],
    ["one bundle, root and all", ["--p12", "carol.p12"]],
    ["a bundle and its passphrase", ["--p12", "sealed.p12", "--passphrase-file", "right.txt"]],
    ["a key and its passphrase", ["--certs", ".", "--key", "sealed.key", "--passphrase-file", "right.txt"]],
  ])("%s", async (_name, flags) => {
    const { code, stdout, stderr } = await start(...flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("* you are carol (@carol) in #lobby");
  });
});

describe("mistakes: one error, one hint, nothing about a connection before them", () => {
  const WAYS =
    /`chat-client --certs DIR --as NAME`, or `--p12 NAME\.p12`, or `--cert NAME\.crt --key NAME\.key --ca ca\.crt`/;

  interface Mistake {
    readonly flags: string;
    readonly sentence: string;
    readonly hint: RegExp | string;
  }

  it.each<Mistake>([
    { flags: "", sentence: "there is no client certificate in certs", hint: WAYS },
    { flags: "--certs nope", sentence: "there is no client certificate in nope", hint: WAYS },
    { flags: "--p12 nope.p12", sentence: "there is no file nope.p12", hint: "check the name given with --p12" },
    { flags: "--cert nope.crt", sentence: "there is no file nope.crt", hint: "check the name given with --cert" },
    { flags: "--certs . --key no.key", sentence: "there is no file no.key", hint: "check the name given with --key" },
    {
      flags: "--cert carol.crt --ca no.crt",
      sentence: "there is no file no.crt",
      hint: "check the name given with --ca",
    },
    {
      flags: "--p12 sealed.p12 --passphrase-file no.txt",
      sentence: "cannot read the passphrase file no.txt: there is no such file",
      hint: "check the name given with --passphrase-file, and who may read it",
    },
    { flags: "--cert carol.crt --certs a/b", sentence: "there is no ca.crt in a/b nor above it", hint: /--ca ca\.crt/ },
    {
      flags: "--p12 sealed.p12",
      sentence: "sealed.p12: the bundle is protected by a passphrase",
      hint: /--passphrase-file/,
    },
    {
      flags: "--p12 sealed.p12 --passphrase-file wrong.txt",
      sentence: "sealed.p12: the passphrase",
      hint: /passphrase/,
    },
    {
      flags: "--certs . --key sealed.key --passphrase-file wrong.txt",
      sentence: "sealed.key: the passphrase",
      hint: /passphrase/,
    },
  ])("$flags", async ({ flags, sentence, hint }) => {
    const { code, stdout, stderr } = await start(...flags.split(" ").filter((word) => word !== ""));
    const [error, told, more] = stderr.split("\n");
    expect({ code, stdout, more }).toEqual({ code: 3, stdout: "", more: undefined });
    expect(error).toContain(`error: ${sentence}`);
    expect(told).toMatch(hint instanceof RegExp ? hint : `hint: ${hint}`);
  });

  it("a folder that is in use by another chat-client", async () => {
    mkdirSync(own("busy"), { recursive: true });
    // It waits for a server that is not there, its input open, and holds what it has open for so long.
    await using first = new Program(CLIENT, ["-p", "1", "--p12", "carol.p12", "--home", own("busy")], { cwd: folder });
    await first.until(() => first.stdout.find((line) => line.startsWith("* not connected")));
    const second = await run(CLIENT, ["--json", "--certs", ".", "--home", own("busy")], { cwd: folder });
    expect(second).toMatchObject({ code: 5, stdout: "" });
    expect(second.stderr).toMatch(
      /^error: this identity is open in another chat-client, .*\nhint: close the other one[^\n]*$/,
    );
  });
});
