// A copy of a conversation, to keep: as text, as JSON or as a page to read, into the browser's downloads.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { ConversationRow } from "../../../port/screens.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../protocol/messages.ts";
import { useTools } from "./tools.ts";

const ENDINGS: Readonly<Record<ExportFormat, string>> = { text: "txt", json: "json", html: "html" };
/** No name of a file on any system. */
const UNFIT = /[^\p{L}\p{N}._-]+/gu;

export function ExportPart({ row: { conversation } }: { readonly row: ConversationRow }): VNode {
  const { say, blobs, fault } = useTools();
  const [isBusy, setBusy] = useState(false);
  const save = async (format: ExportFormat): Promise<void> => {
    setBusy(true);
    const name = `${conversation.replaceAll(UNFIT, "")}.${ENDINGS[format]}`;
    const isThere = await blobs.export(conversation, { format, name });
    setBusy(false);
    if (!isThere) fault({ code: "export", message: say("export-failed") });
  };
  return (
    <fieldset class="settings">
      <legend>{say("export")}</legend>
      <p class="hint">{say("export-about")}</p>
      <p class="button-row">
        {EXPORT_FORMATS.map((format) => (
          <button key={format} type="button" class="button" disabled={isBusy} onClick={() => void save(format)}>
            {say(`export-${format}`)}
          </button>
        ))}
      </p>
    </fieldset>
  );
}
