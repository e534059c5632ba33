// What is pasted where one writes: files go their way, one line is taken as it is, and anything longer asks first: it may be a file's
// content, or not what was meant.
import { useTools } from "./tools.ts";

/** Of one line. */
const LONG_CHARS = 2_000;
/** More than a few lines are read better in a file. */
const LONG_LINES = 40;
/** Of one message, in UTF-8. */
const MESSAGE_BYTES = 65_536;
const SAMPLE_LINES = 12;
const SAMPLE_CHARS = 1_000;

export interface Pasted {
  readonly text: string;
  readonly lines: number;
  /** It asks first. */
  readonly isLong: boolean;
  /** It may be had as a file. */
  readonly isFile: boolean;
  /** It is more than a message holds. */
  readonly isTooLong: boolean;
}

/** A line end behind the last line is none. @internal */
export function pastedOf(raw: string): Pasted {
  const text = raw.replaceAll(/\r\n?/g, "\n").replace(/\n+$/, "");
  const lines = text.split("\n").length;
  const isLarge = text.length > LONG_CHARS;
  return {
    text,
    lines,
    isLong: lines > 1 || isLarge,
    isFile: isLarge || lines > LONG_LINES,
    isTooLong: new TextEncoder().encode(text).length > MESSAGE_BYTES,
  };
}

export function usePaste(
  onFiles: (files: readonly File[]) => void,
  onText: (text: string) => void,
): (event: ClipboardEvent) => void {
  const { say, askFirst, go } = useTools();
  const ask = async (pasted: Pasted): Promise<void> => {
    const { text, lines, isFile, isTooLong } = pasted;
    const asText = { id: "text", label: say("paste-as-text") };
    const asFile = { id: "file", label: say("paste-as-file") };
    const answer = await askFirst({
      title: lines > 1 ? say.count("paste-lines", lines) : say.count("paste-characters", text.length),
      about: say(isTooLong ? "paste-too-long" : "paste-about"),
      sample: sampleOf(text),
      choices: isTooLong ? [asFile] : isFile ? [asText, asFile] : [asText],
    });
    if (answer?.choice === "file") onFiles([new File([text], say("paste-file-name"), { type: "text/plain" })]);
    if (answer?.choice === "text") onText(text);
  };
  return (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const pasted = pastedOf(event.clipboardData?.getData("text/plain") ?? "");
    // What an office program copies is a text, and a picture of it too.
    const isFiles = files.length > 0 && pasted.text === "";
    if (!isFiles && !pasted.isLong) return;
    event.preventDefault();
    if (isFiles) onFiles(files);
    else go(ask(pasted));
  };
}

function sampleOf(text: string): string {
  const lines = text.split("\n");
  const some = lines.slice(0, SAMPLE_LINES).join("\n").slice(0, SAMPLE_CHARS);
  return some === text ? some : `${some}\n…`;
}
