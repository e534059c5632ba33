// What a connected device may do with certificates: renew its own, put out another one of its user, and, for owners, administer.
import { Fault } from "../../../model/fault.ts";
import type { ClientMessage, ClientMessageOf, ServerMessage } from "../../../wire/messages.ts";
import type { Outlet } from "../../port/outlet.ts";
import type { Pairings } from "./pairings.ts";
import type { RealmStore } from "../../port/realm-store.ts";
import { notAnOwner } from "./act-rights.ts";
import type { Administration } from "./administration.ts";
import type { Renewals } from "./renewals.ts";
import type { Revoking } from "./revoking.ts";

export interface OwnCertificatesWorld {
  readonly realm: Pick<RealmStore, "account">;
  readonly renewals: Renewals;
  readonly revoking: Revoking;
  readonly administration: Administration;
  readonly pairings: Pairings;
  /** Where somebody comes in, once it is open. @throws Fault `no-door` */
  readonly openDoor: () => Promise<{ readonly host: string; readonly port: number }>;
}

export type OwnMessage = ClientMessageOf<"renew" | "revokeDevice" | "administer" | "openPairing" | "confirmPairing">;

const OWN: ReadonlySet<string> = new Set<OwnMessage["type"]>([
  "renew",
  "revokeDevice",
  "administer",
  "openPairing",
  "confirmPairing",
]);

export function isOwnMessage<M extends ClientMessage>(message: M): message is Extract<M, OwnMessage> {
  return OWN.has(message.type);
}

export class OwnCertificates {
  readonly #world: OwnCertificatesWorld;

  constructor(world: OwnCertificatesWorld) {
    this.#world = world;
  }

  ask(outlet: Outlet, message: OwnMessage): Promise<ServerMessage> {
    switch (message.type) {
      case "renew":
        return this.#renew(outlet, message);
      case "revokeDevice":
        return this.#revoke(outlet, message);
      case "administer":
        return this.#administer(outlet, message);
      case "openPairing":
        return this.#openPairing(outlet, message);
      case "confirmPairing":
        return this.#confirmPairing(outlet, message);
    }
  }

  async #renew({ user, device, serial }: Outlet, { request }: ClientMessageOf<"renew">): Promise<ServerMessage> {
    const certificates = await this.#world.renewals.renew({ user, device, serial, request, how: "renewal" });
    return { type: "renewed", certificates };
  }

  /** Fault `no-such-device`. */
  async #revoke({ user }: Outlet, { device }: ClientMessageOf<"revokeDevice">): Promise<ServerMessage> {
    const { revoking } = this.#world;
    const found = await revoking.of(user, device);
    if (found.length === 0)
      throw new Fault("no-such-device", "you have no such device, or it is out already", {
        hint: "`devices` lists yours",
      });
    await revoking.revoke(found, { by: user, reason: "unspecified" });
    return { type: "done" };
  }

  /** Fault `no-door`. */
  async #openPairing(outlet: Outlet, { code }: ClientMessageOf<"openPairing">): Promise<ServerMessage> {
    const { pairings, openDoor } = this.#world;
    const until = pairings.open(outlet, code);
    return { type: "pairingOpened", until, ...(await openDoor()) };
  }

  async #confirmPairing(outlet: Outlet, { key, signature }: ClientMessageOf<"confirmPairing">): Promise<ServerMessage> {
    await this.#world.pairings.confirm(outlet, key, signature);
    return { type: "done" };
  }

  /** Fault `not-an-owner`, and what the act is refused for. */
  async #administer({ user }: Outlet, { request }: ClientMessageOf<"administer">): Promise<ServerMessage> {
    const { realm, administration } = this.#world;
    const account = await realm.account(user);
    if (account === undefined || account.role === "member" || account.disabled)
      throw notAnOwner("only an owner or an admin of the realm may do this");
    const answer = await administration.perform(user, objectIn(request), account.role);
    return { type: "administered", answer: Buffer.from(JSON.stringify(answer)) };
  }
}

function objectIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below.
  }
  throw new Fault("bad-request", "an administrative request is one JSON object");
}
