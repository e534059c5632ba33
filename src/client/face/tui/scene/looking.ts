// The picture of a message, looked at: only when somebody wants to, and only where it is small enough for a terminal.
import { Fault } from "../../../../model/fault.ts";
import type { TimelineMessage } from "../../../port/screens.ts";
import { PICTURE_BYTES } from "../pictures/heads.ts";
import { messageMeant, messagesOf } from "./meaning.ts";
import { over, says, type Stage, type Step, step, type Ui } from "./state.ts";

const NAMED = /\.(?:png|jpe?g)$/i;

/** By what its sender says; what it is, its bytes say. */
export function mayBePicture({ file }: TimelineMessage): boolean {
  return file !== undefined && (NAMED.test(file.name) || /^image\/(?:png|jpeg)$/.test(file.type));
}

/** `/look [M]`. @throws Fault `no-such-message`, `picture-too-large` */
export function lookedAt(ui: Ui, typed: string, stage: Stage): Step {
  const { view } = stage;
  const message = messageMeant(typed === "" ? "^" : typed, "files", view);
  const found = messagesOf(view.open.timeline).find((one) => one.message === message);
  return found === undefined ? step(ui) : looking(ui, found, stage);
}

/** @throws Fault `picture-too-large` */
export function looking(ui: Ui, { message, file }: TimelineMessage, { say }: Stage): Step {
  if (file === undefined) return step(says(ui, say("no-file")));
  if (file.bytes > PICTURE_BYTES)
    throw new Fault("picture-too-large", "pictures of more than 4 MiB are not shown here", {
      hint: "/save M saves it",
    });
  return step(over(ui, { layer: "picture", message, name: file.name, picture: undefined }), {
    effect: "picture",
    message,
  });
}
