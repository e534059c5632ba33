// Over everything, as long as the program behind this window does not answer: what to do about it. Nothing but the program takes it away.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { CopyButton } from "./copy-button.tsx";
import { useTools } from "./tools.ts";

const COMMAND = "chat-client --gui";

export function EndedDialog(): VNode {
  const { say } = useTools();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  useEffect(keepKeys, []);
  return (
    <dialog
      ref={dialog}
      class="dialog ended"
      role="alertdialog"
      aria-labelledby="ended-title"
      aria-describedby="ended-about"
      onCancel={(event) => event.preventDefault()}
    >
      <div class="dialog-inside">
        {/* Whoever is just writing presses no button with the next key. */}
        <h2 id="ended-title" tabIndex={-1} autofocus>
          {say("ended")}
        </h2>
        <p id="ended-about">{say("ended-about")}</p>
        <p class="secret-line">
          <code>{COMMAND}</code>
        </p>
        <p class="hint">{say("ended-then")}</p>
        <p class="button-row" aria-live="polite">
          <CopyButton text={COMMAND} label={say("copy-command")} />
        </p>
      </div>
    </dialog>
  );
}

/** No key of the page means anything now, and Escape does not close it. */
function keep(event: KeyboardEvent): void {
  event.stopImmediatePropagation();
  if (event.key === "Escape") event.preventDefault();
}

function keepKeys(): () => void {
  addEventListener("keydown", keep, { capture: true });
  return () => removeEventListener("keydown", keep, { capture: true });
}
