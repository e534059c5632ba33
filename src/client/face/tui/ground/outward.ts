// What a terminal is told beside the picture: bell, notification, title of the window, what is copied. The only place that makes such
// sequences: everything in them is one safe line.
import { sanitizeLine } from "../../sanitize.ts";

const TITLE_CHARS = 80;
const TEXT_CHARS = 200;
/** Some terminals cut off what is longer, and with it the end of the sequence. */
const COPY_BYTES = 74_994;
const END = "\x1b\\";

export type Outward =
  | { readonly out: "bell" }
  | { readonly out: "notification"; readonly title: string; readonly text: string }
  | { readonly out: "title"; readonly title: string }
  /** Only on the person's key. */
  | { readonly out: "copy"; readonly text: string };

/** Empty: it cannot be done. */
export function outward(what: Outward): string {
  switch (what.out) {
    case "bell":
      return "\x07";
    case "title":
      return `\x1b]0;${sanitizeLine(what.title, TITLE_CHARS)}${END}`;
    case "notification": {
      const [title, text] = [sanitizeLine(what.title, TITLE_CHARS), sanitizeLine(what.text, TEXT_CHARS)];
      // OSC 777 has fields between semicolons; OSC 9 is one sentence. A terminal knows one of them, or none.
      const all = text === "" ? title : `${title}: ${text}`;
      return `\x1b]9;${all.replace(/^\d/, " $&")}${END}\x1b]777;notify;${title.replaceAll(";", ",")};${text.replaceAll(";", ",")}${END}`;
    }
    case "copy": {
      const bytes = Buffer.from(what.text, "utf8");
      return bytes.length > COPY_BYTES ? "" : `\x1b]52;c;${bytes.toString("base64")}${END}`;
    }
  }
}

/** Text from here to `UNLINKED` leads there. `url`: as `urlOf` gives it, and nothing else. The same id: parts of one link. */
export function linked(url: string): string {
  return `\x1b]8;id=${hashOf(url).toString(36)};${url}${END}`;
}

export const UNLINKED = `\x1b]8;;${END}`;

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return hash;
}
