// The text of one configuration line: comments, quotes, escapes and variables, as OpenSSL's conf_def.c reads them.
// Must not know sections or files: a fault here is a sentence, cnf.ts says where.

/** What is wrong with a line. Caught by cnf.ts, which adds file and line. */
export class LineFault extends Error {}

/** Section and name to value. `section` is undefined for a plain `$name`. */
export type Lookup = (section: string | undefined, name: string) => string | undefined;

/** The limit of OpenSSL itself: it ends variables that double each other. */
const VALUE_CHARS = 65_536;
const QUOTES = new Set(["'", '"', "`"]);
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b" };
const VARIABLE = /^\$(?:\{([^}]*)\}|\(([^)]*)\)|([A-Za-z0-9_]+(?:::[A-Za-z0-9_]+)?))/;
const REFERENCE = /^(?:([A-Za-z0-9_]+)::)?([A-Za-z0-9_]+)$/;

/** The line up to a `#` that is neither quoted nor escaped. */
export function stripComment(line: string): string {
  let quote: string | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const char = line.charAt(index);
    if (char === "\\") index += 1;
    else if (char === quote) quote = undefined;
    else if (quote !== undefined) continue;
    else if (QUOTES.has(char)) quote = char;
    else if (char === "#") return line.slice(0, index);
  }
  return line;
}

/** A value with quotes taken off, escapes and variables replaced. @throws LineFault */
export function expand(text: string, lookup: Lookup): string {
  let result = "";
  let index = 0;
  while (index < text.length) {
    const [piece, length] = pieceAt(text, index, lookup);
    result += piece;
    index += length;
    if (result.length > VALUE_CHARS) throw new LineFault(`a value of more than ${VALUE_CHARS} characters`);
  }
  return result;
}

/** What stands at `index`: its value, and how many characters it takes. */
function pieceAt(text: string, index: number, lookup: Lookup): [string, number] {
  const char = text.charAt(index);
  if (QUOTES.has(char)) return quotedAt(text, index);
  if (char === "$") return variableAt(text, index, lookup);
  if (char !== "\\") return [char, 1];
  const next = text.charAt(index + 1);
  if (next === "") throw new LineFault("a backslash at the end of the file");
  return [ESCAPES[next] ?? next, 2];
}

/** Inside quotes a variable is plain text, and a backslash makes the next character plain. */
function quotedAt(text: string, start: number): [string, number] {
  const quote = text.charAt(start);
  let result = "";
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === quote) return [result, index + 1 - start];
    if (char === "\\") index += 1;
    result += text.charAt(index);
  }
  throw new LineFault(`a quote ${quote} that is not closed`);
}

function variableAt(text: string, index: number, lookup: Lookup): [string, number] {
  const [whole, braces, round, bare] = VARIABLE.exec(text.slice(index)) ?? [];
  const [, section, name] = REFERENCE.exec(braces ?? round ?? bare ?? "") ?? [];
  if (whole === undefined || name === undefined)
    throw new LineFault("a $ without a variable; write \\$ for the sign itself");
  const value = lookup(section, name);
  if (value === undefined) throw new LineFault(`the variable ${whole} has no value`);
  return [value, whole.length];
}
