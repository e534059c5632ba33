// A server and a client of OPAQUE side by side, for the tests: what goes over the wire between them passes through the test.
import type { LoggedIn, Registered } from "../../../src/password/client-thread/calls.ts";
import { OpaqueClient } from "../../../src/password/client.ts";
import type { Owner } from "../../../src/password/owner.ts";
import type { LoginFinished } from "../../../src/password/server/calls.ts";
import { OpaqueServer } from "../../../src/password/server/opaque-server.ts";
import type { Handle, Sha256 } from "../../../src/model/ids.ts";

export const REALM = "ab".repeat(32) as Sha256;
export const OTHER_REALM = "cd".repeat(32) as Sha256;
export const ALICE: Owner = { realm: REALM, user: "alice" as Handle };
export const BOB: Owner = { realm: REALM, user: "bob" as Handle };

export interface Attempt {
  readonly owner: Owner;
  readonly password: string;
  readonly record: string | undefined;
  readonly setup?: string;
  readonly serverKey?: string;
  /** What happens to the server's answer on its way. */
  readonly bent?: (response: string) => string;
}

/** As both ends see it; the client's is undefined if it does not go on. */
export interface Outcome {
  readonly client: LoggedIn | undefined;
  readonly server: LoginFinished | undefined;
}

export class BothSides implements AsyncDisposable {
  readonly server = new OpaqueServer(REALM);
  readonly client = new OpaqueClient();
  setup = "";

  static async start(): Promise<BothSides> {
    const sides = new BothSides();
    sides.setup = await sides.server.createSetup();
    return sides;
  }

  async register(owner: Owner, password: string, serverKey?: string): Promise<Registered> {
    const { state, request } = await this.client.startRegistration(password);
    const response = await this.server.registrationResponse({ setup: this.setup, user: owner.user, request });
    const step = { password, owner, state, response, serverKey };
    const registered = await this.client.finishRegistration(step);
    await this.server.checkRecord({ setup: this.setup, user: owner.user, record: registered.record });
    return registered;
  }

  async login({ owner, password, record, setup = this.setup, serverKey, bent = same }: Attempt): Promise<Outcome> {
    const { state, request } = await this.client.startLogin(password);
    const started = await this.server.startLogin({ setup, user: owner.user, record, request });
    const step = { password, owner, state, response: bent(started.response), serverKey };
    const client = await this.client.finishLogin(step);
    if (client === undefined) return { client, server: undefined };
    return { client, server: await this.server.finishLogin({ state: started.state, request: client.finish }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.end();
    await this.client.end();
  }
}

function same(response: string): string {
  return response;
}

/** A text of base64url with one bit of one byte turned. */
export function turned(text: string, at: number): string {
  const bytes = Buffer.from(text, "base64url");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString("base64url");
}
