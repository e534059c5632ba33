// Files that are dropped on the conversation, pasted, or chosen: they wait in its tray until they are sent, answering what the composer
// answers then.
import { type Dispatch, type StateUpdater, useState } from "preact/hooks";
import type { ComposerView } from "../../../port/screens.ts";
import { BLOB_BYTES } from "../../../../model/limits.ts";
import { useTools } from "./tools.ts";

export interface WaitingFile {
  readonly id: string;
  readonly file: File;
}

/** By conversation. */
export type Trays = Readonly<Record<string, readonly WaitingFile[]>>;

export interface Tray {
  readonly waiting: readonly WaitingFile[];
  readonly add: (files: readonly File[]) => void;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
  /** `caption` goes with the first of them. */
  readonly send: (caption: string | undefined) => void;
}

export interface DroppedFiles extends Tray {
  readonly isOver: boolean;
  readonly handlers: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

export interface FilesPlace {
  readonly conversation: string;
  readonly composer: ComposerView;
  /** Where the server has not said what it takes, what any server takes. */
  readonly most: number | undefined;
  readonly trays: Trays;
  readonly onTrays: Dispatch<StateUpdater<Trays>>;
}

const AT_ONCE_MOST = 20;

export function useFiles(place: FilesPlace): DroppedFiles {
  const [isOver, setOver] = useState(false);
  const tray = useTray(place);
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      const { currentTarget: here, relatedTarget: to } = event;
      if (!(here instanceof Node && to instanceof Node && here.contains(to))) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      tray.add([...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { ...tray, isOver, handlers };
}

function useTray({ conversation, composer, most = BLOB_BYTES, trays, onTrays }: FilesPlace): Tray {
  const { uploads, say, dates, fault } = useTools();
  const waiting = trays[conversation] ?? [];
  const put = (files: readonly WaitingFile[]): void => onTrays((before) => ({ ...before, [conversation]: files }));
  const add = (files: readonly File[]): void => {
    if (composer.closed !== undefined || files.length === 0) return;
    const room = AT_ONCE_MOST - waiting.length;
    const [small, large] = [files.filter(({ size }) => size <= most), files.filter(({ size }) => size > most)];
    for (const { name } of large)
      fault({ code: "too-large", message: say("too-large", { name, most: dates.size(most) }) });
    if (small.length > room) fault({ code: "too-many", message: say.count("too-many-files", AT_ONCE_MOST) });
    put([...waiting, ...small.slice(0, room).map((file) => ({ id: crypto.randomUUID(), file }))]);
    // Enter sends them.
    document.querySelector<HTMLElement>("#composer")?.focus();
  };
  const send = (caption: string | undefined): void => {
    const replyTo = composer.replyTo?.message;
    const where = { conversation, ...(replyTo !== undefined && { replyTo }) };
    for (const [at, { file }] of waiting.entries())
      uploads.send(file, at === 0 && caption !== undefined ? { ...where, text: caption } : where);
    put([]);
  };
  return { waiting, add, remove: (id) => put(waiting.filter((one) => one.id !== id)), clear: () => put([]), send };
}
