// What the vault keeps of files on their way, as settings: one for each, and one that names them all. They hold keys of files.
import type { LogId, MessageId } from "../../../model/ids.ts";
import {
  type DownloadRecord,
  type UploadRecord,
  readDownloadRecord,
  readUploadRecord,
  writeDownloadRecord,
  writeUploadRecord,
} from "../../files/record.ts";
import type { Change, Vault } from "../../port/vault.ts";

/** A message that goes when its file is through. */
export interface FileLetter {
  readonly mid: MessageId;
  readonly log: LogId;
  /** Of the file, from the root. */
  readonly path: string;
  readonly size: number;
  /** As `Source` tells it: it is still the same file. */
  readonly stamp: string;
  readonly text?: string;
  readonly replyTo?: MessageId;
  readonly expire?: number;
  readonly bot?: true;
  readonly isPaused: boolean;
  /** Once the file was read. */
  readonly record?: UploadRecord;
}

export interface KeptWorld {
  readonly vault: Pick<Vault, "setting">;
  /** Together, and before it returns. */
  readonly put: (changes: readonly Change[]) => void;
}

type Way = "up" | "down";

const INDEX = "files";

export class KeptTransfers {
  readonly #world: KeptWorld;
  readonly #index: Readonly<Record<Way, Set<MessageId>>>;

  constructor(world: KeptWorld) {
    this.#world = world;
    const index = JSON.parse(world.vault.setting(INDEX) ?? "{}") as Readonly<Partial<Record<Way, MessageId[]>>>;
    this.#index = { up: new Set(index.up), down: new Set(index.down) };
  }

  /** In the order in which they were written. */
  uploads(): readonly MessageId[] {
    return [...this.#index.up];
  }

  downloads(): readonly MessageId[] {
    return [...this.#index.down];
  }

  /** @throws Fault `transfer-record` */
  upload(mid: MessageId): FileLetter | undefined {
    const kept = this.#kept("up", mid);
    if (kept === undefined) return undefined;
    const { record, ...letter } = JSON.parse(kept) as FileLetter & { readonly record?: never };
    return record === undefined ? letter : { ...letter, record: readUploadRecord(record) };
  }

  putUpload({ record, ...letter }: FileLetter): void {
    const written = record === undefined ? letter : { ...letter, record: writeUploadRecord(record) };
    this.#put("up", letter.mid, JSON.stringify(written));
  }

  /** @throws Fault `transfer-record` */
  download(mid: MessageId): DownloadRecord | undefined {
    const kept = this.#kept("down", mid);
    return kept === undefined ? undefined : readDownloadRecord(kept);
  }

  putDownload(mid: MessageId, record: DownloadRecord): void {
    this.#put("down", mid, writeDownloadRecord(record));
  }

  drop(way: Way, mid: MessageId): void {
    if (!this.#index[way].delete(mid)) return;
    this.#world.put([{ drop: "setting", name: nameOf(way, mid) }, this.#indexed()]);
  }

  #kept(way: Way, mid: MessageId): string | undefined {
    return this.#index[way].has(mid) ? this.#world.vault.setting(nameOf(way, mid)) : undefined;
  }

  #put(way: Way, mid: MessageId, value: string): void {
    const isNew = !this.#index[way].has(mid);
    this.#index[way].add(mid);
    const row: Change = { put: "setting", name: nameOf(way, mid), value };
    this.#world.put(isNew ? [row, this.#indexed()] : [row]);
  }

  #indexed(): Change {
    const { up, down } = this.#index;
    return { put: "setting", name: INDEX, value: JSON.stringify({ up: [...up], down: [...down] }) };
  }
}

function nameOf(way: Way, mid: MessageId): string {
  return `file-${way}/${mid}`;
}
