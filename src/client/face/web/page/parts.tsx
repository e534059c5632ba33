// Small parts that many others are made of: a face, an icon, a button with an icon, a dialog.
import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { DialogTold } from "./dialog-told.tsx";
import { ICONS, type IconName } from "./icons.ts";
import { hueOf, initialsOf } from "./people.ts";
import { useTools } from "./tools.ts";

export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={ICONS[name]} />
    </svg>
  );
}

export interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  /** It keeps the focus, and does nothing. */
  readonly isOff?: boolean;
  readonly class?: string;
  readonly id?: string;
}

export function IconButton(props: IconButtonProps): VNode {
  const { icon, label, onClick, pressed, expanded, isOff = false, id, class: more = "" } = props;
  return (
    <button
      type="button"
      id={id}
      class={`icon-button ${more}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      aria-disabled={isOff || undefined}
      onClick={isOff ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

export interface FaceProps {
  readonly user: string;
  readonly name: string;
  readonly online?: boolean | undefined;
  readonly size?: "small" | "large";
}

/** Says nothing to a screen reader: the name stands beside it. */
export function Avatar({ user, name, online, size }: FaceProps): VNode {
  return (
    <span class={`avatar ${size ?? ""}`} style={{ "--hue": hueOf(user) }} aria-hidden="true">
      {initialsOf(name)}
      {online === true && <span class="online" />}
    </span>
  );
}

export interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Instead of closing the panel. */
  readonly onClose?: () => void;
}

/** Escape, its cross and a click beside it close it. */
export function Dialog({ title, children, onClose, class: more = "" }: DialogProps): VNode {
  const { show, say } = useTools();
  const dialog = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  // Before the next key is pressed, which is meant for what is in it.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    // Closed by itself, and not with its element alone: the focus goes back to where it was.
    return () => {
      isGone.current = true;
      current?.close();
    };
  }, []);
  const close = (): void => {
    if (isGone.current) return;
    if (onClose === undefined) show(undefined);
    else onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={`dialog ${more}`}
      aria-label={title}
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2>{title}</h2>
          <IconButton icon="close" label={say("close")} onClick={close} />
        </header>
        {children}
      </div>
      <DialogTold />
    </dialog>
  );
}
