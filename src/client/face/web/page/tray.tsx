// Files that wait to be sent, above where one writes: each with its name and size, small pictures as they are, and a way out.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { sanitizeLine } from "../../sanitize.ts";
import type { Tray, WaitingFile } from "./dropped-files.ts";
import { Icon, IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";

const NAME_MOST = 80;
/** A larger one takes longer to draw small than it is worth. */
const THUMB_MOST_BYTES = 16 * 1024 * 1024;
/** What the page shows of messages, too. */
const SHOWN = /^image\/(?:png|jpeg|gif|webp|avif)$/;

export function FileTray({ tray }: { readonly tray: Tray }): VNode {
  const { say } = useTools();
  const { waiting, remove, clear } = tray;
  return (
    <>
      <p class="hidden" role="status">
        {waiting.length > 0 && say.count("files-ready", waiting.length)}
      </p>
      {waiting.length > 0 && (
        <ul
          class="tray"
          aria-label={say("tray")}
          onKeyDown={({ key }) => {
            if (key === "Escape") away(clear);
          }}
        >
          {waiting.map((one) => (
            <Waiting key={one.id} file={one.file} onRemove={() => away(() => remove(one.id))} />
          ))}
        </ul>
      )}
    </>
  );
}

/** The focus goes where one writes. */
function away(act: () => void): void {
  act();
  document.querySelector<HTMLElement>("#composer")?.focus();
}

interface WaitingProps extends Pick<WaitingFile, "file"> {
  readonly onRemove: () => void;
}

function Waiting({ file, onRemove }: WaitingProps): VNode {
  const { say, dates } = useTools();
  const name = sanitizeLine(file.name, NAME_MOST);
  return (
    <li>
      <Thumb file={file} />
      <span class="tray-name" dir="auto" title={name}>
        {name}
      </span>
      <span class="file-size">{dates.size(file.size)}</span>
      <IconButton icon="close" label={say("tray-remove", { name })} onClick={onRemove} />
    </li>
  );
}

/** Says nothing: the name stands beside it. */
function Thumb({ file }: Pick<WaitingFile, "file">): VNode {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!SHOWN.test(file.type) || file.size > THUMB_MOST_BYTES) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (address === undefined) return <Icon name="file" />;
  return <img class="thumb" src={address} alt="" onError={() => setAddress(undefined)} />;
}
