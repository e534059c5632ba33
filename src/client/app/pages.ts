// What of a conversation is looked at: a page of its messages, and what a list of conversations shows of it.
import { Fault } from "../../model/fault.ts";
import type { LogId } from "../../model/ids.ts";
import type { Command } from "../port/client.ts";
import type { PreviewView } from "../port/replies.ts";
import type { HeldEntry, HeldLog, Vault } from "../port/vault.ts";
import { messageView, type ViewWorld } from "./names.ts";

type Wanted = Pick<Extract<Command, { do: "history" }>, "before" | "after" | "around" | "limit">;

/** The newest messages of a conversation that are looked through for mentions, where some are unread. */
const LOOKED_AT = 200;

/** Oldest first. @throws Fault `no-such-message` */
export function pageOf(
  log: LogId,
  { before, after, around, limit }: Wanted,
  vault: Pick<Vault, "history" | "later" | "named">,
): readonly HeldEntry[] {
  if (after !== undefined) return vault.later(log, after, limit);
  if (around === undefined) return vault.history(log, before ?? Number.MAX_SAFE_INTEGER, limit);
  const found = vault.named(log, around);
  if (found === undefined)
    throw new Fault("no-such-message", "there is no such message here", {
      hint: "it may be deleted, or not yet stored",
    });
  const upTo = vault.history(log, found.seq + 1, Math.ceil((limit + 1) / 2));
  return [...upTo, ...vault.later(log, found.seq, limit - upTo.length)];
}

export function previewOf(
  { log, read }: HeldLog,
  unread: number,
  { vault, view }: { readonly vault: Pick<Vault, "history">; readonly view: ViewWorld },
): PreviewView {
  const newest = vault.history(log, Number.MAX_SAFE_INTEGER, unread === 0 ? 1 : LOOKED_AT);
  const last = newest.at(-1);
  const news = newest.filter(({ seq, lost }) => seq > read && !lost);
  const mentions = news.filter((entry) => messageView(entry, view).mentioned === true).length;
  return { read, mentions, ...(last === undefined ? {} : { last: messageView(last, view) }) };
}
