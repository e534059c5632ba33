// What the server keeps for devices and cannot read: blobs.
import { Fault } from "../../model/fault.ts";
import { BLOB_BYTES, BLOB_CHUNK_BYTES } from "../../model/limits.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { ServiceWorld } from "./world.ts";

export class Keeping {
  readonly #world: ServiceWorld;

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  async putBlob({ id, size, offset, chunk }: ClientMessageOf<"blobPut">): Promise<ServerMessage> {
    if (size === 0 || size > BLOB_BYTES)
      throw new Fault("blob-size", `a blob has 1 to ${BLOB_BYTES} bytes`, { hint: "the greeting tells the limit" });
    const held = await this.#world.blobs.put(id, size, { offset, bytes: chunk });
    return { type: "blobStored", id, ...held };
  }

  async getBlob({ id, offset, maxBytes }: ClientMessageOf<"blobGet">): Promise<ServerMessage> {
    const wanted = maxBytes === 0 ? BLOB_CHUNK_BYTES : Math.min(maxBytes, BLOB_CHUNK_BYTES);
    const found = await this.#world.blobs.get(id, offset, wanted);
    if (found === undefined) throw new Fault("no-such-blob", "there is no such blob");
    return { type: "blobChunk", id, size: found.size, offset, chunk: found.bytes };
  }
}
