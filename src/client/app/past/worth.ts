// Is there anything to ask for? Where the terms say none, nothing was archived as a rule: nobody is asked for keys to nothing.
import type { LogId } from "../../../model/ids.ts";
import { openEnvelope } from "../../../mls/envelope.ts";
import type { Ask } from "../circle/ask.ts";
import type { Gap, Mark } from "./state.ts";
import { fetchStretch, type Proved } from "./stretch.ts";

/** The newest ones: after so many without a copy it is asked all the same. */
const LOOKED_AT = 1_000;

/** @throws Fault `offline`, `history-*` */
export async function isArchived(
  ask: Ask,
  log: LogId,
  { gap, top }: { readonly gap: Gap; readonly top: Mark },
): Promise<boolean> {
  let mark = top;
  while (mark.seq > gap.after) {
    if (top.seq - mark.seq >= LOOKED_AT) return true;
    const { entries, below } = await fetchStretch(ask, { log, top: mark, after: gap.after });
    if (entries.some((one) => one.entry.seq <= gap.until && hasCopy(one))) return true;
    mark = below;
  }
  return false;
}

function hasCopy({ entry: { kind, body } }: Proved): boolean {
  try {
    return kind === "app" && openEnvelope(body).copy !== undefined;
  } catch {
    return false;
  }
}
