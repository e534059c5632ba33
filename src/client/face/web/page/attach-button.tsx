// The way to files of this machine: the browser's own dialog.
import { useRef } from "preact/hooks";
import type { VNode } from "preact";
import { IconButton } from "./parts.tsx";
import { useTools } from "./tools.ts";

export function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }): VNode {
  const { say } = useTools();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
      <IconButton icon="attach" label={say("attach")} onClick={() => input.current?.click()} />
    </>
  );
}
