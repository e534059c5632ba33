// A backup of a server as a file: what goes in comes out, and of what was changed, cut or put together anew nothing does.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sha256, StoreId } from "../../../src/model/ids.ts";
import { ArchiveWriter, type Manifest, type Part, readArchive } from "../../../src/server/backup/archive.ts";
import { readHeader } from "../../../src/sealing/sealed-file.ts";
import { readSealed, SealedWriter } from "../../../src/server/backup/sealed-stream.ts";

const COST = { memoryKiB: 64, passes: 1, lanes: 1 };
const KIND = { magic: "mutual-server-backup", version: 1 };
const PASSPHRASE = "correct horse";
const MANIFEST: Manifest = {
  format: 1,
  agent: "chat-server/0",
  madeAt: 5,
  realm: "ab".repeat(32) as Sha256,
  storeId: "cd".repeat(16) as StoreId,
  generation: 7,
};
const BLOB = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mutual-archive-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

const wish = { passphrase: PASSPHRASE, force: true, cost: COST };

async function written(name: string, files: Readonly<Record<string, Buffer>>): Promise<string> {
  const path = join(folder, name);
  const archive = await ArchiveWriter.create(path, wish);
  await archive.begin(MANIFEST);
  for (const [of, bytes] of Object.entries(files))
    await archive.file({ path: of, bytes: bytes.length, mode: 0o600 }, pieces(bytes));
  await archive.finish();
  return path;
}

async function read(path: string, passphrase = PASSPHRASE): Promise<Part[]> {
  return allOf(readArchive(path, passphrase));
}

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The files in it, and how many it says there are. */
async function contents(path: string): Promise<{ files: Record<string, Buffer>; total: number }> {
  const files: Record<string, Buffer> = {};
  let [at, total] = ["", 0];
  for (const part of await read(path)) {
    if (part.part === "file") files[(at = part.member.path)] = Buffer.alloc(0);
    if (part.part === "data") files[at] = Buffer.concat([files[at] ?? Buffer.alloc(0), part.bytes]);
    if (part.part === "end") total = part.files;
  }
  return { files, total };
}

describe("what goes in comes out", () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 300_001])("a file of %i bytes beside others", async (size) => {
    const bytes = Buffer.alloc(size, "x");
    const files = { "chat.db": bytes, [`blobs/e3/${BLOB}`]: Buffer.from("blob"), "realm/ca.crt": Buffer.from("ca") };
    expect(await contents(await written("sizes", files))).toEqual({ files, total: 3 });
  });

  test("the head says of what it is, and says it first", async () => {
    const [first] = await read(await written("head", { "chat.db": Buffer.from("x") }));
    expect(first).toEqual({ part: "begin", manifest: MANIFEST });
  });

  test("nothing of a file is readable without the passphrase", async () => {
    const bytes = readFileSync(await written("dark", { "chat.db": Buffer.from("a very long word in the clear") }));
    expect(bytes.includes("a very long word")).toBe(false);
    expect(bytes.includes("chat.db")).toBe(false);
    expect(bytes.includes(MANIFEST.realm)).toBe(false);
  });
});

function flipped(good: Buffer, bit: number): Buffer {
  const bytes = Buffer.from(good);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes;
}

describe("what was changed is noticed", () => {
  test("every bit of its header", async () => {
    const good = readFileSync(await written("bits", { "chat.db": Buffer.from("small") }));
    const { start, check } = readHeader(KIND, good);
    const silent: number[] = [];
    for (let bit = 0; bit < start * 8; bit += 1) {
      const bytes = flipped(good, bit);
      try {
        // With another salt, cost or check it is another key.
        if (readHeader(KIND, bytes).check === check) silent.push(bit);
      } catch {
        continue;
      }
    }
    expect(silent).toEqual([]);
  });

  test("every byte of a small backup", async () => {
    const path = await written("bytes", { "chat.db": Buffer.from("small"), "realm/ca.crt": Buffer.from("ca") });
    const good = readFileSync(path);
    const bent = join(folder, "bent");
    const silent: number[] = [];
    for (let at = 0; at < good.length; at += 1) {
      writeFileSync(bent, flipped(good, at * 8 + (at % 8)));
      const seen = await read(bent).catch(() => undefined);
      if (seen !== undefined) silent.push(at);
    }
    expect(silent).toEqual([]);
  }, 60_000);

  test("a byte in each chunk of a larger one, and each end where it could have been cut", async () => {
    const path = await written("large", { "chat.db": Buffer.alloc(200_000, "y") });
    const good = readFileSync(path);
    const bent = join(folder, "bent-large");
    for (let at = 0; at < good.length; at += 9_973) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      writeFileSync(bent, bytes);
      await expect(read(bent), `byte ${at}`).rejects.toMatchObject({ code: /^backup-/ });
    }
    const start = good.indexOf("\n", good.indexOf("\n") + 1) + 1;
    const ends = [0, start, start + 65_552, start + 2 * 65_552, good.length - 1];
    for (const end of ends) {
      writeFileSync(bent, good.subarray(0, end));
      await expect(read(bent), `cut at ${end}`).rejects.toMatchObject({ code: /^backup-/ });
    }
    writeFileSync(bent, Buffer.concat([good, Buffer.from("x")]));
    await expect(read(bent)).rejects.toMatchObject({ code: "backup-corrupt" });
  });

  test("a stream that was cut between two chunks, by itself", async () => {
    const path = join(folder, "stream");
    const file = await SealedWriter.create(path, wish);
    await file.write(Buffer.alloc(150_000, "s"));
    await file.finish();
    const good = readFileSync(path);
    const { start } = readHeader(KIND, good);
    for (const chunks of [1, 2]) {
      writeFileSync(path, good.subarray(0, start + chunks * 65_552));
      await expect(allOf(readSealed(path, PASSPHRASE))).rejects.toMatchObject({ code: "backup-corrupt" });
    }
  });

  test("two chunks in each other's place", async () => {
    const good = readFileSync(await written("order", { "chat.db": Buffer.alloc(200_000, "z") }));
    const start = good.indexOf("\n", good.indexOf("\n") + 1) + 1;
    const [one, two] = [start, start + 65_552].map((at) => good.subarray(at, at + 65_552));
    const rest = good.subarray(start + 2 * 65_552);
    const path = join(folder, "swapped");
    writeFileSync(path, Buffer.concat([good.subarray(0, start), two ?? rest, one ?? rest, rest]));
    await expect(read(path)).rejects.toMatchObject({ code: "backup-corrupt" });
  });

  test("another passphrase is said to be one", async () => {
    const path = await written("locked", { "chat.db": Buffer.from("x") });
    await expect(read(path, "another")).rejects.toMatchObject({ code: "wrong-passphrase" });
  });
});

describe("what somebody with the passphrase put together is no backup", () => {
  type Frames = readonly (readonly [type: string, body: string | Buffer])[];
  const head = (path: string, bytes: number): string => JSON.stringify({ path, bytes, mode: 0o600 });
  const HASH_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  const whole: Frames = [
    ["b", JSON.stringify(MANIFEST)],
    ["f", head("chat.db", 1)],
    ["d", "x"],
    ["e", JSON.stringify({ sha256: HASH_OF_X })],
    ["z", JSON.stringify({ files: 1, bytes: 1 })],
  ];

  async function sealed(frames: Frames): Promise<string> {
    const path = join(folder, "made");
    const file = await SealedWriter.create(path, wish);
    for (const [type, body] of frames) {
      const bytes = Buffer.from(body);
      const prefix = Buffer.alloc(5);
      prefix.write(type, "latin1");
      prefix.writeUInt32BE(bytes.length, 1);
      await file.write(Buffer.concat([prefix, bytes]));
    }
    await file.finish();
    return path;
  }

  const at = (index: number, ...frame: Frames): Frames => whole.toSpliced(index, 1, ...frame);

  test("the frames that are bent below are good before", async () => {
    expect(await read(await sealed(whole))).toHaveLength(5);
  });

  test.each<readonly [string, Frames]>([
    ["nothing", []],
    ["no head", whole.slice(1)],
    ["two heads", [whole[0] ?? ["b", ""], ...whole]],
    ["no end", whole.slice(0, -1)],
    ["something behind the end", [...whole, ["d", "x"]]],
    ["a file without its data", at(2)],
    ["more data than was said", at(2, ["d", "xy"])],
    ["another hash", at(3, ["e", JSON.stringify({ sha256: BLOB })])],
    ["a file twice", [...whole.slice(0, 4), ...whole.slice(1, 4), ["z", JSON.stringify({ files: 2, bytes: 2 })]]],
    ["another count of files", at(4, ["z", JSON.stringify({ files: 2, bytes: 1 })])],
    ["a kind that nobody knows", at(2, ["q", "x"])],
    ["a piece that is too large", at(2, ["d", Buffer.alloc(70_000)])],
    ["a place outside", at(1, ["f", head("../chat.db", 1)])],
    ["a place from the root", at(1, ["f", head("/etc/passwd", 1)])],
    ["a hidden file", at(1, ["f", head("realm/.profile", 1)])],
    ["a folder in the realm", at(1, ["f", head("realm/clients/bob.key", 1)])],
    ["a blob in another's folder", at(1, ["f", head(`blobs/aa/${BLOB}`, 1)])],
    ["a size that is none", at(1, ["f", JSON.stringify({ path: "chat.db", bytes: -1, mode: 384 })])],
    ["a head that is no object", at(0, ["b", "5"])],
    ["a head that is not JSON", at(0, ["b", "{"])],
    ["a realm that is none", at(0, ["b", JSON.stringify({ ...MANIFEST, realm: "x" })])],
  ])("%s", async (_what, frames) => {
    await expect(read(await sealed(frames))).rejects.toMatchObject({ code: "backup-corrupt" });
  });

  test("a later format is said to be one", async () => {
    const frames = at(0, ["b", JSON.stringify({ ...MANIFEST, format: 2 })]);
    await expect(read(await sealed(frames))).rejects.toMatchObject({ code: "backup-newer" });
  });
});

describe("where it is written", () => {
  test("what is there stays, and what was begun leaves nothing", async () => {
    const path = join(folder, "there");
    writeFileSync(path, "mine");
    await expect(SealedWriter.create(path, { ...wish, force: false })).rejects.toMatchObject({ code: "backup-exists" });
    const begun = await SealedWriter.create(join(folder, "begun"), { ...wish, force: false });
    await begun.write(Buffer.from("x"));
    await begun.discard();
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(() => readFileSync(join(folder, "begun"))).toThrow("ENOENT");
    expect(() => readFileSync(join(folder, "begun.new"))).toThrow("ENOENT");
  });

  test("what came there meanwhile stays, too", async () => {
    const path = join(folder, "late");
    const file = await SealedWriter.create(path, { ...wish, force: false });
    writeFileSync(path, "mine");
    await expect(file.finish()).rejects.toMatchObject({ code: "backup-exists" });
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  test("an empty stream is one chunk", async () => {
    const path = join(folder, "empty");
    await (await SealedWriter.create(path, wish)).finish();
    const chunks = await allOf(readSealed(path, PASSPHRASE));
    expect(Buffer.concat(chunks)).toHaveLength(0);
  });

  test("a folder that is not there", async () => {
    const path = join(folder, "nowhere", "x");
    await expect(SealedWriter.create(path, wish)).rejects.toMatchObject({ code: "backup-unwritable" });
    await expect(read(path)).rejects.toMatchObject({ code: "backup-unreadable" });
  });
});
