// Blobs of a few pieces, to a server and back.
import { randomFillSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { blobRequests } from "../../../../src/client/files/requests.ts";
import { getBlob, putBlob } from "../../../../src/client/files/small-blob.ts";
import { BlobTable } from "../../../kit/blob-table.ts";

const BYTES = new Uint8Array(randomFillSync(Buffer.alloc(600_000)));
const mismatch = { code: "blob-mismatch" };

describe("a small blob", () => {
  it("goes in pieces and comes back whole; what is there is not sent again", async () => {
    const table = new BlobTable();
    const requests = blobRequests(table.ask);
    const id = await putBlob(requests, BYTES);
    expect(Buffer.compare(table.blobs.get(id) ?? Buffer.alloc(0), BYTES)).toBe(0);
    expect(Buffer.compare(await getBlob(requests, { id, size: BYTES.length }), BYTES)).toBe(0);
  });

  it("goes on from what the server holds", async () => {
    const table = new BlobTable();
    const requests = blobRequests(table.ask);
    const offsets: number[] = [];
    const put: typeof requests.put = (piece) => {
      offsets.push(piece.offset);
      if (offsets.length === 2) table.isConnected = false;
      return requests.put(piece);
    };
    await expect(putBlob({ put }, BYTES)).rejects.toMatchObject({ code: "offline" });
    table.isConnected = true;
    await putBlob({ put }, BYTES);
    expect(offsets).toEqual([0, 262_144, 0, 262_144, 524_288]);
  });

  it("is not waited for for ever by a server that does not come forward", async () => {
    let times = 0;
    const put = async () => ({ offset: (times += 1) % 2, complete: false });
    await expect(putBlob({ put }, BYTES)).rejects.toMatchObject({ code: "transfer-answer" });
    const size = 70;
    const get = async ({ offset }: { readonly offset: number }) => ({ size, offset, chunk: BYTES.subarray(0, 1) });
    await expect(
      getBlob({ get }, { id: await putBlob(blobRequests(new BlobTable().ask), BYTES), size }),
    ).rejects.toMatchObject(mismatch);
    expect(times).toBe(64);
  });

  it("that is another one, longer or shorter, is refused", async () => {
    const table = new BlobTable();
    const requests = blobRequests(table.ask);
    const id = await putBlob(requests, BYTES);
    const size = BYTES.length;
    table.blobs.set(id, Buffer.from(BYTES.with(300_000, (BYTES[300_000] ?? 0) ^ 1)));
    await expect(getBlob(requests, { id, size })).rejects.toMatchObject(mismatch);
    table.blobs.set(id, Buffer.from(BYTES));
    await expect(getBlob(requests, { id, size: size - 1 })).rejects.toMatchObject(mismatch);
    const none = { get: async () => ({ size, offset: 0, chunk: new Uint8Array() }) };
    await expect(getBlob(none, { id, size })).rejects.toMatchObject(mismatch);
  });
});
