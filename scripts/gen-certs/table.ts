// What gen-certs did, as text for a terminal.

import type { Row } from "../../src/pki/folder-work.ts";
import type { Report } from "../../src/pki/realm-folder.ts";

const HEAD = { file: "file", what: "what", until: "valid until", subject: "subject" };
type Line = typeof HEAD;

/** Ends with a line feed. */
export function inTable(report: Report): string {
  const lines = [HEAD, ...report.rows.map(lineOf)];
  const width = (key: keyof Line): number => Math.max(...lines.map((line) => line[key].length));
  const widths = { file: width("file"), what: width("what"), until: width("until") };
  const table = lines.map(({ file, what, until, subject }) =>
    [file.padEnd(widths.file), what.padEnd(widths.what), until.padEnd(widths.until), subject].join("  ").trimEnd(),
  );
  const notes = report.notes.map((note) => `note: ${note}`);
  return [...table, "", `CA fingerprint  ${report.fingerprint}`, ...notes, ""].join("\n");
}

function lineOf(row: Row): Line {
  return { file: row.file, what: row.what, until: row.until.toISOString().slice(0, 10), subject: visible(row.subject) };
}

/** A display name comes from a request that a stranger made: what would move or hide text on a terminal is spelled out. */
function visible(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
