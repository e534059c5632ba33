// What the server keeps for devices and cannot read: blobs.
import { Fault } from "../../model/fault.ts";
import type { Handle, Sha256 } from "../../model/ids.ts";
import { BLOB_BYTES, BLOB_CHUNK_BYTES } from "../../model/limits.ts";
import type { ClientMessageOf, ServerMessage } from "../../wire/messages.ts";
import type { Outlet } from "../port/outlet.ts";
import type { ServiceWorld } from "./world.ts";

/** More are not under way at once. */
const CLAIMED_MOST = 10_000;

export class Keeping {
  readonly #world: ServiceWorld;
  /** Under way: the store need not be asked again for each piece. */
  readonly #claimed = new Set<Sha256>();

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Fault `blob-quota`: this user keeps enough here already. */
  async putBlob(
    { user }: Pick<Outlet, "user">,
    { id, size, offset, chunk }: ClientMessageOf<"blobPut">,
  ): Promise<ServerMessage> {
    if (size === 0 || size > BLOB_BYTES)
      throw new Fault("blob-size", `a blob has 1 to ${BLOB_BYTES} bytes`, { hint: "the greeting tells the limit" });
    if (!this.#claimed.has(id)) await this.#claim(user, id, size);
    const held = await this.#world.blobs.put(id, size, { offset, bytes: chunk });
    if (held.complete) {
      this.#claimed.delete(id);
      await this.#world.store.realm.keepBlob(id);
    }
    return { type: "blobStored", id, ...held };
  }

  async #claim(user: Handle, id: Sha256, bytes: number): Promise<void> {
    const { store, limits, clock } = this.#world;
    const most = limits.values.blobBytesPerUser;
    if ((await store.realm.claimBlob({ id, user, bytes, most, at: clock.now() })) === "over")
      throw new Fault("blob-quota", `your files on this server may come to ${most} bytes, and this one is too much`, {
        hint: "ask an owner of the realm: `chat-server limits` shows and changes it",
      });
    if (this.#claimed.size >= CLAIMED_MOST) this.#claimed.clear();
    this.#claimed.add(id);
  }

  async getBlob({ id, offset, maxBytes }: ClientMessageOf<"blobGet">): Promise<ServerMessage> {
    const wanted = maxBytes === 0 ? BLOB_CHUNK_BYTES : Math.min(maxBytes, BLOB_CHUNK_BYTES);
    const found = await this.#world.blobs.get(id, offset, wanted);
    if (found === undefined) throw new Fault("no-such-blob", "there is no such blob");
    return { type: "blobChunk", id, size: found.size, offset, chunk: found.bytes };
  }
}
