// What Enter does where one writes: the files of the tray go, the text with the first of them, or by itself.
import type { ComposerView } from "../../../port/screens.ts";
import { withEmoji } from "../../emoji-names.ts";
import { withSent } from "../../sent-lines.ts";
import type { DraftKeeper } from "./drafts.ts";
import type { Tray } from "./dropped-files.ts";
import { useTools } from "./tools.ts";

/** In UTF-8: it goes in the head of a request. What is longer is a message of its own. */
const CAPTION_BYTES = 2_000;

export interface Written {
  readonly conversation: string;
  readonly composer: ComposerView;
  readonly tray: Tray;
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly drafts: DraftKeeper;
}

export function useSending({ conversation, composer, tray, text, setText, drafts }: Written): () => void {
  const { line, sent, go } = useTools();
  const said = text.trim();
  const forget = (): void => {
    drafts.sent(conversation);
    if (said !== "") sent.current = withSent(sent.current, text);
    setText("");
  };
  const submit = (): void => {
    forget();
    // What could not be taken is given back: nothing that was written is lost.
    go(
      line.do({ want: "submit", text: withEmoji(text) }).catch((error: Error) => {
        setText(text);
        throw error;
      }),
    );
  };
  const sendFiles = (): void => {
    tray.send(said === "" ? undefined : withEmoji(said));
    forget();
    go(line.do({ want: "draft", text: "" }));
    if (composer.replyTo !== undefined) go(line.do({ want: "reply", message: undefined }));
  };
  return () => {
    const hasFiles = tray.waiting.length > 0;
    if (hasFiles && composer.editing === undefined && isCaption(said)) {
      sendFiles();
      return;
    }
    if (hasFiles) tray.send(undefined);
    if (said !== "") submit();
  };
}

function isCaption(said: string): boolean {
  return new TextEncoder().encode(said).length <= CAPTION_BYTES;
}
