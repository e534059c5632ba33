// For tests of files in conversations: clients with a folder of files, what they were told, and disks that misbehave.
import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FileDisk, Sink, SinkWish, Source } from "../../src/client/files/contract.ts";
import { targetFault } from "../../src/client/files/disk/faults.ts";
import { localDisk } from "../../src/client/files/disk/local.ts";
import type { Reply } from "../../src/client/port/client.ts";
import type { ClientEvent } from "../../src/client/port/views.ts";
import type { Fault } from "../../src/model/fault.ts";
import { TestClient, type TestClientWish } from "./client.ts";
import { type TestRealm, makeRealm } from "./realm.ts";
import type { TestServer } from "./server.ts";

export const MB = 1_000_000;
export const FILM_BYTES = 12 * MB;

type Progress = Extract<ClientEvent, { event: "progress" }>;
type Wish = Partial<TestClientWish>;

export interface Pair extends Disposable {
  readonly alice: TestClient;
  readonly bob: TestClient;
}

/** Alice and Bob, and a folder with `film.mp4` and `note.txt`. */
export class FileStory {
  readonly realm: TestRealm;
  readonly folder: string;

  private constructor(realm: TestRealm, folder: string) {
    this.realm = realm;
    this.folder = folder;
  }

  static async make(): Promise<FileStory> {
    const story = new FileStory(
      await makeRealm({ clients: ["alice", "bob"] }),
      mkdtempSync(join(tmpdir(), "mutual-files-")),
    );
    writeFileSync(story.at("film.mp4"), randomFillSync(Buffer.alloc(FILM_BYTES)));
    writeFileSync(story.at("note.txt"), "what I wanted to say");
    return story;
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  emptyFolder(name: string): string {
    mkdirSync(this.at(name));
    return this.at(name);
  }

  start(server: { readonly port: number }, name: string, more: Wish = {}): TestClient {
    const { realm } = this;
    return new TestClient({ realm, identity: realm.client(name), port: server.port, ...more });
  }

  async pair(server: TestServer, of: { readonly alice?: Wish; readonly bob?: Wish } = {}): Promise<Pair> {
    const [alice, bob] = [this.start(server, "alice", of.alice), this.start(server, "bob", of.bob)];
    await Promise.all([alice.ready(), bob.ready()]);
    return {
      alice,
      bob,
      [Symbol.dispose]() {
        alice[Symbol.dispose]();
        bob[Symbol.dispose]();
      },
    };
  }

  remove(): void {
    this.realm.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

export function file(client: TestClient, path: string, more: object = {}): Promise<Reply> {
  return client.ask({ do: "file", to: "#lobby", path, ...more });
}

/** Has Alice send it, and gives the message as soon as Bob has it. */
export async function sent({ alice, bob }: Pair, path: string): Promise<unknown> {
  const { message } = await file(alice, path);
  await comes(bob, message);
  return message;
}

export async function comes(client: TestClient, message: unknown): Promise<Extract<ClientEvent, { event: "message" }>> {
  const found = () => client.face.of("message").find((one) => one.message === message);
  await client.face.until(() => found() !== undefined, "the message");
  const one = found();
  if (one === undefined) throw new Error("it came");
  return one;
}

export function progressOf(client: TestClient): readonly Progress[] {
  return client.face.of("progress");
}

/** Without repetitions. */
export function stagesOf(client: TestClient, id: unknown): readonly Progress["stage"][] {
  return progressOf(client)
    .filter((one) => one.id === id)
    .map(({ stage }) => stage)
    .filter((stage, index, all) => stage !== all[index - 1]);
}

/** The first time that this was told. What is asked then comes before anything else goes on. */
export async function told(client: TestClient, stage: Progress["stage"]): Promise<Progress> {
  const found = () => progressOf(client).find((one) => one.stage === stage);
  await client.face.until(() => found() !== undefined, `progress: ${stage}`);
  const one = found();
  if (one === undefined) throw new Error("it was told");
  return one;
}

/** Why it fails. Listens from now on. */
export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it went well",
    ({ code }: Fault) => code,
  );
}

/** As a program that ends would leave it; the home stays. */
export function stopped(client: TestClient): string {
  client.client.stop();
  return client.home;
}

/** A disk that has no more room behind this offset. */
export function fullAt(bytes: number): FileDisk {
  const noRoom = targetFault("here", Object.assign(new Error("no space left on device"), { code: "ENOSPC" }));
  return {
    ...localDisk,
    createSink: async (wish) =>
      writingAfter(await localDisk.createSink(wish), async (offset, more) => {
        if (offset + more.length > bytes) throw noRoom;
      }),
  };
}

/**
 * A disk that from this offset on does nothing until it is freed: where a file is sent or written, not where it is read first.
 * From the size of a file on: before it gets its name.
 */
export class StuckDisk implements FileDisk {
  readonly destinationOf: FileDisk["destinationOf"] = (wish) => localDisk.destinationOf(wish);
  readonly reopenSink: FileDisk["reopenSink"] = (place, offset) => localDisk.reopenSink(place, offset);
  readonly #from: number;
  readonly #reached = Promise.withResolvers<void>();
  readonly #freed = Promise.withResolvers<void>();

  constructor(from: number) {
    this.#from = from;
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  free(): void {
    this.#freed.resolve();
  }

  async openSource(path: string): Promise<Source> {
    const source = await localDisk.openSource(path);
    let isRead = false;
    return {
      ...source,
      read: async (offset, into) => {
        // The first pass ends with a look behind the end.
        if (offset === source.size) isRead = true;
        else if (isRead) await this.#pass(offset);
        return await source.read(offset, into);
      },
    };
  }

  async createSink(wish: SinkWish): Promise<Sink> {
    const sink = writingAfter(await localDisk.createSink(wish), (offset) => this.#pass(offset));
    return {
      ...sink,
      finish: async () => {
        await this.#pass(wish.size);
        return await sink.finish();
      },
    };
  }

  async #pass(offset: number): Promise<void> {
    if (offset < this.#from) return;
    this.#reached.resolve();
    await this.#freed.promise;
  }
}

function writingAfter(sink: Sink, before: Sink["write"]): Sink {
  return {
    place: sink.place,
    write: async (offset, bytes) => {
      await before(offset, bytes);
      await sink.write(offset, bytes);
    },
    read: (offset, into) => sink.read(offset, into),
    sync: () => sink.sync(),
    finish: () => sink.finish(),
    discard: () => sink.discard(),
    close: () => sink.close(),
  };
}
