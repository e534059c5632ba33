// The licences of what is in the executables and is not ours, as one text that goes beside them: each package with its notices. A package
// without a text, or under terms that nobody here has thought about, stops it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import { ROOT } from "./paths.ts";

interface Package {
  readonly name: string;
  readonly version: string;
  /** As its package.json says it: SPDX, or nearly. */
  readonly licence: string;
  readonly texts: readonly string[];
  readonly source: string | undefined;
}

/** As far as it is read here. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly repository?: string | { readonly url?: string };
}

/** Terms that ask for their text and the notices, and nothing more. Of two to choose from one is enough. */
const PERMISSIVE = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"]);
/** As its package.json writes it, and as SPDX does. */
const LESSER = new Set(["LGPL-3.0+", "LGPL-3.0-or-later"]);
const TEXT = /^(?:licen[cs]e|copying|notice)(?:[-.]|$)/i;
const FOLDER = join(ROOT, "scripts/licences");
const RULE = "=".repeat(80);

/** @throws Error where something is missing, or is not known */
export function licencesText(bundles: readonly Pick<Bundle, "foreign" | "notices">[], root = ROOT): string {
  const packages = packagesIn(
    bundles.flatMap(({ foreign }) => foreign),
    root,
  );
  for (const one of packages) check(one);
  const notices = new Set(bundles.map((one) => one.notices).filter((text) => text !== ""));
  const parts = [
    HEAD,
    ...packages.filter(({ licence }) => LESSER.has(licence)).map(lesserNotice),
    ...[nodePackage(), ...packages].map(chapter),
    ...[...notices].map((text) => titled("Notices that stand in the files of these packages", text)),
    titled("GNU General Public License 3, on which the GNU Lesser General Public License 3 stands", ownText("GPL-3.0")),
  ];
  return `${parts.join("\n\n")}\n`;
}

const HEAD = `chat-server and chat-client are under the MIT licence (LICENSE). Inside of them is the work of others, under the licences that follow.`;

/** Sorted; the same package in two versions is two. */
function packagesIn(files: readonly string[], root: string): readonly Package[] {
  const folders = new Set(files.map(folderOf));
  const found = [...folders].map((folder) => packageAt(join(root, folder)));
  const byName = new Map(found.map((one) => [`${one.name} ${one.version}`, one]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Of the package that a file belongs to. */
function folderOf(file: string): string {
  const [, folder] = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  if (folder === undefined) throw new Error(`${file} is of no package`);
  return folder;
}

function packageAt(folder: string): Package {
  const { name, version, license, repository } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Manifest;
  const names = readdirSync(folder).filter((file) => TEXT.test(file));
  const texts = names.map((file) => readFileSync(join(folder, file), "utf8").trim()).filter((text) => text !== "");
  return { name, version, licence: String(license), texts, source: sourceOf(repository) };
}

function sourceOf(repository: Manifest["repository"]): string | undefined {
  const url = typeof repository === "string" ? repository : repository?.url;
  return url?.replace(/^git\+/, "").replace(/\.git$/, "");
}

/** Its package has the program and no text: that is kept here, of the very version. */
function nodePackage(): Package {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  const version = devDependencies["node"] ?? "";
  return { name: "node", version, licence: "MIT", texts: [ownText(`node-${version}`)], source: undefined };
}

function ownText(name: string): string {
  const path = join(FOLDER, `${name}.txt`);
  if (!existsSync(path)) throw new Error(`there is no licence text ${path}`);
  return readFileSync(path, "utf8").trim();
}

function check({ name, version, licence, texts }: Package): void {
  if (texts.length === 0) throw new Error(`${name} ${version} is in an executable, and has no licence text`);
  const choices = licence.replaceAll(/[()]/g, "").split(" OR ");
  if (choices.some((one) => PERMISSIVE.has(one) || LESSER.has(one))) return;
  throw new Error(`${name} ${version} is in an executable, under a licence that was not thought about: ${licence}`);
}

/** LGPL 3 §4: what is owed with a combined work. */
function lesserNotice({ name, version, source }: Package): string {
  if (source === undefined) throw new Error(`${name} ${version} does not say where its source is`);
  const text = [
    `${name} ${version} is used in chat-server and chat-client. It and its use are covered by the GNU Lesser General`,
    "Public License, version 3 or later. That licence and the GNU General Public License 3 stand below. It is in them",
    "as it is published, unchanged.",
    "",
    `Its corresponding source: the npm package ${name}, version ${version}`,
    `(https://www.npmjs.com/package/${name}/v/${version}), and what it was built from: ${source}, the tag v${version}.`,
    "",
    "Another version can be put in its place: with the source of this project in the version of these executables,",
    `\`npm install ${name}@VERSION && make build\` makes executables that have it.`,
  ];
  return titled(`Notice: ${name}`, text.join("\n"));
}

function chapter({ name, version, licence, texts }: Package): string {
  return titled(`${name} ${version} (${licence})`, texts.join(`\n\n${"-".repeat(80)}\n\n`));
}

function titled(title: string, text: string): string {
  return `${RULE}\n${title}\n${RULE}\n\n${text.trimEnd()}`;
}
