// When a message disappears: so many seconds after the server took it, for everybody the same. Pure.
import type { Opened } from "../payload/opened.ts";

/** As it is kept: with the time when it is over, or as what is left when it is over already. */
export function lasting(opened: Opened, { at, now }: { readonly at: number; readonly now: number }): Opened {
  if ((opened.kind !== "text" && opened.kind !== "file") || opened.expire === undefined) return opened;
  const expiresAt = at + opened.expire * 1_000;
  return expiresAt <= now ? { kind: "expired" } : { ...opened, expiresAt };
}

export function isOver(opened: Opened, now: number): boolean {
  if (opened.kind !== "text" && opened.kind !== "file") return false;
  return opened.expiresAt !== undefined && opened.expiresAt <= now;
}
