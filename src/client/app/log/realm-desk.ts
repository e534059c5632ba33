// What a user asks of the realm, and what the realm asks of this device, joined for the app.
import type { Command, Reply } from "../../port/client.ts";
import type { RealmCommand } from "../../port/realm-views.ts";
import type { ServerMessage } from "../../../wire/messages.ts";
import type { AppWorld } from "../app-world.ts";
import type { Core } from "../core.ts";
import type { Labels } from "../labels.ts";
import { Pairing } from "./pairing.ts";
import { type RealmCommandsWorld, runRealmCommand } from "./realm-commands.ts";

const COMMANDS: ReadonlySet<string> = new Set<RealmCommand["do"]>(["revoke", "audit", "admin", "pair"]);

export function isRealmCommand(command: Command): command is RealmCommand {
  return COMMANDS.has(command.do);
}

export class RealmDesk {
  readonly #world: RealmCommandsWorld;

  constructor({ peer, realm, identity, random, note, clock }: AppWorld, core: Core, labels: Pick<Labels, "find">) {
    const { trust, connector } = core;
    const ask: typeof connector.ask = (message, wanted) => connector.ask(message, wanted);
    const pairing = new Pairing({
      ask,
      identity,
      random,
      note,
      realm: realm.fingerprint,
      self: { user: peer.user, device: peer.device },
      now: () => clock.now(),
      alarm: (code, message) => core.alarm(code, message),
    });
    this.#world = { user: peer.user, watch: trust.watch, labels, ask, pairing };
  }

  /** @throws Fault */
  async run(command: RealmCommand): Promise<Reply> {
    return { ...(await runRealmCommand(this.#world, command)) };
  }

  greeted(): void {
    this.#world.pairing.greeted();
  }

  /** False: it is about something else. */
  take(message: ServerMessage): boolean {
    if (message.type !== "pairingAsked") return false;
    this.#world.pairing.asked(message);
    return true;
  }
}
