// What a backup holds: the history, names, settings, what waits to be sent, and if asked for the identity. Never the secrets of
// groups: a vault that was put back joins its groups anew, because the one that was backed up may still be in use.
import type { DeviceId, LogId, Sha256 } from "../../model/ids.ts";
import type { Cost } from "../../sealing/passphrase.ts";
import { corrupt } from "../../sealing/sealed-file.ts";
import { BackupWriter, type Frame, readBackup } from "./backup-file.ts";
import type { Kind } from "./cells.ts";
import { SHOWN } from "./changes.ts";
import type { EntryToKeep } from "./history.ts";
import type { Guard } from "./key-file.ts";
import type { Parts } from "./parts.ts";
import { indexRecords, readRecord, writeRecords } from "./records.ts";

/** The first thing in it. */
export interface About {
  readonly realm: Sha256;
  readonly device: DeviceId;
  /** The handle, for people. */
  readonly user: string;
  /** When it was made, in milliseconds. */
  readonly at: number;
  /** How the vault was guarded. */
  readonly guard: Guard;
}

export interface IdentityFile {
  readonly name: string;
  readonly content: string;
}

export interface BackupWish {
  readonly file: string;
  readonly passphrase: string;
  readonly cost?: Cost | undefined;
  /** Over a file that is there. */
  readonly force: boolean;
  readonly about: Omit<About, "guard">;
  readonly identity: readonly IdentityFile[];
}

export interface Counts {
  readonly entries: number;
  readonly cells: number;
}

/** Everything that a backup said about itself, once it was read to its end. */
export interface Taken {
  readonly about: About;
  readonly identity: readonly IdentityFile[];
  readonly counts: Counts;
}

/** What is kept by name and belongs in it. */
const KINDS: readonly Kind[] = ["log", "device", "setting", "outgoing"];
const TYPES = { about: "A", identity: "I", cell: "C", entries: "E", end: "Z" } as const;
const QUIET = 1;
const LOST = 2;
const ASIDE = 4;
const PAST = 8;

/** In the clear nowhere: it goes from one seal into the other. @throws Fault `backup-*`, `vault-*` */
export function writeBackup(parts: Parts, guard: Guard, wish: BackupWish): Counts {
  const writer = new BackupWriter(wish.file, wish);
  try {
    writer.write(json(TYPES.about, { ...wish.about, guard }));
    for (const file of wish.identity) writer.write(json(TYPES.identity, file));
    const cells = writeCells(parts, writer);
    const { entries, shown } = writeEntries(parts, writer);
    writer.write(json(TYPES.end, { entries, cells, shown }));
    writer.finish();
    return { entries, cells };
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function writeCells({ cells }: Parts, writer: BackupWriter): number {
  let count = 0;
  for (const kind of KINDS) {
    // Rows get other numbers when they are put back.
    const kept = cells.list(kind).filter(({ name }) => kind !== SHOWN.kind || name !== SHOWN.name);
    for (const { name, value } of kept) writer.write(json(TYPES.cell, { kind, name, value: value.toString() }));
    count += kept.length;
  }
  return count;
}

function writeEntries(
  { history, cells }: Parts,
  writer: BackupWriter,
): { readonly entries: number; readonly shown: number } {
  const lastShown = Number(cells.get(SHOWN)?.value.toString() ?? 0);
  let [entries, shown] = [0, 0];
  for (const some of history.all()) {
    const marks = some.map(markOf);
    const head = Buffer.from(JSON.stringify({ marks, texts: some.map(({ text = null }) => text) }));
    const size = Buffer.alloc(4);
    size.writeUInt32BE(head.length);
    writer.write({ type: TYPES.entries, body: Buffer.concat([size, head, writeRecords(some)]) });
    entries += some.length;
    shown += some.filter(({ row }) => row <= lastShown).length;
  }
  return { entries, shown };
}

/** Puts everything into a new vault. `onAbout`: before anything is put. @throws Fault `backup-*`, `wrong-passphrase`, `vault-*` */
export function takeBackup(
  from: { readonly file: string; readonly passphrase: string },
  onAbout: (about: About) => Parts,
): Taken {
  let taking: Taking | undefined;
  for (const frame of readBackup(from.file, from.passphrase)) {
    if (taking === undefined) {
      if (frame.type !== TYPES.about) throw corrupt("it does not begin as one");
      const about = parsed(frame.body) as unknown as About;
      taking = new Taking(about, onAbout(about));
    } else taking.take(frame);
  }
  if (taking === undefined) throw corrupt("there is nothing in it");
  return taking.taken();
}

class Taking {
  readonly #about: About;
  readonly #parts: Parts;
  readonly #identity: IdentityFile[] = [];
  #entries = 0;
  #cells = 0;
  #isOver = false;

  constructor(about: About, parts: Parts) {
    this.#about = about;
    this.#parts = parts;
  }

  take({ type, body }: Frame): void {
    if (this.#isOver) throw corrupt("something stands behind its end");
    switch (type) {
      case TYPES.identity:
        this.#identity.push(parsed(body) as unknown as IdentityFile);
        return;
      case TYPES.cell:
        return this.#takeCell(parsed(body));
      case TYPES.entries:
        return this.#takeEntries(body);
      case TYPES.end:
        return this.#end(parsed(body));
      default:
        throw corrupt("it holds something that this version does not know");
    }
  }

  taken(): Taken {
    if (!this.#isOver) throw corrupt("its end is missing");
    return { about: this.#about, identity: this.#identity, counts: { entries: this.#entries, cells: this.#cells } };
  }

  #takeCell({ kind, name, value }: Readonly<Record<string, unknown>>): void {
    const found = KINDS.find((one) => one === kind);
    if (found === undefined) throw corrupt("it holds something that this version does not know");
    this.#parts.transact(false, () =>
      this.#parts.cells.put({ kind: found, name: String(name) }, Buffer.from(String(value))),
    );
    this.#cells += 1;
  }

  #takeEntries(body: Buffer): void {
    const start = 4 + body.readUInt32BE();
    const { marks, texts } = parsed(body.subarray(4, start)) as unknown as {
      marks: number[];
      texts: (string | null)[];
    };
    const records = [...indexRecords(body.subarray(start)).values()];
    const entries = records.map((record, index): EntryToKeep => {
      const mark = marks[index] ?? 0;
      return Object.assign(readRecord(record), { ...flagsOf(mark), text: texts[index] ?? undefined });
    });
    this.#parts.transact(false, () => {
      for (const some of runsOf(entries)) this.#parts.history.put(some[0]?.log ?? ("" as LogId), some);
    });
    this.#entries += entries.length;
  }

  #end({ entries, cells, shown }: Readonly<Record<string, unknown>>): void {
    if (entries !== this.#entries || cells !== this.#cells) throw corrupt("a part of it is missing");
    this.#parts.transact(true, () => this.#parts.cells.put(SHOWN, Buffer.from(String(shown))));
    this.#isOver = true;
  }
}

type Flags = Required<Pick<EntryToKeep, "quiet" | "lost" | "aside" | "past">>;

function markOf({ quiet, lost = false, aside = false, past = false }: EntryToKeep): number {
  return (quiet ? QUIET : 0) | (lost ? LOST : 0) | (aside ? ASIDE : 0) | (past ? PAST : 0);
}

function flagsOf(mark: number): Flags {
  const has = (flag: number): boolean => (mark & flag) !== 0;
  return { quiet: has(QUIET), lost: has(LOST), aside: has(ASIDE), past: has(PAST) };
}

/** Neighbours of the same log together. */
function runsOf(entries: readonly EntryToKeep[]): readonly (readonly EntryToKeep[])[] {
  const runs: EntryToKeep[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last?.[0]?.log === entry.log) last.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function json(type: string, value: object): Frame {
  return { type, body: Buffer.from(JSON.stringify(value)) };
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString()) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw corrupt("a part of it cannot be read", error);
  }
}
