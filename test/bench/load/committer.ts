// The member that everybody waits for: a real client that says when it had made what it sends, and how much of it comes back.
import type { LogId } from "../../../src/model/ids.ts";
import type { Groups } from "../../../src/mls/groups.ts";
import { encodeServerFrame } from "../../../src/wire/codec.ts";
import type { ServerMessage } from "../../../src/wire/messages.ts";
import { TestClient, type TestClientWish } from "../../kit/client.ts";
import { now } from "./watch.ts";

export interface Done {
  readonly startedAt: number;
  /** Sealed or committed: from here on it is on its way. */
  readonly madeAt: number;
}

export class Committer implements Disposable {
  readonly client: TestClient;
  readonly #log: LogId;
  #madeAt = 0;
  #bytes = 0;

  constructor(wish: TestClientWish, log: LogId) {
    this.#log = log;
    const bend = (groups: Groups): Groups => this.#watched(groups);
    this.client = new TestClient({ ...wish, bend, hears: (message) => this.#hears(message) });
  }

  /** One command about the room. */
  async does(command: Readonly<Record<string, unknown>>): Promise<Done> {
    const startedAt = now();
    this.#bytes = 0;
    await this.client.ask({ to: this.#log, ...command });
    return { startedAt, madeAt: this.#madeAt };
  }

  /** Of what came of it, to this member as to every other. */
  get bytes(): number {
    return this.#bytes;
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }

  #watched(groups: Groups): Groups {
    const made = async <T>(making: Promise<T>): Promise<T> => {
      const result = await making;
      this.#madeAt = now();
      return result;
    };
    const [commit, seal] = [groups.commit.bind(groups), groups.seal.bind(groups)];
    return Object.assign(groups, {
      commit: (...args: Parameters<Groups["commit"]>) => made(commit(...args)),
      seal: (...args: Parameters<Groups["seal"]>) => made(seal(...args)),
    });
  }

  #hears(message: ServerMessage): ServerMessage {
    if (message.type === "deliver" && message.log === this.#log)
      this.#bytes += encodeServerFrame({ request: 0, message }).length;
    return message;
  }
}
