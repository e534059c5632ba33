// One line of what was said, for lists and quotes.
import type { FileView } from "../../port/views.ts";

/** More does not fit where it is shown. */
const CHARS_MOST = 160;

export function excerptOf({ text, file }: { readonly text: string; readonly file?: FileView | undefined }): string {
  return lineOf(text === "" && file !== undefined ? file.name : text);
}

/** The first line that says something, cut between characters. */
function lineOf(text: string): string {
  const line =
    text
      .slice(0, 4 * CHARS_MOST)
      .split(/\r\n?|\n/)
      .find((one) => one.trim() !== "") ?? "";
  const points = Array.from(line.trim());
  return points.length <= CHARS_MOST ? points.join("") : `${points.slice(0, CHARS_MOST - 1).join("")}…`;
}
