import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { isReaderGone, Output } from "../../../../src/client/face/lines/output.ts";

describe("lines out", () => {
  /** A reader that takes nothing until it is told to. */
  class Stuck extends Writable {
    readonly held: (() => void)[] = [];
    override _write(_chunk: Buffer, _encoding: string, done: () => void): void {
      this.held.push(done);
    }
    async release(): Promise<void> {
      for (let done = this.held.shift(); done !== undefined; done = this.held.shift()) {
        done();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  test("a reader that stops makes it full, one that goes on makes room", async () => {
    const stream = new Stuck();
    const output = new Output(stream, () => {});
    expect(output.full).toBe(false);
    for (let at = 0; at < 20; at += 1) output.line("x".repeat(100_000));
    await Promise.resolve();
    expect(output.full).toBe(true);
    const drained = output.drained();
    await stream.release();
    await drained;
    expect(output.full).toBe(false);
  });

  test("the lines of one tick leave in one write, in order", async () => {
    const writes: string[] = [];
    const stream = new Writable({ write: (chunk: Buffer, _encoding, done) => (writes.push(chunk.toString()), done()) });
    const output = new Output(stream, () => {});
    output.line("a");
    output.line("b");
    await output.end();
    expect(writes.filter((written) => written !== "")).toEqual(["a\nb\n"]);
  });

  test("a reader that is gone is told once, and nobody waits for it", async () => {
    const errors: Error[] = [];
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("gone"), { code: "EPIPE" })),
    });
    const output = new Output(stream, (error) => errors.push(error));
    output.line("a");
    await new Promise((resolve) => setImmediate(resolve));
    output.line("b".repeat(2_000_000));
    expect(errors.map(isReaderGone)).toEqual([true]);
    expect(output.full).toBe(false);
    await output.drained();
    await output.end();
  });
});
