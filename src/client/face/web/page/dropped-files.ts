// Files that are dropped on the conversation, pasted, or chosen: each on its way to it, answering what the composer answers.
import { useState } from "preact/hooks";
import type { ComposerView } from "../../../port/screens.ts";
import { BLOB_BYTES } from "../../../../model/limits.ts";
import { useTools } from "./tools.ts";

export interface DroppedFiles {
  readonly isOver: boolean;
  readonly send: (files: readonly File[]) => void;
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

const AT_ONCE_MOST = 20;

/** Where the server has not said what it takes, what any server takes. */
export function useFiles(conversation: string, composer: ComposerView, most = BLOB_BYTES): DroppedFiles {
  const { uploads, say, dates, fault } = useTools();
  const [isOver, setOver] = useState(false);
  const send = (files: readonly File[]): void => {
    if (composer.closed !== undefined) return;
    const replyTo = composer.replyTo?.message;
    for (const file of files.slice(0, AT_ONCE_MOST)) {
      if (file.size > most)
        fault({ code: "too-large", message: say("too-large", { name: file.name, most: dates.size(most) }) });
      else uploads.send(file, { conversation, ...(replyTo !== undefined && { replyTo }) });
    }
    if (files.length > AT_ONCE_MOST) fault({ code: "too-many", message: say.count("too-many-files", AT_ONCE_MOST) });
  };
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      const { currentTarget: place, relatedTarget: to } = event;
      if (!(place instanceof Node && to instanceof Node && place.contains(to))) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      send([...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { isOver, send, handlers };
}
