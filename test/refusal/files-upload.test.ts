// A server that lies to a sender: every lie ends the upload, and soon.
import { describe, expect, test } from "vitest";
import type { UploadRecord } from "../../src/client/files/record.ts";
import { blobRequests } from "../../src/client/files/requests.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import { startUpload } from "../../src/client/files/upload.ts";
import { Fault } from "../../src/model/fault.ts";
import type { Sha256 } from "../../src/model/ids.ts";
import { MemoryServer, MemorySource, Told, noise, sha256, worldOf } from "../unit/client/files/memory.ts";

const CONTENT = noise(700_000);

describe("a server that lies to a sender", () => {
  function upload(bend: (server: MemoryServer) => void): { server: MemoryServer; done: Promise<FileTicket> } {
    const server = new MemoryServer();
    bend(server);
    const { onRecord, onProgress } = new Told<UploadRecord>();
    const source = new MemorySource(CONTENT);
    return { server, done: startUpload(worldOf(server), { source, name: "a", onRecord, onProgress }).done };
  }

  test.each<readonly [what: string, bend: (server: MemoryServer) => void]>([
    ["it holds more than there is", (server) => (server.bendHeld = () => ({ offset: 10_000_000, complete: false }))],
    [
      "it holds all, and not the whole",
      (server) => (server.bendHeld = (_, { size }) => ({ offset: size, complete: false })),
    ],
    ["it has the whole, and not all", (server) => (server.bendHeld = (held) => ({ ...held, complete: true }))],
    ["it always holds nothing", (server) => (server.bendHeld = () => ({ offset: 0, complete: false }))],
    [
      "it always holds a byte less",
      (server) => (server.bendHeld = (held) => ({ ...held, offset: Math.max(0, held.offset - 1) })),
    ],
    [
      "it holds less and less",
      (server) => (server.bendHeld = (held) => ({ offset: Math.floor(held.offset / 2), complete: false })),
    ],
    [
      "it never likes the whole",
      (server) =>
        (server.bendHeld = (held) => {
          if (!held.complete) return held;
          server.blobs.clear();
          throw new Fault("blob-mismatch", "the blob does not have the hash that names it");
        }),
    ],
  ])("%s: it ends, and soon", async (_, bend) => {
    const { server, done } = upload(bend);
    await expect(done).rejects.toMatchObject({ code: "transfer-answer" });
    expect(server.puts.length).toBeLessThan(100);
  });

  test("what it forgot once is sent again", async () => {
    let forgot = false;
    const { server, done } = upload((bent) => {
      bent.bendHeld = (held) => {
        if (forgot || held.offset < 400_000) return held;
        forgot = true;
        bent.partials.clear();
        return { offset: 0, complete: false };
      };
    });
    const { blob } = await done;
    expect(forgot).toBe(true);
    expect(sha256(server.blobs.get(blob) ?? Buffer.alloc(0))).toBe(blob);
  });
});

test("an answer about another blob is no answer", async () => {
  const id = "11".repeat(32) as Sha256;
  const other = "00".repeat(32) as Sha256;
  const requests = blobRequests(async (message) => {
    const chunk = new Uint8Array(1);
    const answer =
      message.type === "blobPut"
        ? { type: "blobStored", id: other, offset: 1, complete: true }
        : { type: "blobChunk", id: other, size: 1, offset: 0, chunk };
    return answer as never;
  });
  const refused = expect.objectContaining({ code: "transfer-answer" }) as Error;
  await expect(requests.put({ id, size: 1, offset: 0, chunk: new Uint8Array(1) })).rejects.toThrow(refused);
  await expect(requests.get({ id, offset: 0, maxBytes: 1 })).rejects.toThrow(refused);
});
