// The connection, put together with what it says first.
import type { AppWorld } from "./app-world.ts";
import { Connector, type ConnectorWorld } from "./connector.ts";
import { hello, type Position } from "./hello.ts";

interface Listening extends Pick<ConnectorWorld, "onGreeting" | "onMessage" | "onTell" | "onGone"> {
  /** What the vault holds of each log. */
  readonly positions: () => Promise<readonly Position[]>;
  readonly logHead: () => Uint8Array | undefined;
  readonly dialling: () => Promise<void>;
}

export function newConnector(world: AppWorld, { positions, logHead, dialling, ...listening }: Listening): Connector {
  const { link, clock, face, note, agent, chance, vault } = world;
  return new Connector({
    link: {
      async connect(signal) {
        await dialling();
        return link.connect(signal);
      },
    },
    clock,
    face,
    note,
    chance,
    hello: async () => {
      const held = await positions();
      return hello(agent, { server: vault.server(), positions: held, logHead: logHead() });
    },
    ...listening,
  });
}
