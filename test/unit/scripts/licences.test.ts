// What goes beside the executables about the work of others in them: nothing is left out, and what cannot be said stops the package.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, type Bundle } from "../../../scripts/executable/bundle.ts";
import { licencesText } from "../../../scripts/executable/licences.ts";
import { entryOf, PROGRAMS, ROOT } from "../../../scripts/executable/paths.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifest = (name: string) =>
  JSON.parse(read(`node_modules/${name}/package.json`)) as { readonly version: string };

describe("of the programs as they are", () => {
  let bundles: readonly Bundle[];
  let text: string;
  beforeAll(async () => {
    bundles = await Promise.all(PROGRAMS.map((program) => bundle(entryOf(program))));
    text = licencesText(bundles);
  }, 60_000);

  test("each package of the first table of docs/dependencies.md has its chapter and its text", () => {
    const [, inside = ""] = /## Inside the executables\n([\s\S]*?)\n## /.exec(read("docs/dependencies.md")) ?? [];
    const names = [...inside.matchAll(/^\| (@?[a-z][\w./-]*) ?/gm)].map(([, name = ""]) => name).slice(1);
    expect(names).toEqual(expect.arrayContaining(["node-forge", "openpgp", "@serenity-kit/opaque", "pino-pretty"]));
    for (const name of names) {
      expect(text).toContain(`\n${name} ${manifest(name).version} (`);
      const file = readdirSync(join(ROOT, "node_modules", name)).find((one) => /^licen[cs]e/i.test(one)) ?? "";
      expect(text).toContain(read(`node_modules/${name}/${file}`).trim());
    }
  });

  test("also those that others bring, and what runs in a thread", () => {
    for (const name of ["thread-stream", "long", "ts-mls", "@noble/hashes"])
      expect(text).toContain(`\n${name} ${manifest(name).version} (`);
    const known = bundles.flatMap(({ foreign }) => foreign);
    expect(known).toContain("node_modules/ts-mls/dist/src/crypto/hpke.js");
    expect(known.every((path) => path.startsWith("node_modules/"))).toBe(true);
  });

  test("OpenPGP.js: the notice, where its source is, the text of its licence and of the one below it", () => {
    const { version } = manifest("openpgp");
    expect(text).toContain(`openpgp ${version} is used in chat-server and chat-client`);
    expect(text).toContain(`Its corresponding source: the npm package openpgp, version ${version}\n`);
    expect(text).toContain(`https://github.com/openpgpjs/openpgpjs, the tag v${version}.`);
    expect(text).toContain(read("node_modules/openpgp/LICENSE").trim());
    expect(text).toMatch(/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007/);
    expect(text).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 3, 29 June 2007/);
    // What it has inside itself, and what the bundle leaves out.
    expect(text).toContain("noble-curves - MIT License (c) 2022 Paul Miller");
    expect(bundles.map(({ code }) => code.includes("noble-curves - MIT License"))).toEqual([false, false]);
  });

  test("Node, in the version that is inside", () => {
    const { version } = manifest("node");
    expect(text).toContain(`\nnode ${version} (MIT)\n`);
    expect(text).toContain(read(`scripts/licences/node-${version}.txt`).trim());
  });
});

describe("what stops it", () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "mutual-licences-"));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** The text where only this package is inside. */
  function of(about: object, files: Readonly<Record<string, string>>): string {
    const folder = join(root, "node_modules/@who/what");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const whole = { name: "@who/what", version: "1.2.3", ...about };
    for (const [name, content] of Object.entries({ ...files, "package.json": JSON.stringify(whole) }))
      writeFileSync(join(folder, name), content);
    return licencesText([{ foreign: ["node_modules/@who/what/lib/index.js"], notices: "" }], root);
  }

  test.each([["LICENSE"], ["LICENCE.md"], ["license"], ["COPYING"], ["License-MIT.txt"]])(
    "not a text in %s",
    (name) => {
      expect(of({ license: "MIT" }, { [name]: "may be copied" })).toContain(
        "@who/what 1.2.3 (MIT)\n" + "=".repeat(80) + "\n\nmay be copied\n",
      );
    },
  );

  test.each<readonly [string, object, Readonly<Record<string, string>>]>([
    ["no text", { license: "MIT" }, { "README.md": "MIT", "licenses.js": "MIT" }],
    ["an empty one", { license: "MIT" }, { LICENSE: " \n" }],
  ])("%s", (_what, about, files) => {
    expect(() => of(about, files)).toThrow("@who/what 1.2.3 is in an executable, and has no licence text");
  });

  test.each([["GPL-3.0-or-later"], ["AGPL-3.0"], ["SEE LICENSE IN LICENSE"], ["(GPL-2.0 OR AGPL-3.0)"], [undefined]])(
    "terms that nobody has thought about: %s",
    (license) => {
      expect(() => of({ license }, { LICENSE: "text" })).toThrow("under a licence that was not thought about");
    },
  );

  test("a lesser licence without a source; with one its notice is there", () => {
    const license = "LGPL-3.0-or-later";
    expect(() => of({ license }, { LICENSE: "text" })).toThrow("does not say where its source is");
    const repository = "git+https://example.org/what.git";
    expect(of({ license, repository }, { LICENSE: "text" })).toContain("https://example.org/what, the tag v1.2.3.");
  });
});
