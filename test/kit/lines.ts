// For the tests of the lines face: lines in, lines out, and a client that answers by table.
import { Writable } from "node:stream";
import type { Line } from "../../src/client/face/lines/input.ts";
import { Output } from "../../src/client/face/lines/output.ts";
import type { Client, Command, Ending, Reply } from "../../src/client/port/client.ts";

export const text = (line: string): Line => ({ kind: "text", text: line });

/** A client that answers by table: the contract of port/client.ts and nothing behind it. */
export function clientThat(
  answer: (command: Command) => Promise<Reply> | Reply,
  {
    isConnected = true,
    waiting = 1,
    rest = async () => {},
    leave = () => {},
  }: Partial<Pick<Client, "isConnected" | "waiting" | "rest" | "leave">> = {},
): Client & { readonly asked: Command[] } {
  const asked: Command[] = [];
  const ended = new Promise<Ending>(() => {});
  return {
    asked,
    ended,
    isConnected,
    waiting,
    fileBytes: undefined,
    isHanding: false,
    rest,
    leave,
    stop: () => {},
    ask: async (command) => (asked.push(command), answer(command)),
  };
}

export class Lines {
  readonly #chunks: Buffer[] = [];
  readonly output = new Output(
    new Writable({ write: (chunk: Buffer, _encoding, done) => (this.#chunks.push(chunk), done()) }),
    () => {},
  );

  async read(): Promise<string[]> {
    await this.output.end();
    return Buffer.concat(this.#chunks).toString().split("\n").slice(0, -1);
  }
}
