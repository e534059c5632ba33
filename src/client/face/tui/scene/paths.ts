// Completing a path behind /file, /save M and /export: what is typed of it, and what of a folder may be meant. Knows no disk.
import { sanitizeLine } from "../../sanitize.ts";
import { type Editor, textOf } from "../ground/editor.ts";
import type { Choice, Offer, TypedPath } from "./state.ts";

export interface InFolder {
  readonly name: string;
  readonly isFolder: boolean;
}

const COMMAND = /^\/(?:file|save\s+\S+|export(?:\s+(?:text|json|html))?)\s+/iu;
/** One that is not closed, else a bare one without a space that is not escaped. */
const PATH = /^(?:"(?<double>[^"]*)|'(?<single>[^']*)|(?<bare>(?:\\.|[^\s\\"'])*))$/u;
const ESCAPED = /\\([^\p{L}\p{N}])/gu;
/** Needs no quotes. */
const PLAIN = /^[\p{L}\p{N}._~/+@,-]+$/u;
const MOST = 50;

/** Undefined: no path is being typed. */
export function typedPath({ clusters, at }: Pick<Editor, "clusters" | "at">): TypedPath | undefined {
  const line = clusters.slice(0, at).join("");
  const [command] = COMMAND.exec(line) ?? [];
  if (command === undefined) return undefined;
  const groups = PATH.exec(line.slice(command.length))?.groups;
  if (groups === undefined) return undefined;
  const path = groups["double"] ?? groups["single"] ?? groups["bare"]?.replaceAll(ESCAPED, "$1") ?? "";
  const typed = path === "~" ? "~/" : path;
  const end = typed.lastIndexOf("/") + 1;
  // A command is ASCII: so many clusters as characters.
  return { from: command.length, folder: typed.slice(0, end), begins: typed.slice(end), line };
}

/** Undefined: nothing there begins like this, or it is not what is being typed any more. */
export function pathOffer(path: TypedPath, found: readonly InFolder[], editor: Editor): Offer | undefined {
  if (textOf({ ...editor, clusters: editor.clusters.slice(0, editor.at) }) !== path.line) return undefined;
  const choices = found.filter((one) => isMeant(one, path)).flatMap((one) => choiceOf(one, path));
  return choices.length === 0 ? undefined : { from: path.from, choices: choices.slice(0, MOST), at: -1 };
}

/** What is hidden is meant by whoever types its dot. A name that does not show as it is cannot be chosen by its looks. */
function isMeant({ name }: InFolder, { begins }: TypedPath): boolean {
  const isHidden = name.startsWith(".") && !begins.startsWith(".");
  return name.startsWith(begins) && !isHidden && sanitizeLine(name, name.length + 1) === name;
}

/** In quotes where it must; a folder stays open for what is in it. */
function choiceOf({ name, isFolder }: InFolder, { folder }: TypedPath): readonly Choice[] {
  const path = `${folder}${name}${isFolder ? "/" : ""}`;
  const label = `${name}${isFolder ? "/" : ""}`;
  if (PLAIN.test(path)) return [{ text: isFolder ? path : `${path} `, label }];
  const quote = path.includes('"') ? "'" : '"';
  if (path.includes(quote)) return [];
  return [{ text: `${quote}${path}${isFolder ? "" : `${quote} `}`, label }];
}
