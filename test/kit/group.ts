// A group of packaged programs for one test: a server on a port of its own and clients with vaults of their own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClientProgram, ServerProgram } from "./executables.ts";
import { type TestRealm, makeRealm } from "./realm.ts";

interface Where {
  readonly port?: number;
  /** The name of its home folder, when it is not its own. */
  readonly home?: string;
}

export class Group {
  readonly realm: TestRealm;
  readonly folder: string;
  readonly data: string;
  readonly #clients: ClientProgram[] = [];
  server: ServerProgram;

  constructor(realm: TestRealm, folder: string, server: ServerProgram) {
    this.realm = realm;
    this.folder = folder;
    this.data = join(folder, "data");
    this.server = server;
  }

  static async start(names: readonly string[], flags: readonly string[] = []): Promise<Group> {
    const realm = await makeRealm({ clients: names });
    const folder = mkdtempSync(join(tmpdir(), "mutual-group-"));
    const args = ["--certs", realm.dir, "--data", join(folder, "data"), ...flags];
    return new Group(realm, folder, await ServerProgram.start(args));
  }

  /** The server again, on the same port with the same data. */
  async restart(): Promise<void> {
    await this.server.exited;
    const args = ["--certs", this.realm.dir, "--data", this.data];
    this.server = await ServerProgram.start(args, this.server.port);
  }

  async client(name: string, where: Where = {}): Promise<ClientProgram> {
    const client = this.launch(name, where);
    await client.ready();
    return client;
  }

  /** Without waiting for it. */
  launch(name: string, { port = this.server.port, home = name }: Where = {}): ClientProgram {
    const flags = ["-ip", "127.0.0.1", "-p", String(port), "--certs", this.realm.dir, "--as", name];
    const client = ClientProgram.start([...flags, "--home", join(this.folder, "home", home)]);
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.end()));
    await this.server.end();
    rmSync(this.folder, { recursive: true, force: true });
    this.realm.remove();
  }
}
