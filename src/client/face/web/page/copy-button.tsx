// A button that takes a text to the clipboard, and says so.
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { useTools } from "./tools.ts";

export interface CopyProps {
  readonly text: string;
  readonly label: string;
}

export function CopyButton({ text, label }: CopyProps): VNode {
  const { say, go } = useTools();
  const [isCopied, setCopied] = useState(false);
  const copy = (): void => go(navigator.clipboard.writeText(text).then(() => setCopied(true)));
  return (
    <button type="button" class="button primary" onClick={copy}>
      {isCopied ? say("copied") : label}
    </button>
  );
}
