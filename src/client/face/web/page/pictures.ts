// Pictures among the messages: which may be one, what shows it, and how a file is saved.
import { useEffect, useState } from "preact/hooks";
import type { TimelineItem, TimelineMessage } from "../../../port/screens.ts";
import type { FileView } from "../../../port/views.ts";
import { sanitizeLine } from "../../sanitize.ts";
import { useTools } from "./tools.ts";

const NAME_MOST = 120;
const PICTURE_MOST_BYTES = 64 * 1024 * 1024;

export type Pictured = TimelineMessage & { readonly file: FileView };

export function fileName({ name }: FileView): string {
  return sanitizeLine(name, NAME_MOST);
}

/** As its sender says; its bytes decide later. */
export function mayBePicture(message: TimelineMessage): message is Pictured {
  const { file, seq } = message;
  return file !== undefined && seq !== undefined && file.type.startsWith("image/") && file.bytes <= PICTURE_MOST_BYTES;
}

/** The oldest first. */
export function picturesOf(items: readonly TimelineItem[]): readonly Pictured[] {
  return items.flatMap((item) => (item.item === "message" && mayBePicture(item.message) ? [item.message] : []));
}

/** Its address on this page; `none`: it cannot be shown; undefined: not yet, or none is wanted. */
export function usePicture(message: string | undefined): string | { readonly is: "none" } | undefined {
  const { blobs } = useTools();
  const [found, setFound] = useState<{ readonly of: string; readonly address: string | undefined }>();
  useEffect(() => {
    let isHere = true;
    if (message !== undefined)
      void blobs.picture(message).then((address) => {
        if (isHere) setFound({ of: message, address });
      });
    return () => {
      isHere = false;
    };
  }, [message]);
  if (found === undefined || found.of !== message) return undefined;
  return found.address ?? { is: "none" };
}

export function useSave(): (message: string, file: FileView) => void {
  const { blobs, fault, say } = useTools();
  const save = async (message: string, { name }: FileView): Promise<void> => {
    if (!(await blobs.save(message, name))) fault({ code: "file-unreadable", message: say("file-failed") });
  };
  return (message, file) => void save(message, file);
}
