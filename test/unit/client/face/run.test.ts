import { describe, expect, test } from "vitest";
import { JsonFace } from "../../../../src/client/face/lines/json.ts";
import { GIVE_UP_MS, runLines } from "../../../../src/client/face/lines/run.ts";
import type { Client, Reply } from "../../../../src/client/port/client.ts";
import { clientThat, Lines } from "../../../kit/lines.ts";

describe("the run", () => {
  /** Time that passes only when asked. */
  class TestClock {
    ms = 0;
    readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();
    now(): number {
      return this.ms;
    }
    after(ms: number, run: () => void): () => void {
      const timer = { at: this.ms + ms, run };
      this.#timers.add(timer);
      return () => this.#timers.delete(timer);
    }
    async pass(ms: number): Promise<void> {
      const end = this.ms + ms;
      while (this.ms < end) {
        this.ms += 50;
        for (const timer of this.#timers) {
          if (timer.at > this.ms) continue;
          this.#timers.delete(timer);
          timer.run();
        }
        await Promise.resolve();
      }
    }
  }
  async function* lines(...all: string[]): AsyncGenerator<Buffer> {
    for (const line of all) yield Buffer.from(`${line}\n`);
  }
  const start = (input: AsyncIterable<Buffer>, client: Client, person = false) => {
    const [clock, stop, face] = [new TestClock(), new AbortController(), new JsonFace(new Lines().output)];
    return { clock, stop, left: runLines({ input, client, face, clock, stop: stop.signal, person }) };
  };
  const never = (): Promise<never> => new Promise(() => {});

  test("the end of input waits for every reply", async () => {
    const send = Promise.withResolvers<Reply>();
    const { left } = start(
      lines('{"do":"send","to":"#lobby","text":"x"}'),
      clientThat(() => send.promise),
    );
    const early = await Promise.race([left, new Promise((resolve) => setTimeout(() => resolve("still waiting"), 30))]);
    expect(early).toBe("still waiting");
    send.resolve({});
    expect(await left).toEqual({ how: "done" });
  });

  test("what would wait for another command is told that none comes", async () => {
    const file = Promise.withResolvers<Reply>();
    const client = clientThat(() => file.promise, { leave: () => file.resolve({}) });
    const { left } = start(lines('{"do":"file","to":"#lobby","path":"x"}'), client);
    expect(await left).toEqual({ how: "done" });
  });

  test("a server that cannot be reached is not waited for longer than was promised", async () => {
    const { clock, left } = start(
      lines('{"do":"send","to":"#lobby","text":"x"}'),
      clientThat(never, { isConnected: false }),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.pass(GIVE_UP_MS + 1_000);
    expect(await left).toMatchObject({
      how: "gave-up",
      fault: { code: "link-unreachable", message: expect.stringContaining("1 message waits") as unknown },
    });
  });

  test("a person who leaves is not kept waiting for it", async () => {
    const client = clientThat(never, { isConnected: false, rest: never });
    const { clock, left } = start(lines('{"do":"send","to":"#lobby","text":"x"}'), client, true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.pass(1_000);
    expect(await left).toMatchObject({ how: "gave-up" });
  });

  test("after the replies comes rest; who asked nothing waits for the server, who was answered does not", async () => {
    const wanted: boolean[] = [];
    const rest = async (orAway: boolean): Promise<void> => void wanted.push(orAway);
    const whoami = clientThat(() => ({}), { rest });
    for (const input of [lines(), lines("", "  "), lines('{"do":"whoami"}')]) {
      expect(await start(input, whoami).left).toEqual({ how: "done" });
    }
    expect(wanted).toEqual([false, false, true]);
    const { clock, left } = start(lines(), clientThat(never, { isConnected: false, waiting: 0, rest: never }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.pass(GIVE_UP_MS + 1_000);
    expect(await left).toMatchObject({
      how: "gave-up",
      fault: { code: "link-unreachable", message: "the server was not reached within 10 s" },
    });
  });

  test("quit leaves though the input stays open; a stop too", async () => {
    const endless = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('{"do":"quit"}\n');
      await new Promise(() => {});
    };
    expect(
      await start(
        endless(),
        clientThat(() => ({})),
      ).left,
    ).toEqual({ how: "done" });
    const { stop, left } = start(
      (async function* (): AsyncGenerator<Buffer> {
        await new Promise(() => {});
        yield Buffer.alloc(0);
      })(),
      clientThat(() => ({})),
    );
    stop.abort();
    expect(await left).toEqual({ how: "stopped" });
  });
});
