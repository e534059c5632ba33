// Files through a real server: 50 MB up and down over connections that break all the time, a server that starts anew, a pause,
// two at once. What arrives is what was sent, to the byte.
import { createHash, randomBytes, randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Progress } from "../../src/client/files/contract.ts";
import { createSink } from "../../src/client/files/disk/sink.ts";
import { openSource } from "../../src/client/files/disk/source.ts";
import { type Saved, startDownload } from "../../src/client/files/download.ts";
import type { Transfer } from "../../src/client/files/course.ts";
import type { FileTicket } from "../../src/client/files/ticket.ts";
import { startUpload } from "../../src/client/files/upload.ts";
import { type TestRealm, makeRealm } from "../kit/realm.ts";
import { type TestServer, testServer } from "../kit/server.ts";
import { CuttingProxy, type Device, FileConnection } from "./files-connection.ts";

const MB = 1_000_000;
const SIZE = 50 * MB;
/** Three cuts each way: the waits between attempts double. */
const CUT_BYTES = 15 * MB;
const SMALL = 5 * MB;
const shared = { realm: undefined as TestRealm | undefined, folder: "", sha256: "" };
const state = { server: undefined as TestServer | undefined };
const source = (): string => join(shared.folder, "film.mp4");
const small = (): string => join(shared.folder, "song.mp3");
const target = (): string => join(shared.folder, "saved");

function realm(): TestRealm {
  if (shared.realm === undefined) throw new Error("no realm");
  return shared.realm;
}

function server(): TestServer {
  if (state.server === undefined) throw new Error("no server");
  return state.server;
}

beforeAll(async () => {
  shared.realm = await makeRealm();
  state.server = await testServer(shared.realm);
  shared.folder = mkdtempSync(join(tmpdir(), "mutual-files-"));
  const content = randomFillSync(Buffer.alloc(SIZE));
  shared.sha256 = createHash("sha256").update(content).digest("hex");
  writeFileSync(source(), content);
  writeFileSync(small(), content.subarray(0, SMALL));
});
beforeEach(() => mkdirSync(target()));
afterEach(() => rmSync(target(), { recursive: true, force: true }));
afterAll(async () => {
  await server()[Symbol.asyncDispose]();
  rmSync(shared.folder, { recursive: true, force: true });
  realm().remove();
});

function deviceOf(name: string, port = server().port): Device {
  const { certPem, keyPem } = realm().client(name);
  return { port, caPem: realm().caPem(), certPem, keyPem };
}

interface Watched<T> {
  readonly transfer: Transfer<T>;
  readonly progress: Progress[];
}

async function upload({ world }: FileConnection, path = source()): Promise<Watched<FileTicket>> {
  const progress: Progress[] = [];
  const transfer = startUpload(
    { ...world, random: (bytes) => randomBytes(bytes) },
    {
      source: await openSource(path),
      name: "film.mp4",
      onRecord: () => {},
      onProgress: (step) => void progress.push(step),
    },
  );
  return { transfer, progress };
}

async function download({ world }: FileConnection, ticket: FileTicket): Promise<Watched<Saved>> {
  const progress: Progress[] = [];
  const sink = await createSink({ path: target(), name: ticket.name, size: ticket.size, replace: false });
  const transfer = startDownload(world, {
    ticket,
    sink,
    offset: 0,
    onRecord: () => {},
    onProgress: (step) => void progress.push(step),
  });
  return { transfer, progress };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function moved(progress: readonly Progress[], bytes: number): Promise<void> {
  const isThere = (): boolean => progress.some((step) => step.stage === "moving" && step.bytes > bytes);
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("50 MB", () => {
  it("up and down over connections that break every 15 MB", { timeout: 60_000 }, async () => {
    using proxy = await CuttingProxy.start(server().port, CUT_BYTES);
    using alice = await FileConnection.open(deviceOf("alice", proxy.port));
    const up = await upload(alice);
    const ticket = await alice.follow(up.transfer);
    expect(ticket).toMatchObject({ size: SIZE, sha256: shared.sha256 });
    const cutsUp = proxy.cuts;
    expect(cutsUp).toBeGreaterThanOrEqual(3);
    expect(alice.greetings).toBeGreaterThanOrEqual(cutsUp);
    using bob = await FileConnection.open(deviceOf("bob", proxy.port));
    const down = await download(bob, ticket);
    const saved = await bob.follow(down.transfer);
    expect(saved).toEqual({ path: join(target(), "film.mp4"), bytes: SIZE, sha256: shared.sha256 });
    expect(hashOf(saved.path)).toBe(shared.sha256);
    expect(proxy.cuts - cutsUp).toBeGreaterThanOrEqual(3);
    expect(readdirSync(target())).toEqual(["film.mp4"]);
    for (const { progress } of [up, down])
      expect(progress.at(-1)).toEqual({ stage: "moving", bytes: SIZE, total: SIZE });
  });

  it("through a server that starts anew in the middle of each", { timeout: 60_000 }, async () => {
    const { port, data } = server();
    const restart = async (): Promise<void> => {
      await server().stop();
      state.server = await testServer(realm(), { port, data });
    };
    using alice = await FileConnection.open(deviceOf("alice"));
    const up = await upload(alice);
    const sent = alice.follow(up.transfer);
    await moved(up.progress, SIZE / 4);
    await restart();
    const ticket = await sent;
    expect(alice.greetings).toBe(2);
    const down = await download(alice, ticket);
    const got = alice.follow(down.transfer);
    await moved(down.progress, SIZE / 4);
    await restart();
    expect(hashOf((await got).path)).toBe(shared.sha256);
    expect(alice.greetings).toBe(3);
  });
});

describe("what the server sees and keeps", () => {
  it("one blob, of a padded length, with nothing of the content and the name in it", async () => {
    const path = join(shared.folder, "note.txt");
    const words = "meet me at the old bridge at noon. ".repeat(500);
    writeFileSync(path, words);
    using alice = await FileConnection.open(deviceOf("alice"));
    const { transfer } = await upload(alice, path);
    const ticket = await transfer.done;
    const blob = readFileSync(join(server().data, "blobs", ticket.blob.slice(0, 2), ticket.blob));
    expect(blob.length).toBe(18_432 + 16);
    expect(words.length).toBe(17_500);
    for (const told of ["bridge", "film", "note", ticket.key]) expect(blob.includes(told)).toBe(false);
    expect(readdirSync(join(server().data, "blobs", ".partial"))).toEqual([]);
  });

  it("a paused upload waits while another runs through, and arrives when it is resumed", async () => {
    using alice = await FileConnection.open(deviceOf("alice"));
    const first = await upload(alice, small());
    const second = await upload(alice, small());
    const both = [first, second].map(({ transfer }) => alice.follow(transfer));
    while (first.transfer.state.at === "reading") await new Promise((resolve) => setImmediate(resolve));
    first.transfer.pause();
    const ticket = await both[1];
    expect(first.transfer.state).toEqual({ at: "held", by: ["user"] });
    first.transfer.resume();
    const other = await both[0];
    expect(other?.blob).not.toBe(ticket?.blob);
    expect([ticket?.sha256, other?.sha256]).toEqual([hashOf(small()), hashOf(small())]);
  });

  it("cancelled: nothing is left in the folder", async () => {
    using alice = await FileConnection.open(deviceOf("alice"));
    const ticket = await (await upload(alice, small())).transfer.done;
    const { transfer } = await download(alice, ticket);
    const written = (): number => sum(readdirSync(target()).map((name) => statSync(join(target(), name)).size));
    while (written() === 0) await new Promise((resolve) => setImmediate(resolve));
    transfer.cancel();
    await expect(transfer.done).rejects.toMatchObject({ code: "transfer-cancelled" });
    expect(readdirSync(target())).toEqual([]);
  });

  it("a file that the server does not have", async () => {
    using alice = await FileConnection.open(deviceOf("alice"));
    const ticket = await (await upload(alice, small())).transfer.done;
    rmSync(join(server().data, "blobs", ticket.blob.slice(0, 2), ticket.blob));
    await expect((await download(alice, ticket)).transfer.done).rejects.toMatchObject({ code: "transfer-gone" });
  });
});
