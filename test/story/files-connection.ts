// One device that only moves files: the client's own link and connector, and transfers that hear of every new connection.
// And a way to the server that can be cut.
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { systemClock } from "../../src/bin/system-clock.ts";
import { Connector } from "../../src/client/app/connector.ts";
import { hello } from "../../src/client/app/hello.ts";
import type { BlobLimits, BlobRequests } from "../../src/client/files/contract.ts";
import type { Transfer } from "../../src/client/files/course.ts";
import { blobRequests } from "../../src/client/files/requests.ts";
import type { TransferWorld } from "../../src/client/files/upload.ts";
import { tlsLink } from "../../src/client/link/dial.ts";
import { readCertificate } from "../../src/pki/certificate.ts";
import { derBlocks } from "../../src/pki/pem.ts";
import { realmOf } from "../../src/pki/realm.ts";

export interface Device {
  readonly port: number;
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const firstDer = (pem: string): Buffer => derBlocks(Buffer.from(pem), ["CERTIFICATE"])[0] ?? Buffer.alloc(0);

function linkOf({ port, caPem, certPem, keyPem }: Device) {
  const own = { certificatePem: certPem, keyPem, leaf: readCertificate(firstDer(certPem)) };
  return tlsLink({
    host: "127.0.0.1",
    port,
    realm: realmOf({ root: firstDer(caPem) }),
    identity: () => own,
    clock: systemClock,
  });
}

export class FileConnection {
  readonly world: TransferWorld;
  /** How often the server greeted. */
  greetings = 0;
  readonly #connector: Connector;
  readonly #following = new Set<Transfer<unknown>>();
  readonly #first = Promise.withResolvers<BlobLimits>();

  private constructor(device: Device) {
    this.#connector = new Connector({
      link: linkOf(device),
      clock: systemClock,
      // The shortest waits there are.
      chance: () => 0,
      face: { full: false, show: () => {}, drained: () => Promise.resolve(), written: () => Promise.resolve() },
      hello: () => Promise.resolve(hello("test", { server: undefined, positions: [], logHead: undefined })),
      onGreeting: ({ limits }) => {
        this.greetings += 1;
        this.#first.resolve(limits);
        for (const transfer of this.#following) transfer.reconnected();
      },
      onMessage: () => {},
      onTell: () => {},
      onGone: () => {},
      note: () => {},
    });
    const requests: BlobRequests = blobRequests((message, type) => this.#connector.ask(message, type));
    this.world = { requests, clock: systemClock, limits: { blobBytes: 0, blobChunkBytes: 0 } };
  }

  static async open(device: Device): Promise<FileConnection> {
    const connection = new FileConnection(device);
    connection.#connector.up();
    Object.assign(connection.world, { limits: await connection.#first.promise });
    return connection;
  }

  /** Tells it of new connections, and waits for its end. */
  async follow<T>(transfer: Transfer<T>): Promise<T> {
    this.#following.add(transfer);
    try {
      return await transfer.done;
    } finally {
      this.#following.delete(transfer);
    }
  }

  close(): void {
    this.#connector.down();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Passes bytes on, and breaks every connection after so many. */
export class CuttingProxy {
  /** How often it cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(target: number, afterBytes: number) {
    this.#server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      let bytes = 0;
      const close = (): void => {
        near.destroy();
        far.destroy();
      };
      const count = (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes < afterBytes || near.destroyed) return;
        this.cuts += 1;
        close();
      };
      for (const socket of [near, far]) {
        this.#open.add(socket);
        socket.on("data", count);
        socket.on("error", close);
        socket.on("close", () => {
          this.#open.delete(socket);
          close();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
  }

  static async start(target: number, afterBytes: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target, afterBytes);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }
}
