// Ratchet trees on their way: in parts, each by its SHA-256, so that only what changed is sent and fetched.
import { hash } from "node:crypto";
import { Fault } from "../../../model/fault.ts";
import type { LogId, Sha256 } from "../../../model/ids.ts";
import { FRAME_BYTES } from "../../../model/limits.ts";
import type { Ask } from "./ask.ts";

/** Bytes of parts in one request: room for the rest of the frame. */
const AT_ONCE = FRAME_BYTES / 2;

export function partIds(tree: readonly Uint8Array[]): readonly Sha256[] {
  return tree.map((part) => hash("sha256", part) as Sha256);
}

/** Stores the parts that the server does not have yet. @throws Fault */
export async function putTree(ask: Ask, log: LogId, parts: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < parts.length;) {
    const batch: Uint8Array[] = [];
    for (let bytes = 0; at < parts.length; at += 1) {
      const part = parts[at] ?? new Uint8Array();
      bytes += part.length;
      if (batch.length > 0 && bytes > AT_ONCE) break;
      batch.push(part);
    }
    await ask({ type: "putTreeParts", log, parts: batch }, "treePartsStored");
  }
}

/** The parts in the order of their names, each of them the one that was named. @throws Fault `group-info-unusable` */
export async function getTree(ask: Ask, log: LogId, ids: readonly Sha256[]): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  while (parts.length < ids.length) {
    const answer = await ask({ type: "getTreeParts", log, parts: ids.slice(parts.length) }, "treeParts");
    if (answer.parts.length === 0) throw unusable();
    for (const part of answer.parts) {
      if (hash("sha256", part) !== ids[parts.length]) throw unusable();
      parts.push(part);
    }
  }
  return parts;
}

function unusable(): Fault {
  return new Fault("group-info-unusable", "the server does not hold the tree of the group that it names");
}
