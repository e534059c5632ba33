// One line of what was said, for lists and quotes.
import type { FileView } from "../../port/views.ts";

/** More does not fit where it is shown. */
const CHARS_MOST = 160;

export function excerptOf({ text, file }: { readonly text: string; readonly file?: FileView | undefined }): string {
  return lineOf(text === "" && file !== undefined ? file.name : text);
}

/** The first line that says something, and of one's own rather than of what is quoted; cut between characters. */
function lineOf(text: string): string {
  const lines = text
    .slice(0, 4 * CHARS_MOST)
    .split(/\r\n?|\n/)
    .filter((one) => one.trim() !== "");
  const line = lines.find((one) => !/^\s*(?:>|```)/.test(one)) ?? lines[0] ?? "";
  const points = Array.from(line.trim());
  return points.length <= CHARS_MOST ? points.join("") : `${points.slice(0, CHARS_MOST - 1).join("")}…`;
}
