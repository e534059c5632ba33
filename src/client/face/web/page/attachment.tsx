// A file of a message: its name and size, a way to save it, and small pictures at once. What its sender says it is decides nothing.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { TimelineMessage } from "../../../port/screens.ts";
import type { FileView } from "../../../port/views.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { Icon, IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";

/** Larger pictures are shown when somebody wants to see them. */
const AT_ONCE_BYTES = 4 * 1024 * 1024;
const NAME_MOST = 120;
const PICTURE_MOST_BYTES = 64 * 1024 * 1024;

export interface AttachmentProps {
  readonly message: TimelineMessage;
  readonly file: FileView;
}

export function Attachment({ message, file }: AttachmentProps): VNode {
  const { dates, say, blobs, fault } = useTools();
  const name = sanitizeLine(file.name, NAME_MOST);
  const mayBePicture = file.type.startsWith("image/") && file.bytes <= PICTURE_MOST_BYTES && message.seq !== undefined;
  const save = async (): Promise<void> => {
    if (!(await blobs.save(message.message, file.name))) fault({ code: "file", message: say("file-failed") });
  };
  return (
    <div class="attachment">
      {mayBePicture && <Picture message={message.message} file={file} />}
      <div class="file-card">
        <Icon name="file" />
        <span class="file-name" dir="auto">
          {name}
        </span>
        <span class="file-size">{dates.size(file.bytes)}</span>
        {message.seq !== undefined && (
          <IconButton icon="save" label={say("save-file", { name })} onClick={() => void save()} />
        )}
      </div>
    </div>
  );
}

function Picture({ message, file }: { readonly message: string; readonly file: FileView }): VNode | null {
  const { blobs, say, dates } = useTools();
  const [isWanted, setWanted] = useState(file.bytes <= AT_ONCE_BYTES);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    let isHere = true;
    if (isWanted)
      void blobs.picture(message).then((found) => {
        if (isHere) setAddress(found);
      });
    return () => {
      isHere = false;
    };
  }, [isWanted, message]);
  if (!isWanted)
    return (
      <button type="button" class="text-button" onClick={() => setWanted(true)}>
        {say("show-picture", { size: dates.size(file.bytes) })}
      </button>
    );
  return address === undefined ? null : <img class="picture" src={address} alt={sanitizeLine(file.name, NAME_MOST)} />;
}
