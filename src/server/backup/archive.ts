// What is inside a backup of a server: frames of a type and a length. First what it is of, then file after file, each with its own hash, at
// the end how many there were. Only names that belong into a data folder are read or written. docs/decisions/0014-backup.md has the format.
import { createHash, type Hash } from "node:crypto";
import { Fault } from "../../model/fault.ts";
import { isSha256, type Sha256, type StoreId } from "../../model/ids.ts";
import { corrupt } from "../../sealing/sealed-file.ts";
import { readSealed, SealedWriter, type SealedWish } from "./sealed-stream.ts";

/** What the backup is of. */
export interface Manifest {
  readonly format: 1;
  /** Program and version. */
  readonly agent: string;
  readonly madeAt: number;
  /** Fingerprint of the CA's key. */
  readonly realm: Sha256;
  readonly storeId: StoreId;
  readonly generation: number;
}

export interface Member {
  /** Below the data folder. */
  readonly path: string;
  readonly bytes: number;
  /** Its permissions. */
  readonly mode: number;
}

export interface Totals {
  readonly files: number;
  readonly bytes: number;
}

/** In this order: one `begin`, then for each file one `file`, its `data`, one `done`; at last one `end`. */
export type Part =
  | { readonly part: "begin"; readonly manifest: Manifest }
  | { readonly part: "file"; readonly member: Member }
  | { readonly part: "data"; readonly bytes: Buffer }
  | { readonly part: "done"; readonly sha256: Sha256 }
  | ({ readonly part: "end" } & Totals);

type Type = "b" | "f" | "d" | "e" | "z";

const HEAD_BYTES = 5;
const DATA_BYTES = 64 * 1024;
/** A head in JSON, or a piece of a file. */
const FRAME_BYTES_MOST = DATA_BYTES;
/** As the data folder is laid out: data-folder.ts. */
const PATH = /^(?:chat\.db|chat-server\.json|blobs\/([0-9a-f]{2})\/\1[0-9a-f]{62}|realm\/[A-Za-z0-9][\w.@+-]{0,99})$/;

export class ArchiveWriter {
  readonly #file: SealedWriter;
  #files = 0;
  #bytes = 0;

  private constructor(file: SealedWriter) {
    this.#file = file;
  }

  /** @throws Fault `backup-exists`, `backup-unwritable` */
  static async create(path: string, wish: SealedWish): Promise<ArchiveWriter> {
    return new ArchiveWriter(await SealedWriter.create(path, wish));
  }

  async begin(manifest: Manifest): Promise<void> {
    await this.#json("b", manifest);
  }

  /** Returns the hash of what was read. @throws Fault `backup-changed`: it had another size */
  async file(member: Member, contents: AsyncIterable<Uint8Array>): Promise<Sha256> {
    if (!PATH.test(member.path)) throw new Error(`${member.path} does not belong into a backup`);
    await this.#json("f", member);
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of contents) {
      for (let at = 0; at < piece.length; at += DATA_BYTES) await this.#frame("d", piece.subarray(at, at + DATA_BYTES));
      hash.update(piece);
      bytes += piece.length;
    }
    if (bytes !== member.bytes)
      throw new Fault("backup-changed", `${member.path} changed while it was copied`, { hint: "try again" });
    const sha256 = hash.digest("hex") as Sha256;
    await this.#json("e", { sha256 });
    this.#files += 1;
    this.#bytes += bytes;
    return sha256;
  }

  async finish(): Promise<Totals & { readonly fileBytes: number }> {
    const totals = { files: this.#files, bytes: this.#bytes };
    await this.#json("z", totals);
    return { ...totals, fileBytes: await this.#file.finish() };
  }

  discard(): Promise<void> {
    return this.#file.discard();
  }

  #json(type: Type, value: object): Promise<void> {
    return this.#frame(type, Buffer.from(JSON.stringify(value)));
  }

  async #frame(type: Type, body: Uint8Array): Promise<void> {
    const head = Buffer.alloc(HEAD_BYTES);
    head.write(type, "latin1");
    head.writeUInt32BE(body.length, 1);
    await this.#file.write(head);
    await this.#file.write(body);
  }
}

/** Everything in it, checked on the way; with the `end` it is certain that all of it is there. @throws Fault `backup-*`, `wrong-passphrase` */
export async function* readArchive(path: string, passphrase: string): AsyncGenerator<Part> {
  const reader = new PartReader();
  for await (const { type, body } of framesIn(path, passphrase)) yield reader.part(type, body);
  if (!reader.isOver) throw corrupt("its end is missing");
}

async function* framesIn(
  path: string,
  passphrase: string,
): AsyncGenerator<{ readonly type: string; readonly body: Buffer }> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of readSealed(path, passphrase)) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let at = 0;
    for (let size = frameBytes(held, at); size <= held.length - at; size = frameBytes(held, at)) {
      yield { type: held.toString("latin1", at, at + 1), body: held.subarray(at + HEAD_BYTES, at + size) };
      at += size;
    }
    held = held.subarray(at);
  }
  if (held.length > 0) throw corrupt("it ends in the middle of something");
}

/** Also of what is not there completely: then more than there is. */
function frameBytes(bytes: Buffer, at: number): number {
  if (bytes.length - at < HEAD_BYTES) return Number.POSITIVE_INFINITY;
  const size = bytes.readUInt32BE(at + 1);
  if (size > FRAME_BYTES_MOST) throw corrupt("a part of it is too large");
  return HEAD_BYTES + size;
}

/** Where in the order of parts a reader is. */
type At =
  | { readonly at: "beginning" | "between" | "over" }
  | { readonly at: "inside"; readonly member: Member; readonly hash: Hash; readonly left: number };

class PartReader {
  #at: At = { at: "beginning" };
  #files = 0;
  #bytes = 0;
  readonly #seen = new Set<string>();

  get isOver(): boolean {
    return this.#at.at === "over";
  }

  part(type: string, body: Buffer): Part {
    switch (`${this.#at.at} ${type}`) {
      case "beginning b":
        this.#at = { at: "between" };
        return { part: "begin", manifest: manifestIn(objectIn(body)) };
      case "between f":
        return { part: "file", member: this.#begin(objectIn(body)) };
      case "inside d":
        return this.#data(body);
      case "inside e":
        return this.#done(objectIn(body));
      case "between z":
        return this.#end(objectIn(body));
      default:
        throw corrupt("its parts are not in order");
    }
  }

  #begin({ path, bytes, mode }: Fields): Member {
    if (typeof path !== "string" || !PATH.test(path) || this.#seen.has(path))
      throw corrupt("there is a file in it that does not belong there");
    if (!isCount(bytes) || !isCount(mode)) throw corrupt("a head in it makes no sense");
    this.#seen.add(path);
    const member = { path, bytes, mode };
    this.#at = { at: "inside", member, hash: createHash("sha256"), left: bytes };
    return member;
  }

  #data(bytes: Buffer): Part {
    if (this.#at.at !== "inside" || bytes.length > this.#at.left) throw corrupt("a file in it is too long");
    this.#at.hash.update(bytes);
    this.#at = { ...this.#at, left: this.#at.left - bytes.length };
    return { part: "data", bytes };
  }

  #done({ sha256 }: Fields): Part {
    if (this.#at.at !== "inside" || this.#at.left > 0) throw corrupt("a file in it is too short");
    const found = this.#at.hash.digest("hex") as Sha256;
    if (sha256 !== found) throw corrupt("a file in it is not what it was");
    this.#files += 1;
    this.#bytes += this.#at.member.bytes;
    this.#at = { at: "between" };
    return { part: "done", sha256: found };
  }

  #end({ files, bytes }: Fields): Part {
    if (files !== this.#files || bytes !== this.#bytes) throw corrupt("not everything is in it");
    this.#at = { at: "over" };
    return { part: "end", files: this.#files, bytes: this.#bytes };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function objectIn(body: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Fields;
  } catch (error) {
    throw corrupt("a head in it cannot be read", error);
  }
  throw corrupt("a head in it cannot be read");
}

function manifestIn({ format, agent, madeAt, realm, storeId, generation }: Fields): Manifest {
  if (format !== 1)
    throw new Fault("backup-newer", "the backup was written by a newer version of this program", {
      hint: "use that version",
    });
  const isSound = typeof agent === "string" && typeof realm === "string" && typeof storeId === "string";
  if (!isSound || !isSha256(realm) || !isCount(madeAt) || !isCount(generation))
    throw corrupt("its head makes no sense");
  return { format, agent, madeAt, realm, storeId: storeId as StoreId, generation };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
