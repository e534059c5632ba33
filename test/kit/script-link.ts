// A server made of a script, behind the port of the link: says whatever the test wants, also what no honest server says.
import type { Channel, Link } from "../../src/client/port/link.ts";
import { encodeServerFrame, decodeServerFrame, type Frame } from "../../src/wire/codec.ts";
import { LENGTH_BYTES } from "../../src/wire/frames.ts";
import type { ClientMessage, ClientMessageOf, ServerMessage } from "../../src/wire/messages.ts";

export type Script = (message: ClientMessage, server: ScriptLink) => ServerMessage | undefined;

export class ScriptLink implements Link {
  /** Everything that the client said, in order, over all connections. */
  readonly heard: ClientMessage[] = [];
  readonly #script: Script;
  #queue: Frame<ServerMessage>[] = [];
  #wake: () => void = () => {};
  #open = false;

  constructor(script: Script) {
    this.#script = script;
  }

  of<K extends ClientMessage["type"]>(type: K): ClientMessageOf<K>[] {
    return this.heard.filter((message): message is ClientMessageOf<K> => message.type === type);
  }

  /** What nobody asked for. */
  say(message: ServerMessage, request = 0): void {
    // Through the codec, as the wire would: nothing gets in that could not be said.
    this.#queue.push(decodeServerFrame(encodeServerFrame({ request, message }).subarray(LENGTH_BYTES)));
    this.#wake();
  }

  /** The connection breaks. */
  cut(): void {
    this.#open = false;
    this.#wake();
  }

  async connect(): Promise<Channel> {
    this.#open = true;
    this.#queue = [];
    return {
      incoming: this.#read(),
      keepAlive: () => {},
      close: () => this.cut(),
      send: ({ request, message }) => {
        this.heard.push(message);
        const answer = this.#script(message, this);
        if (answer !== undefined) this.say(answer, request);
      },
    };
  }

  async *#read(): AsyncGenerator<readonly Frame<ServerMessage>[]> {
    for (;;) {
      const frames = this.#queue;
      this.#queue = [];
      if (frames.length > 0) yield frames;
      else if (this.#open) await this.#change();
      else return;
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
