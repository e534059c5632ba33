// A file of a message: its name and size, a way to save it, and small pictures at once. What its sender says it is decides nothing.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { TimelineMessage } from "../../../port/screens.ts";
import type { FileView } from "../../../port/views.ts";
import { Icon, IconButton } from "./parts.tsx";
import { fileName, mayBePicture, usePicture, useSave } from "./pictures.ts";
import { useTools } from "./tools.ts";

/** Larger pictures are shown when somebody wants to see them. */
const AT_ONCE_BYTES = 4 * 1024 * 1024;

export interface AttachmentProps {
  readonly message: TimelineMessage;
  readonly file: FileView;
}

export function Attachment({ message, file }: AttachmentProps): VNode {
  const { dates, say } = useTools();
  const name = fileName(file);
  const save = useSave();
  return (
    <div class="attachment">
      {mayBePicture(message) && <Picture message={message.message} file={file} />}
      <div class="file-card">
        <Icon name="file" />
        <span class="file-name" dir="auto">
          {name}
        </span>
        <span class="file-size">{dates.size(file.bytes)}</span>
        {message.seq !== undefined && (
          <IconButton icon="save" label={say("save-file", { name })} onClick={() => save(message.message, file)} />
        )}
      </div>
    </div>
  );
}

interface PictureProps {
  readonly message: string;
  readonly file: FileView;
}

/** A click shows it larger. */
function Picture({ message, file }: PictureProps): VNode | null {
  const { say, dates, show } = useTools();
  const [isWanted, setWanted] = useState(file.bytes <= AT_ONCE_BYTES);
  const picture = usePicture(isWanted ? message : undefined);
  if (!isWanted)
    return (
      <button type="button" class="text-button" onClick={() => setWanted(true)}>
        {say("show-picture", { size: dates.size(file.bytes) })}
      </button>
    );
  if (typeof picture !== "string") return null;
  return (
    <button
      type="button"
      class="picture-button"
      title={say("picture-larger")}
      onClick={() => show({ panel: "picture", message })}
    >
      <img class="picture" src={picture} alt={fileName(file)} />
    </button>
  );
}
