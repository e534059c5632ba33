// Blobs as a server keeps them, in memory.
import { createHash } from "node:crypto";
import type { Ask } from "../../src/client/app/circle/ask.ts";
import { Fault } from "../../src/model/fault.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import type { ClientMessage } from "../../src/wire/messages.ts";

export class BlobTable {
  readonly blobs = new Map<Sha256, Buffer>();
  readonly #begun = new Map<Sha256, Buffer>();
  isConnected = true;

  readonly ask = (async (message: ClientMessage) => {
    if (!this.isConnected) throw new Fault("offline", "there is no connection");
    if (message.type === "blobPut") return this.#put(message);
    if (message.type !== "blobGet") throw new Error(`nobody asks for ${message.type}`);
    const { id, offset, maxBytes } = message;
    const blob = this.blobs.get(id);
    if (blob === undefined) throw new Fault("no-such-blob", "there is no such blob");
    return { type: "blobChunk", id, size: blob.length, offset, chunk: blob.subarray(offset, offset + maxBytes) };
  }) as unknown as Ask;

  #put({ id, size, offset, chunk }: Extract<ClientMessage, { type: "blobPut" }>) {
    const begun = this.#begun.get(id) ?? Buffer.alloc(0);
    const held = offset === begun.length ? Buffer.concat([begun, chunk]) : begun;
    this.#begun.set(id, held);
    const complete = held.length === size && createHash("sha256").update(held).digest("hex") === id;
    if (complete) this.blobs.set(id, held);
    return { type: "blobStored", id, offset: held.length, complete };
  }
}
