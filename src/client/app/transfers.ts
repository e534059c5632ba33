// Files in conversations: sent, saved, held, cancelled. At most three move at once; uploads go on by themselves after a restart.
// Knows no disk and no socket.
import { Fault } from "../../model/fault.ts";
import type { MessageId } from "../../model/ids.ts";
import type { BlobLimits, FileDisk } from "../files/contract.ts";
import { largestFile } from "../files/padding.ts";
import { type Ask, blobRequests } from "../files/requests.ts";
import type { UploadWorld } from "../files/upload.ts";
import type { Command, Reply } from "../port/client.ts";
import type { Clock } from "../port/clock.ts";
import type { Vault } from "../port/vault.ts";
import type { ClientEvent } from "../port/views.ts";
import { Downloads } from "./file-work/downloads.ts";
import { FileTransfer, type MessageFile } from "./file-work/file-transfer.ts";
import { KeptTransfers, type KeptWorld } from "./file-work/kept.ts";
import { Turns } from "./file-work/turns.ts";
import { Uploads, type UploadsWorld } from "./file-work/uploads.ts";

export interface TransfersWorld extends Pick<
  UploadsWorld,
  "sending" | "logOf" | "checkOpen" | "saidBefore" | "expireOf" | "onLess" | "note"
> {
  readonly disk: FileDisk;
  readonly vault: Pick<Vault, "setting" | "logs" | "named">;
  readonly put: KeptWorld["put"];
  readonly ask: Ask;
  readonly clock: Pick<Clock, "now">;
  /** Cryptographic randomness. */
  readonly random: (bytes: number) => Uint8Array;
  readonly tell: (event: ClientEvent) => void;
}

export type FileCommand = Extract<Command, { do: "file" | "save" | "cancel" | "pause" | "resume" }>;

/** Each has 1.5 MiB under way: more at once would not be faster. */
const AT_ONCE = 3;
/** What waits is a row of the vault each; whoever sends a whole folder sends an archive. */
const TRANSFERS_MOST = 256;
/** Before the first greeting nothing begins. */
const NOT_TOLD: BlobLimits = { blobBytes: 0, blobChunkBytes: 0 };

export class Transfers {
  readonly #world: TransfersWorld;
  readonly #turns = new Turns(AT_ONCE);
  readonly #running = new Map<MessageId, FileTransfer>();
  readonly #uploads: Uploads;
  readonly #downloads: Downloads;
  #limits: BlobLimits | undefined;
  #isLeaving = false;

  constructor(world: TransfersWorld) {
    this.#world = world;
    const kept = new KeptTransfers(world);
    const open = (file: MessageFile, isPaused: boolean): FileTransfer => this.#open(file, isPaused);
    const transfer = this.#transferWorld();
    const limits = (): BlobLimits | undefined => this.#limits;
    this.#uploads = new Uploads({ ...world, kept, open, upload: transfer, limits, now: () => world.clock.now() });
    this.#downloads = new Downloads({ ...world, kept, open, transfer });
  }

  /** Goes on with what earlier starts have begun to send. */
  start(): void {
    this.#uploads.goOn();
    this.#downloads.tidy();
  }

  /** The largest file that the server takes, as it said last. */
  get fileBytes(): number | undefined {
    return this.#limits === undefined ? undefined : (largestFile(this.#limits.blobBytes) ?? 0);
  }

  /** There is a connection again. */
  greeted(limits: BlobLimits): void {
    this.#limits = limits;
    this.#turns.open();
    for (const transfer of this.#running.values()) transfer.reconnected();
  }

  /** Nothing more will be asked: what is paused stays for the next start. */
  leave(): void {
    this.#isLeaving = true;
    for (const transfer of this.#running.values()) if (transfer.isPaused) transfer.stop();
  }

  stop(): void {
    for (const transfer of this.#running.values()) transfer.stop();
  }

  /** @throws Fault */
  async run(command: FileCommand): Promise<Reply> {
    switch (command.do) {
      case "file":
        return { ...(await this.#uploads.send(command)) };
      case "save":
        return { ...(await this.#downloads.save(command)) };
      case "pause":
        return this.#pause(command.message);
      case "resume":
        return this.#resume(command.message);
      case "cancel":
        return this.#cancel(command.message);
    }
  }

  #pause(message: MessageId): Reply {
    const transfer = this.#find(message);
    transfer.pause();
    this.#uploads.paused(message, true);
    if (this.#isLeaving) transfer.stop();
    return {};
  }

  #resume(message: MessageId): Reply {
    this.#find(message).resume();
    this.#uploads.paused(message, false);
    return {};
  }

  async #cancel(message: MessageId): Promise<Reply> {
    if (!this.#running.has(message) && (await this.#downloads.discard(message))) return {};
    const transfer = this.#find(message);
    transfer.cancel();
    if (await transfer.ended) throw notThere();
    return {};
  }

  #find(message: MessageId): FileTransfer {
    const transfer = this.#running.get(message);
    if (transfer === undefined) throw notThere();
    return transfer;
  }

  #open(file: MessageFile, isPaused: boolean): FileTransfer {
    const { clock, tell } = this.#world;
    if (this.#running.has(file.id))
      throw new Fault("transfer-running", "this file is on its way already", { hint: "wait for it, or cancel it" });
    if (this.#running.size >= TRANSFERS_MOST)
      throw new Fault("too-many-transfers", `${TRANSFERS_MOST} files are on their way`, {
        hint: "wait until some are through; a whole folder goes better as one archive",
      });
    const world = { turns: this.#turns, now: () => clock.now(), tell };
    const transfer = new FileTransfer(world, file, isPaused);
    this.#running.set(file.id, transfer);
    void transfer.ended.then(() => this.#running.delete(file.id));
    return transfer;
  }

  #transferWorld(): UploadWorld {
    const { ask, clock, random } = this.#world;
    const limits = (): BlobLimits => this.#limits ?? NOT_TOLD;
    return {
      requests: blobRequests(ask),
      clock,
      random,
      get limits() {
        return limits();
      },
    };
  }
}

function notThere(): Fault {
  return new Fault("no-such-transfer", "no such file is on its way", { hint: "it may be through already" });
}
