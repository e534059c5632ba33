// Files that are saved: found by their message, fetched to where the user says, gone on with when the same is asked again.
import { Fault } from "../../../model/fault.ts";
import type { MessageId } from "../../../model/ids.ts";
import type { FileDisk, Sink } from "../../files/contract.ts";
import type { Transfer } from "../../files/course.ts";
import { type Saved, startDownload } from "../../files/download.ts";
import type { DownloadRecord } from "../../files/record.ts";
import type { FileTicket } from "../../files/ticket.ts";
import type { TransferWorld } from "../../files/upload.ts";
import type { Command } from "../../port/client.ts";
import type { Vault } from "../../port/vault.ts";
import { readOpened } from "../payload/opened.ts";
import type { Aboard, OpenTransfer } from "./file-transfer.ts";
import type { KeptTransfers } from "./kept.ts";

export interface DownloadsWorld {
  readonly disk: FileDisk;
  readonly kept: KeptTransfers;
  readonly transfer: TransferWorld;
  readonly vault: Pick<Vault, "logs" | "named">;
  readonly open: OpenTransfer;
}

/** What an earlier start has left, cut to what is certain. */
interface Begun {
  readonly sink: Sink;
  readonly record: DownloadRecord;
}

interface Target {
  readonly message: MessageId;
  readonly ticket: FileTicket;
  readonly path: string;
  readonly replace: boolean;
}

export class Downloads {
  readonly #world: DownloadsWorld;

  constructor(world: DownloadsWorld) {
    this.#world = world;
  }

  /** Of messages that are gone nothing stays. */
  tidy(): void {
    const { kept, vault } = this.#world;
    for (const message of kept.downloads())
      if (ticketsOf(vault, message).length === 0) this.discard(message).catch(() => undefined);
  }

  /** @throws Fault `no-such-message`, `no-file`, `target-*`, `stream-*`, `transfer-*` */
  async save({ message, path, replace }: Extract<Command, { do: "save" }>): Promise<Saved> {
    const { disk, open } = this.#world;
    const ticket = this.#ticketOf(message);
    const { name, size: total } = ticket;
    // What is wrong with the place is told before it is its turn.
    await disk.destinationOf({ path, name });
    const transfer = open({ id: message, way: "down", name, total }, false);
    return await transfer.run((aboard) => this.#begin({ message, ticket, path, replace }, aboard));
  }

  /** What is left of it here goes. False: there was nothing. */
  async discard(message: MessageId): Promise<boolean> {
    if (!this.#world.kept.downloads().includes(message)) return false;
    const begun = await this.#begun(message);
    await begun?.sink.discard();
    this.#world.kept.drop("down", message);
    return true;
  }

  async #begin(target: Target, aboard: Aboard): Promise<Transfer<Saved>> {
    const { transfer, kept } = this.#world;
    const { message, ticket } = target;
    const { sink, offset } = await this.#sink(target);
    const onRecord = (record: DownloadRecord | undefined): void => {
      if (record === undefined) kept.drop("down", message);
      else kept.putDownload(message, record);
    };
    return startDownload(transfer, { ticket, sink, offset, onRecord, ...aboard });
  }

  async #sink({ message, ticket, path, replace }: Target): Promise<{ readonly sink: Sink; readonly offset: number }> {
    const { disk } = this.#world;
    const { name, size } = ticket;
    const { folder, name: chosen } = await disk.destinationOf({ path, name });
    const begun = await this.#begun(message);
    if (begun !== undefined) {
      const { sink, record } = begun;
      const { place, offset } = record;
      const isSame = place.folder === folder && place.name === chosen && place.replace === replace;
      if (isSame && record.ticket.blob === ticket.blob && record.ticket.sha256 === ticket.sha256)
        return { sink, offset };
      await sink.discard();
    }
    return { sink: await disk.createSink({ path, name, size, replace }), offset: 0 };
  }

  async #begun(message: MessageId): Promise<Begun | undefined> {
    const { disk, kept } = this.#world;
    try {
      const record = kept.download(message);
      return record && { record, sink: await disk.reopenSink(record.place, record.offset) };
    } catch (error) {
      // It is gone, or not what was written: then it begins anew.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  #ticketOf(message: MessageId): FileTicket {
    const { vault } = this.#world;
    const [ticket] = ticketsOf(vault, message);
    if (ticket !== undefined) return ticket;
    if (vault.logs().some(({ log }) => vault.named(log, message) !== undefined))
      throw new Fault("no-file", "there is no file with this message", { hint: "it may be deleted" });
    throw new Fault("no-such-message", "there is no such message here", {
      hint: "it may be deleted, or not yet stored",
    });
  }
}

/** Those of the messages of this id, in the order in which they came: who uses an id again comes later. */
function ticketsOf(vault: DownloadsWorld["vault"], message: MessageId): readonly FileTicket[] {
  return vault
    .logs()
    .flatMap(({ log }) => vault.named(log, message) ?? [])
    .toSorted((a, b) => a.row - b.row)
    .flatMap(({ payload }) => {
      const opened = readOpened(payload);
      return opened.kind === "file" ? [opened.ticket] : [];
    });
}
