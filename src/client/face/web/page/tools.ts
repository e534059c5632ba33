// What every part of the page may use, and what does not change with the view: the line, the words, the dates, the panels.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { LinkReason } from "../../../port/views.ts";
import type { SentLines } from "../../sent-lines.ts";
import type { Blobs } from "./blobs.ts";
import type { Dates } from "./dates.ts";
import type { Line } from "./line.ts";
import type { AskFirst } from "./asking.ts";
import type { Uploads } from "./uploads.ts";
import type { Say } from "./words/say.ts";

/** What stands over the page, or beside the conversation. */
export type Panel =
  | { readonly panel: "person"; readonly user: string }
  | { readonly panel: "devices" }
  | { readonly panel: "settings" }
  | { readonly panel: "switcher" }
  /** `wants`: what of it somebody is here for. */
  | { readonly panel: "new"; readonly wants?: "invite" }
  | { readonly panel: "about" }
  | { readonly panel: "keys" }
  | { readonly panel: "audit"; readonly user?: string }
  | { readonly panel: "admin" }
  | { readonly panel: "passphrase" }
  | { readonly panel: "picture"; readonly message: string }
  | { readonly panel: "pair"; readonly line: string; readonly until: number; readonly qr: readonly string[] };

export interface Tools {
  readonly line: Line;
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  /** Lines that were sent from here, to be had again; none of them outlives the lock. */
  readonly sent: { current: SentLines };
  readonly say: Say;
  readonly dates: Dates;
  /** Undefined: none any more. */
  readonly show: (panel: Panel | undefined) => void;
  /** Asks the person, above everything else. */
  readonly askFirst: AskFirst;
  /** Says what went wrong where nobody else does. */
  readonly fault: (reason: LinkReason) => void;
  /** Runs it, and says so if it goes wrong. */
  readonly go: (work: Promise<unknown>) => void;
}

export const ToolsContext = createContext<Tools | undefined>(undefined);

export function useTools(): Tools {
  const tools = useContext(ToolsContext);
  if (tools === undefined) throw new Error("this part stands outside of the page");
  return tools;
}
