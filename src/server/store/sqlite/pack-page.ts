// A page of a log on its way from the storage thread: one buffer, handed over and not copied (see ./pack.ts).
import { ID_BYTES } from "../../../model/ids.ts";
import type { DeviceId, MessageId } from "../../../model/ids.ts";
import { entryKindName } from "../../../wire/entry-kind.ts";
import type { Entry, PageOfLog } from "../../port/store.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { takeList } from "./pack.ts";

const ENTRY_BYTES = 8 + 8 + 2 * ID_BYTES + 1 + 8 + 4 + 4;
const NO_NOTE = new Uint8Array(0);

/** An entry as the database gives it. */
export interface StoredEntry {
  readonly seq: number;
  readonly at: number;
  readonly sender: Uint8Array;
  readonly mid: Uint8Array;
  readonly kind: number;
  readonly epoch: number;
  readonly body: Uint8Array;
  readonly note: Uint8Array | undefined;
}

export interface StoredPage {
  readonly head: number;
  readonly first: number;
  readonly chain: Uint8Array;
  readonly entries: readonly StoredEntry[];
}

export function packPage(page: StoredPage): Uint8Array<ArrayBuffer> {
  const bodies = page.entries.reduce((sum, { body, note }) => sum + ENTRY_BYTES + body.length + (note?.length ?? 0), 0);
  const bytes = new ByteWriter(8 + 8 + 4 + page.chain.length + 4 + bodies);
  bytes.number(page.head);
  bytes.number(page.first);
  bytes.block(page.chain);
  bytes.u32(page.entries.length);
  for (const entry of page.entries) {
    bytes.number(entry.seq);
    bytes.number(entry.at);
    bytes.raw(entry.sender);
    bytes.raw(entry.mid);
    bytes.u8(entry.kind);
    bytes.number(entry.epoch);
    bytes.block(entry.body);
    bytes.block(entry.note ?? NO_NOTE);
  }
  return bytes.finish();
}

export function unpackPage(packed: Uint8Array): PageOfLog {
  const bytes = new ByteReader(packed);
  const [head, first, chain] = [bytes.number(), bytes.number(), bytes.block()];
  const entries = takeList(bytes, ENTRY_BYTES, takeEntry);
  bytes.end();
  return { entries, head, first, chain };
}

function takeEntry(bytes: ByteReader): Entry {
  const [seq, at] = [bytes.number(), bytes.number()];
  const [sender, mid] = [bytes.hex(ID_BYTES) as DeviceId, bytes.hex(ID_BYTES) as MessageId];
  const kind = entryKindName(bytes.u8());
  if (kind === undefined) throw new RangeError("a stored entry has a kind that this version does not know");
  return { seq, at, sender, mid, kind, epoch: bytes.number(), body: bytes.block(), note: bytes.block() };
}
