// A process that uploads one blob and says how much is held: `node blob-writer.ts <dir> <fill> <size> <step>`. To be killed.
import { openFileBlobs } from "../../src/server/store/files/blobs.ts";
import { sha256Of } from "./store-harness.ts";

const [dir = "", ...numbers] = process.argv.slice(2);
const [fill = 0, size = 0, step = 0] = numbers.map(Number);
const blobs = await openFileBlobs({ dir });
const id = sha256Of(Buffer.alloc(size, fill));
for (let offset = 0; offset < size;) {
  // The last piece is never sent: the upload is to be found unfinished.
  if (offset + step >= size) await new Promise(() => setInterval(() => undefined, 1_000));
  ({ offset } = await blobs.put(id, size, { offset, bytes: Buffer.alloc(step, fill) }));
  process.stdout.write(`${offset}\n`);
}
