import { beforeEach, expect, test } from "vitest";
import { gathered } from "../../../../src/client/app/gathering.ts";
import type { LogId } from "../../../../src/model/ids.ts";
import type { Frame } from "../../../../src/wire/codec.ts";
import type { Entry, ServerMessage } from "../../../../src/wire/messages.ts";
import { HandClock } from "../../../kit/hand-clock.ts";

type Frames = readonly Frame<ServerMessage>[];

const ROOM = "1".repeat(32) as LogId;
const OTHER = "2".repeat(32) as LogId;

function deliver(seqs: readonly number[], log = ROOM, kind: Entry["kind"] = "app"): Frame<ServerMessage> {
  return { request: 0, message: { type: "deliver", log, entries: seqs.map((seq) => ({ seq, kind }) as Entry) } };
}

const answer = (nonce: number): Frame<ServerMessage> => ({ request: 7, message: { type: "pong", nonce } });

/** What a server sends when the test says so, and what comes out of it, as text: a line for each handful. */
class Stream {
  readonly clock = new HandClock();
  readonly out: string[] = [];
  isOver = false;
  readonly #waiting: (() => void)[] = [];
  readonly #frames: (Frames | Error | undefined)[] = [];
  /** All that has come out; throws as the server does. */
  readonly read = this.#read();

  /** What a server sends at once; undefined: it ends; resolves when all that is ready has been done. */
  async come(...what: readonly (Frames | Error | undefined)[]): Promise<void> {
    this.#frames.push(...what);
    this.#waiting.shift()?.();
    await turn();
  }

  async pass(ms: number): Promise<void> {
    this.clock.pass(ms);
    await turn();
  }

  /** Others have written for so long that each handful has a rest before it. */
  async begun(): Promise<void> {
    for (let seq = 1; seq <= 16; seq += 1) await this.come([deliver([seq])]);
    this.out.length = 0;
  }

  async #read(): Promise<void> {
    for await (const frames of gathered(this.#source(), this.clock)) {
      this.out.push(frames.map(textOf).join(" "));
      if (this.isOver) return;
    }
  }

  async *#source(): AsyncGenerator<Frames> {
    for (;;) {
      while (this.#frames.length === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const next = this.#frames.shift();
      if (next === undefined) return;
      if (next instanceof Error) throw next;
      yield next;
    }
  }
}

function textOf({ message }: Frame<ServerMessage>): string {
  if (message.type !== "deliver") return message.type;
  return `${message.log[0]}:${message.entries.map(({ seq }) => seq).join(",")}`;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let stream: Stream;
beforeEach(() => {
  stream = new Stream();
});

test("some come at once each, and in a stream what comes so soon in one delivery", async () => {
  for (let seq = 1; seq <= 16; seq += 1) await stream.come([deliver([seq])]);
  expect(stream.out.splice(0)).toEqual(Array.from({ length: 16 }, (_, at) => `1:${at + 1}`));
  for (const seq of [17, 18, 19]) await stream.come([deliver([seq])]);
  expect(stream.out).toEqual([]);
  await stream.pass(100);
  expect(stream.out).toEqual(["1:17,18,19"]);
  await stream.come([deliver([20])]);
  await stream.pass(100);
  await stream.pass(10_000);
  await stream.come([deliver([21])]);
  expect(stream.out).toEqual(["1:17,18,19", "1:20", "1:21"]);
  expect(stream.clock.waiting).toBe(0);
});

test("an answer waits for nothing, and takes along what came before it", async () => {
  await stream.begun();
  await stream.come([deliver([17])]);
  await stream.come([deliver([18]), answer(1), deliver([19])]);
  expect(stream.out).toEqual(["1:17,18 pong 1:19"]);
  await stream.come([answer(2)]);
  expect(stream.out.at(-1)).toBe("pong");
  expect(stream.clock.waiting).toBe(0);
});

test("who is in a conversation is not waited with, and stands alone", async () => {
  await stream.begun();
  await stream.come([deliver([17])], [deliver([18])]);
  await stream.come([deliver([19], ROOM, "commit"), deliver([20])]);
  expect(stream.out).toEqual(["1:17,18 1:19 1:20"]);
  await stream.come([deliver([1], OTHER, "inbox")]);
  expect(stream.out.at(-1)).toBe("2:1");
});

test("what was asked for costs nothing of what may come at once", async () => {
  for (let nonce = 1; nonce <= 100; nonce += 1) await stream.come([answer(nonce)]);
  await stream.come([deliver([1])]);
  expect(stream.out.at(-1)).toBe("1:1");
});

test("conversations keep their order, what leaves a hole is not joined, and signals are told between", async () => {
  await stream.begun();
  const signal = { request: 0, message: { type: "signalled", log: ROOM } as ServerMessage };
  await stream.come([deliver([17])], [deliver([5], OTHER)], [deliver([18])], [deliver([20])], [deliver([20])]);
  await stream.come([deliver([21]), deliver([]), deliver([22])], [signal], [deliver([23])]);
  await stream.pass(100);
  expect(stream.out).toEqual(["1:17 2:5 1:18 1:20 1:20,21 1: 1:22 signalled 1:23"]);
});

test("there is an end to what is waited for", async () => {
  await stream.begun();
  for (let seq = 17; seq < 17 + 63; seq += 1) await stream.come([deliver([seq])]);
  expect(stream.out).toEqual([]);
  await stream.come([deliver([80])]);
  expect(stream.out).toHaveLength(1);
});

test("a connection that ends gives what had come, and then its end", async () => {
  await stream.begun();
  await stream.come([deliver([17])], undefined);
  expect(stream.out).toEqual(["1:17"]);
  await stream.read;
  stream = new Stream();
  await stream.begun();
  const broken = stream.read.catch((error: unknown) => error);
  await stream.come([deliver([17])], new Error("it broke"));
  expect(stream.out).toEqual(["1:17"]);
  expect(await broken).toEqual(new Error("it broke"));
});

test("a clock that is put back makes nobody wait longer, and who stops reading ends the source", async () => {
  await stream.begun();
  stream.clock.put(1_000);
  await stream.come([deliver([17])]);
  stream.isOver = true;
  await stream.pass(100);
  expect(stream.out).toEqual(["1:17"]);
  await stream.read;
  expect(stream.clock.waiting).toBe(0);
});
