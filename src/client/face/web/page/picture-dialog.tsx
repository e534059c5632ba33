// A picture as large as the window lets it be; arrows go to those before and after it.
import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import type { TimelineView } from "../../../port/screens.ts";
import { Dialog, IconButton } from "./parts.tsx";
import { fileName, type Pictured, picturesOf, usePicture, useSave } from "./pictures.ts";
import { useTools } from "./tools.ts";

export interface PictureDialogProps {
  readonly message: string;
  readonly timeline: TimelineView;
}

export function PictureDialog({ message, timeline }: PictureDialogProps): VNode | null {
  const { line, go, show } = useTools();
  const [at, setAt] = useState(message);
  const pictures = picturesOf(timeline.items);
  const place = pictures.findIndex((one) => one.message === at);
  const shown = pictures[place];
  // It was deleted, or another conversation is open.
  const isGone = shown === undefined;
  useEffect(() => {
    if (isGone) show(undefined);
  }, [isGone]);
  const canGo = { back: place > 0 || timeline.hasOlder, on: place + 1 < pictures.length || timeline.hasNewer };
  const step = (by: 1 | -1): void => {
    const next = pictures[place + by];
    if (next !== undefined) setAt(next.message);
    else if (!timeline.isLoading && (by < 0 ? canGo.back : canGo.on)) go(line.do({ want: by < 0 ? "older" : "newer" }));
  };
  useArrows(step);
  if (shown === undefined) return null;
  return (
    <Dialog title={fileName(shown.file)} class="viewer">
      <Shown key={at} picture={shown} />
      <Bar picture={shown} count={{ n: place + 1, total: pictures.length }} canGo={canGo} onStep={step} />
    </Dialog>
  );
}

function useArrows(step: (by: 1 | -1) => void): void {
  useEffect(() => {
    const press = ({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): void => {
      if (altKey || ctrlKey || metaKey) return;
      if (key === "ArrowLeft") step(-1);
      else if (key === "ArrowRight") step(1);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

function Shown({ picture: { message, file } }: { readonly picture: Pictured }): VNode {
  const { say } = useTools();
  const found = usePicture(message);
  if (typeof found === "string") return <img class="viewer-picture" src={found} alt={fileName(file)} />;
  return <p class="empty">{say(found === undefined ? "loading" : "no-picture")}</p>;
}

interface BarProps {
  readonly picture: Pictured;
  readonly count: { readonly n: number; readonly total: number };
  readonly canGo: { readonly back: boolean; readonly on: boolean };
  readonly onStep: (by: 1 | -1) => void;
}

function Bar({ picture: { message, file }, count, canGo, onStep }: BarProps): VNode {
  const { say } = useTools();
  const save = useSave();
  return (
    <div class="viewer-bar">
      <IconButton icon="back" label={say("picture-before")} isOff={!canGo.back} onClick={() => onStep(-1)} />
      <p class="hint" role="status">
        {say("picture-of", { n: String(count.n), total: String(count.total) })}
        <span class="hidden"> {fileName(file)}</span>
      </p>
      <IconButton icon="forward" label={say("picture-after")} isOff={!canGo.on} onClick={() => onStep(1)} />
      <button type="button" class="button primary" onClick={() => save(message, file)}>
        {say("keep")}
      </button>
    </div>
  );
}
