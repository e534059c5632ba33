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

export function useFiles(conversation: string, composer: ComposerView): DroppedFiles {
  const { uploads, say, dates, fault } = useTools();
  const [isOver, setOver] = useState(false);
  const upload = async (file: File): Promise<void> => {
    const replyTo = composer.replyTo?.message;
    const status = await uploads.send(file, { conversation, ...(replyTo !== undefined && { replyTo }) });
    if (status !== 202 && status !== 0) fault({ code: "upload", message: say("upload-failed", { name: file.name }) });
  };
  const send = (files: readonly File[]): void => {
    if (composer.closed !== undefined) return;
    for (const file of files.slice(0, AT_ONCE_MOST)) {
      if (file.size > BLOB_BYTES)
        fault({ code: "too-large", message: say("too-large", { name: file.name, most: dates.size(BLOB_BYTES) }) });
      else void upload(file);
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
