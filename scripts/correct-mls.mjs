// Corrects the installed ts-mls where it departs from RFC 9420: docs/decisions/0007-mls-library.md. All of it or nothing.
// Runs at `npm ci`, on whatever Node is there: node scripts/correct-mls.mjs [folder of the package].
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { commit } from "./correct-mls/commit.mjs";
import { formats } from "./correct-mls/formats.mjs";
import { messages } from "./correct-mls/messages.mjs";
import { tree } from "./correct-mls/tree.mjs";

const VERSION = "1.6.4";
/** Where the texts stand in the package, and the module that says that they are corrected: src/mls asks for it. */
const TEXTS = "dist/src";
const MARKER = "corrected.js";

/** In the order of application: an edit finds what those before it have left. */
const corrections = [...tree, ...commit, ...messages, ...formats];

/** Corrects the ts-mls in `folder`. Does nothing when that is done already; throws, and writes nothing, when the text is another. */
export function correct(folder) {
  checkVersion(folder);
  const state = stateOf(folder);
  if (state === "corrected") return;
  if (state === "stale") throw new Error(`${folder} was corrected in another way, or changed afterwards: npm ci`);
  const texts = new Map();
  for (const { id, edits } of corrections) for (const edit of edits) apply(folder, texts, { id, ...edit });
  for (const [file, text] of texts) writeFileSync(join(folder, TEXTS, file), text);
  for (const [file, text] of markerOf(folder)) writeFileSync(join(folder, TEXTS, file), text);
}

/** `stale`: corrected by other corrections than these, or changed since. */
export function stateOf(folder) {
  const marker = join(folder, TEXTS, MARKER);
  if (!existsSync(marker)) return "untouched";
  return readFileSync(marker, "utf8") === markerOf(folder).get(MARKER) ? "corrected" : "stale";
}

function checkVersion(folder) {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (version === VERSION) return;
  throw new Error(
    `the corrections are for ts-mls ${VERSION} and ${version} is installed: read docs/decisions/0007-mls-library.md`,
  );
}

function apply(folder, texts, { id, file, find, put }) {
  const text = texts.get(file) ?? readFileSync(join(folder, TEXTS, file), "utf8");
  const [before, after, ...more] = text.split(find);
  if (after === undefined || more.length > 0) {
    throw new Error(
      `${id}: ${file} must have this once, and has it ${more.length + (after === undefined ? 0 : 1)} times:\n${find}`,
    );
  }
  texts.set(file, before + put + after);
}

/** What the marker files say: which corrections, and the hash of the texts as they are now. */
function markerOf(folder) {
  const hash = createHash("sha256").update(JSON.stringify(corrections));
  for (const file of new Set(corrections.flatMap(({ edits }) => edits.map((edit) => edit.file)))) {
    hash.update(readFileSync(join(folder, TEXTS, file)));
  }
  const ids = corrections.map(({ id }) => id).join(" ");
  return new Map([
    [MARKER, `export const corrected = ${JSON.stringify(ids)};\n// sha256 ${hash.digest("hex")}\n`],
    [MARKER.replace(".js", ".d.ts"), "export declare const corrected: string;\n"],
  ]);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where npm puts it. */
export const INSTALLED = join(root, "node_modules/ts-mls");
if (process.argv[1] === fileURLToPath(import.meta.url)) correct(process.argv[2] ?? INSTALLED);
