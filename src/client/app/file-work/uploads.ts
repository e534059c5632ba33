// Files that are sent: each goes to the server first, and then its message. What is under way is in the vault from the beginning.
import { basename } from "node:path";
import { Fault, reason } from "../../../model/fault.ts";
import type { LogId, MessageId } from "../../../model/ids.ts";
import type { BlobLimits, FileDisk } from "../../files/contract.ts";
import type { Transfer } from "../../files/course.ts";
import { safeFileName } from "../../files/file-name.ts";
import { checkSize } from "../../files/limits.ts";
import type { UploadRecord } from "../../files/record.ts";
import { changed } from "../../files/sealed-source.ts";
import type { FileTicket } from "../../files/ticket.ts";
import { type UploadWorld, startUpload } from "../../files/upload.ts";
import type { Command } from "../../port/client.ts";
import type { Note } from "../../port/note.ts";
import type { FilePayload } from "../payload/payload.ts";
import type { Sending, Stored } from "../sending.ts";
import { type Aboard, type OpenTransfer, isStopped } from "./file-transfer.ts";
import type { FileLetter, KeptTransfers } from "./kept.ts";
import { type OrderedPlace, SentOrder } from "./order.ts";

export interface UploadsWorld {
  readonly disk: FileDisk;
  readonly kept: KeptTransfers;
  readonly upload: UploadWorld;
  /** As the server told them last. */
  readonly limits: () => BlobLimits | undefined;
  readonly sending: Pick<Sending, "newMid" | "announce" | "callOff" | "say">;
  /** Where it is to be sent. */
  readonly logOf: (to: string) => Promise<LogId>;
  /** This vault was put back as it was before, and the message has come from the server since. */
  readonly saidBefore: (log: LogId, mid: MessageId) => Stored | undefined;
  /** @throws Fault: nothing can be said there any more */
  readonly checkOpen: (log: LogId) => void;
  /** Seconds after which what is said there disappears; 0: it stays. */
  readonly expireOf: (log: LogId) => number | undefined;
  readonly open: OpenTransfer;
  readonly now: () => number;
  /** One less is waited for. */
  readonly onLess: () => void;
  readonly note: Note;
}

export class Uploads {
  readonly #world: UploadsWorld;
  readonly #letters = new Map<MessageId, FileLetter>();
  readonly #order: SentOrder;
  #looking: Promise<unknown> = Promise.resolve();
  readonly #places = new Map<MessageId, OrderedPlace>();

  constructor(world: UploadsWorld) {
    this.#world = world;
    this.#order = new SentOrder(world.now);
  }

  /** Goes on with what earlier starts have begun. */
  goOn(): void {
    for (const mid of this.#world.kept.uploads()) {
      const letter = this.#kept(mid);
      if (letter === undefined) continue;
      this.#letters.set(mid, letter);
      // What becomes of it is told, and nobody waits for it.
      this.#send(letter).catch(() => undefined);
    }
  }

  /** Resolves when the server has stored the message. */
  async send({ to, path, text, replyTo, expire, bot }: Extract<Command, { do: "file" }>): Promise<Stored> {
    const { logOf, sending } = this.#world;
    const log = await logOf(to);
    // One after the other: what is sent first is the first in its conversation.
    const looked = this.#looking.then(() => this.#look(path));
    this.#looking = looked.catch(() => undefined);
    const file = await looked;
    const said = {
      ...(text === undefined ? {} : { text }),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(expire === undefined ? {} : { expire }),
      ...(bot === undefined ? {} : { bot }),
    };
    return await this.#send({ mid: sending.newMid(), log, ...file, ...said, isPaused: false });
  }

  /** It stays so at the next start; until it goes on nobody waits for it. */
  paused(mid: MessageId, isPaused: boolean): void {
    const { sending, onLess } = this.#world;
    const letter = this.#letters.get(mid);
    if (letter === undefined || letter.isPaused === isPaused) return;
    this.#keep({ ...letter, isPaused });
    // What was sent behind it goes on without it.
    if (isPaused) this.#places.get(mid)?.leave();
    if (!isPaused) return sending.announce(mid);
    sending.callOff(mid);
    onLess();
  }

  /** What is wrong with it is told before it is its turn. */
  async #look(path: string): Promise<Pick<FileLetter, "path" | "size" | "stamp">> {
    const source = await this.#world.disk.openSource(path);
    try {
      const limits = this.#world.limits();
      if (limits !== undefined) checkSize(source.size, limits);
      return { path: source.path, size: source.size, stamp: await source.stamp() };
    } finally {
      await source.close();
    }
  }

  async #send(letter: FileLetter): Promise<Stored> {
    const { mid, path, size: total, isPaused } = letter;
    const file = { id: mid, way: "up", name: safeFileName(basename(path)), total } as const;
    const transfer = this.#world.open(file, isPaused);
    if (!this.#letters.has(mid)) this.#keep(letter);
    if (!isPaused) this.#world.sending.announce(mid);
    const place = this.#order.join(letter.log);
    this.#places.set(mid, place);
    const said = Promise.withResolvers<{ readonly stored: Promise<Stored> }>();
    const say = (ticket: FileTicket): void => {
      const stored = this.#say(mid, ticket);
      // Whoever waits hears of it.
      stored.catch(() => undefined);
      said.resolve({ stored });
    };
    const sayInTurn = (ticket: FileTicket): void =>
      place.before === undefined ? say(ticket) : void place.before.then(() => say(ticket)).catch(said.reject);
    try {
      await transfer.run((aboard) => this.#begin(mid, aboard), sayInTurn);
      const { stored } = await said.promise;
      // In the queue: what comes behind it is said behind it.
      place.leave();
      return await stored;
    } catch (error) {
      if (!isStopped(error)) this.#forget(mid);
      throw error;
    } finally {
      place.leave();
      this.#places.delete(mid);
    }
  }

  async #begin(mid: MessageId, aboard: Aboard): Promise<Transfer<FileTicket>> {
    const { path, record, size, stamp } = this.#letter(mid);
    const source = await this.#world.disk.openSource(path);
    try {
      // Also where nothing was read of it: it is the file of the moment when it was asked for.
      if (source.size !== size || (await source.stamp()) !== stamp) throw changed();
    } catch (error) {
      await source.close();
      throw error;
    }
    const onRecord = (next: UploadRecord | undefined): void => {
      if (next !== undefined) this.#keep({ ...this.#letter(mid), record: next });
    };
    const more = record === undefined ? {} : { record };
    return startUpload(this.#world.upload, { source, name: basename(path), ...more, onRecord, ...aboard });
  }

  #say(mid: MessageId, ticket: FileTicket): Promise<Stored> {
    const { sending, saidBefore, checkOpen, kept } = this.#world;
    const letter = this.#letter(mid);
    const before = saidBefore(letter.log, mid);
    if (before !== undefined) {
      this.#forget(mid);
      return Promise.resolve(before);
    }
    checkOpen(letter.log);
    const stored = sending.say(letter.log, this.#payload(letter, ticket), mid);
    // In one commit: a crash sends it neither twice nor never.
    kept.drop("up", mid);
    this.#letters.delete(mid);
    return stored;
  }

  #payload(
    { log, text, replyTo, bot, expire = this.#world.expireOf(log) }: FileLetter,
    ticket: FileTicket,
  ): FilePayload {
    return {
      kind: "file",
      ticket,
      ...(text === undefined ? {} : { text }),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(expire === undefined || expire === 0 ? {} : { expire }),
      ...(bot === undefined ? {} : { bot }),
    };
  }

  #keep(letter: FileLetter): void {
    this.#letters.set(letter.mid, letter);
    this.#world.kept.putUpload(letter);
  }

  #forget(mid: MessageId): void {
    const { kept, sending, onLess } = this.#world;
    this.#letters.delete(mid);
    kept.drop("up", mid);
    sending.callOff(mid);
    onLess();
  }

  #letter(mid: MessageId): FileLetter {
    const letter = this.#letters.get(mid);
    if (letter === undefined) throw new Error("a file is sent without its message");
    return letter;
  }

  #kept(mid: MessageId): FileLetter | undefined {
    const { kept, note } = this.#world;
    try {
      return kept.upload(mid);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      note("warn", `a file that was on its way is not sent: ${reason(error)}`);
      kept.drop("up", mid);
      return undefined;
    }
  }
}
