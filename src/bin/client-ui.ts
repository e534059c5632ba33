// Which interface a run has: what is asked for, else what there is a terminal for.
import { Fault } from "../model/fault.ts";
import type { CLIENT_FLAGS } from "./client-flags.ts";
import type { Values } from "./flags.ts";

export type Ui = "tui" | "inline" | "line" | "gui";

export interface Surroundings {
  readonly onTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws Fault `no-terminal` */
export function uiOf(
  { ui, gui, json }: Pick<Values<typeof CLIENT_FLAGS>, "ui" | "gui" | "json">,
  at: Surroundings,
): Ui {
  if (json) return "line";
  if (gui) return "gui";
  const isFull = at.onTerminal && !isDumb(at.env);
  if ((ui === "tui" || ui === "inline") && !isFull)
    throw new Fault("no-terminal", "this interface needs a terminal that can place a cursor", {
      hint: "start it in a terminal, or with --ui=line; TERM must not be dumb",
    });
  return ui ?? (isFull ? "tui" : "line");
}

/** Screen readers and editors say so. */
function isDumb({ TERM: term }: Surroundings["env"]): boolean {
  return term === undefined || term === "" || term === "dumb";
}
