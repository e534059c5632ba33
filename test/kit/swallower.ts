// Between a client and a server's door: lets so many connections through, and of the next keeps what the door answers to itself, so
// that a client can be killed when something was done and it does not know yet.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Swallower implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #count = 0;
  /** Bytes. */
  kept = 0;

  private constructor(door: number, letThrough: number) {
    this.#server = createServer((near) => this.#pass(near, connect(door, "127.0.0.1"), letThrough));
  }

  static async before(door: number, letThrough: number): Promise<Swallower> {
    const swallower = new Swallower(door, letThrough);
    swallower.#server.listen(0, "127.0.0.1");
    await once(swallower.#server, "listening");
    return swallower;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What went through so far does not count. */
  countAnew(): void {
    this.#count = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(near: Socket, far: Socket, letThrough: number): void {
    this.#count += 1;
    const swallows = this.#count === letThrough + 1;
    let state: "hello" | "answered" | "asked" = "hello";
    for (const socket of [near, far]) this.#sockets.add(socket.on("error", () => undefined));
    near.on("data", (chunk: Buffer) => {
      // RFC 8446 §2: what the client says behind the server's first words is the end of its handshake, and its request.
      if (state === "answered") state = "asked";
      far.write(chunk);
    });
    far.on("data", (chunk: Buffer) => {
      if (state === "hello") state = "answered";
      if (swallows && state === "asked") this.kept += chunk.length;
      else near.write(chunk);
    });
    near.on("close", () => far.destroy());
    far.on("close", () => (swallows ? undefined : near.destroy()));
  }
}
